"""What is known of one sequence after evaluation, and its figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from kinembed.evaluation.metrics import confusion
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import NOT_LABELLED, Motion, Segmentation
from kinembed.motion.segments import FrameLabels, segments
from kinembed.report.naming import Names, named_predictions
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.animation import Animation
from kinembed.report.plots.animation_files import animation_files
from kinembed.report.plots.confusion import confusion_matrix
from kinembed.report.plots.embedding import embedding_2d, embedding_3d
from kinembed.report.plots.export import page, plotly_address, png
from kinembed.report.plots.timeline import titled_predictions
from kinembed.report.plots.training_curve import training_curve
from kinembed.segmentation.embedding import Projection
from kinembed.segmentation.predictions import (
    NOT_SEEN_LABEL,
    VARIANTS,
    frame_rate_of,
    have_label,
    probability_of,
)


@dataclass(frozen=True, eq=False)
class SequenceResults:
    """All that is known of one sequence after evaluation.

    Attributes
    ----------
    name : str
        Name of the sequence.
    predictions : DataFrame
        A row per frame: columns ``frame``, ``time_s``, and ``given`` and ``estimated`` where they
        exist.
    projection : Projection
        Embedding reduced for display.
    history : DataFrame
        Losses in training, columns ``step``, ``loss`` and those of critics.
    motion : Motion
        Recorded movement.
    annotation : Segmentation or None
        Annotated behaviours; None where nobody annotated the sequence.
    names : Names
        Names that a person gave to clusters.
    tree : DataFrame or None
        Which clusters of the prediction that is drawn are alike
        (:func:`kinembed.segmentation.behaviour_tree.behaviour_tree`); None: not known.
    """

    name: str
    predictions: pd.DataFrame
    projection: Projection
    history: pd.DataFrame
    motion: Motion
    annotation: Segmentation | None
    names: Names
    tree: pd.DataFrame | None = None

    @property
    def variant(self) -> str:
        """The prediction that is drawn.

        Returns
        -------
        str
            ``given`` where the number of clusters is given, else ``estimated``.
        """
        return next(variant for variant in VARIANTS if variant in self.predictions)

    @property
    def frame_rate(self) -> float:
        """Frames per second.

        Returns
        -------
        float
            In Hz.
        """
        return frame_rate_of(self.predictions)

    @cached_property
    def labels(self) -> dict[str, FrameLabels]:
        """Labels of all frames for each prediction.

        Returns
        -------
        dict of str to (list of str or ndarray of int), each of shape (frames,)
            ``given`` or ``estimated`` -> the name of every frame where a person gave some, else its
            cluster.

        Raises
        ------
        FormatError
            When names do not fit the prediction.
        """
        return named_predictions(self.names, self.name, self.predictions)

    @property
    def shown(self) -> FrameLabels:
        """Labels of the prediction that is drawn.

        Returns
        -------
        list of str or ndarray of int, shape (frames,)
            Names where a person gave some, else clusters.
        """
        return self.labels[self.variant]

    @property
    def style_numbers(self) -> Mapping[str, int]:
        """Styles of names, by number, where recordings share them.

        Returns
        -------
        mapping of str to int
            Name -> number of its style.
        """
        return self.names.style_numbers.get(self.name, {})

    @property
    def rows(self) -> dict[str, FrameLabels]:
        """Labels of all frames for each row of a timeline.

        Returns
        -------
        dict of str to (list of str or ndarray of int), each of shape (frames,)
            Title of the row, such as ``"Clusters (you set 6)"`` -> labels.
        """
        return titled_predictions(self.predictions, self.labels)

    @property
    def apart(self) -> tuple[str, ...]:
        """Labels of frames that show no behaviour.

        Returns
        -------
        tuple of str
            Of frames that were not seen.
        """
        return (NOT_SEEN_LABEL,)

    def behaviours_among(self, names: Sequence[str]) -> list[str]:
        """Take from each frame that shows no behaviour its label.

        Parameters
        ----------
        names : sequence of str, shape (frames,)
            Name of every frame.

        Returns
        -------
        list of str, shape (frames,)
            The name, or "not seen": plots and cards of behaviours leave these frames out.
        """
        return [NOT_SEEN_LABEL if name in self.apart else name for name in names]

    @property
    def probabilities(self) -> list[Float[np.ndarray, "frames"]]:
        """How probable the cluster of every frame is, for each prediction in :attr:`rows`.

        Returns
        -------
        list of ndarray of float, each of shape (frames,)
            From 0 to 1; NaN where there is none.
        """
        return [probability_of(self.predictions, variant) for variant in self.labels]

    @cached_property
    def behaviours(self) -> list[str] | None:
        """Annotated behaviour of every frame.

        Returns
        -------
        list of str or None
            One per frame; None without an annotation.
        """
        return None if self.annotation is None else self.annotation.frame_labels()


def sequence_figures(results: SequenceResults, parameters: ReportParameters) -> dict[str, bytes]:
    """Draw all figures of a sequence.

    Parameters
    ----------
    results : SequenceResults
        What is known of the sequence.
    parameters : ReportParameters
        Note of the figures, and length of the animation.

    Returns
    -------
    dict of str to bytes
        File name -> content: ``training_curve.png``; ``confusion.png`` with an annotation;
        ``embedding_2d.html`` and ``embedding_3d.html`` as far as there are components;
        ``animation.gif`` and ``animation.mp4`` unless they are turned off.

    Raises
    ------
    DataError
        When prediction and annotation differ in length, or ffmpeg fails.
    """
    title, note = results.name, parameters.note
    figures = {"training_curve.png": png(training_curve(results.history, title=title, note=note))}
    if results.behaviours is not None:
        table = _confusion(results.shown, results.behaviours)
        figures["confusion.png"] = png(confusion_matrix(table, title=title, note=note))
    figures |= _embedding_pages(results, note)
    if parameters.animation_s_per_cluster:
        figures |= animation_files(
            _animation(results, parameters), description=f"animation of {title}"
        )
    return figures


def _confusion(labels: FrameLabels, behaviours: list[str]) -> pd.DataFrame:
    """Frames per behaviour and cluster, or name, of the frames that have both."""
    seen = np.flatnonzero(have_label(labels) & (np.array(behaviours) != NOT_LABELLED))
    behaviours = [behaviours[frame] for frame in seen]
    labels = _at(labels, seen)
    if isinstance(labels, np.ndarray):
        return confusion(labels, behaviours)
    numbers, names = pd.factorize(np.asarray(labels, dtype=object))
    return confusion(numbers, behaviours).rename(columns=dict(enumerate(names)))


def _at(
    labels: FrameLabels, index: Int[np.ndarray, "vectors"]
) -> Int[np.ndarray, "vectors"] | list[str]:
    """Labels of the frames that vectors stand for."""
    if isinstance(labels, np.ndarray):
        chosen: Int[np.ndarray, vectors] = labels[index]
        return chosen
    return [labels[frame] for frame in index]


def _embedding_pages(results: SequenceResults, note: str) -> dict[str, bytes]:
    projection = results.projection
    index = projection.frame_index
    behaviours = results.behaviours
    annotated = None if behaviours is None else [behaviours[frame] for frame in index]
    draw: dict[str, Callable[..., Any]] = {
        "embedding_2d": embedding_2d,
        "embedding_3d": embedding_3d,
    }
    return {
        f"{name}.html": page(
            make(
                projection.values,
                index,
                results.frame_rate,
                _at(results.shown, index),
                annotated,
                projection.explained_variance,
                title=f"{results.name}: movement map",
                note=note,
                style_numbers=results.style_numbers,
            ),
            plotly_address(results.name),
        )
        for name, make in draw.items()
        if projection.values.shape[1] >= int(name[-2])
    }


def _animation(results: SequenceResults, parameters: ReportParameters) -> Animation:
    """The middle of the longest segment of each cluster or name."""
    length = round(parameters.animation_s_per_cluster * results.frame_rate)
    longest: dict[Any, tuple[int, int]] = {}
    seen = have_label(results.shown)
    for segment in (one for one in segments(results.shown) if seen[one.start]):
        start, stop = longest.get(segment.label, (0, 0))
        if segment.stop - segment.start > stop - start:
            longest[segment.label] = (segment.start, segment.stop)
    intervals = [_middle(start, stop, length) for start, stop in sorted(longest.values())]
    frames = np.concatenate(intervals)
    return Animation(
        frames,
        forward_kinematics(results.motion)[frames],
        results.motion.skeleton,
        results.rows,
        results.annotation,
        results.projection.values,
        results.projection.frame_index,
        results.frame_rate,
        parameters.note,
        results.style_numbers,
    )


def _middle(start: int, stop: int, length: int) -> Int[np.ndarray, "frames"]:
    first = start + max(0, stop - start - length) // 2
    return np.arange(first, min(stop, first + length))
