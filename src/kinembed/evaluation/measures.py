"""The measures of a predicted segmentation, each defined once: what it is, its heading, its format.

To add a measure, write its function and add its line to :data:`MEASURES`. Tables of scores, their
means, the page of results and the report follow from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Int
from sklearn.metrics import (
    adjusted_mutual_info_score,
    adjusted_rand_score,
    normalized_mutual_info_score,
    v_measure_score,
)

from kinembed.core.errors import DataError
from kinembed.evaluation.metrics import (
    BoundaryScores,
    accuracy_by_order,
    boundary_scores,
    frame_accuracy,
    within_a_second,
)
from kinembed.motion.motion import Segmentation
from kinembed.motion.segments import label_boundaries
from kinembed.segmentation.predictions import NOT_SEEN


@dataclass(frozen=True, eq=False)
class Comparison:
    """A prediction beside an annotation of the same frames.

    Attributes
    ----------
    predicted : ndarray of int, shape (frames,)
        Cluster of every frame.
    segmentation : Segmentation
        Annotation of the same frames.
    frame_rate : float
        Frames per second, in Hz.
    frames : ndarray of int, shape (frames,) or None
        Number of each frame in the sequence, where some were left out; None: none was.
    """

    predicted: Int[np.ndarray, " frames"]
    segmentation: Segmentation
    frame_rate: float
    frames: Int[np.ndarray, " frames"] | None = None

    @classmethod
    def of_seen(
        cls, predicted: Int[np.ndarray, " all"], segmentation: Segmentation, frame_rate: float
    ) -> "Comparison":
        """Leave frames out of which too little was seen, or that are not labelled.

        Where frames are left out, a boundary may lie anywhere among them.

        Parameters
        ----------
        predicted : ndarray of int, shape (all frames,)
            Cluster of every frame; -2 where too little was seen.
        segmentation : Segmentation
            Annotation of the same frames.
        frame_rate : float
            Frames per second, in Hz.

        Returns
        -------
        Comparison
            Of the frames that are labelled and of which enough was seen.

        Raises
        ------
        DataError
            When the prediction does not have one cluster per annotated frame.
        """
        if len(predicted) != segmentation.frame_count:
            raise DataError(
                f"{segmentation.trial}: the annotation has {segmentation.frame_count} frames but "
                f"the prediction has {len(predicted)}; give every annotated frame exactly one "
                "cluster"
            )
        scored = (predicted != NOT_SEEN) & segmentation.labelled
        if scored.all():
            return cls(predicted, segmentation, frame_rate)
        kept = segmentation.of_frames(scored)
        return cls(predicted[scored], kept, frame_rate, np.flatnonzero(scored))

    @cached_property
    def annotated(self) -> list[str]:
        """The behaviour of every frame.

        Returns
        -------
        list of str
            One name per frame.
        """
        return self.segmentation.frame_labels()

    @cached_property
    def boundaries(self) -> BoundaryScores:
        """Scores of the predicted boundaries in the annotated ranges.

        Returns
        -------
        BoundaryScores
            A boundary is right if it lies between the earliest and the latest annotated frame.
        """
        found, annotated = self._changes
        return boundary_scores(found, annotated, self.frame_rate)

    @cached_property
    def boundaries_1s(self) -> BoundaryScores:
        """Scores of the predicted boundaries in ranges of at least a second to either side.

        Returns
        -------
        BoundaryScores
            A boundary is right if it lies in the annotated range or within a second of the best
            frame.
        """
        found, annotated = self._changes
        wider = within_a_second(annotated, self.frame_rate)
        return boundary_scores(found, wider, self.frame_rate)

    @cached_property
    def _changes(self) -> tuple[Int[np.ndarray, " found"], Int[np.ndarray, "annotated 3"]]:
        """Predicted and annotated boundaries, in frames of the sequence."""
        found, annotated = label_boundaries(self.predicted), self.segmentation.boundaries
        if self.frames is None:
            return found, annotated
        return self.frames[found], self.frames[np.minimum(annotated, len(self.frames) - 1)]


@dataclass(frozen=True)
class Measure:
    """One number that says how well a prediction agrees with an annotation.

    Attributes
    ----------
    name : str
        Column in tables of scores.
    heading : str
        Name on pages.
    score : callable
        From a :class:`Comparison` to the value, a float.
    digits : int
        Decimals on pages.
    better : {"higher", "lower"}
        Which values are better.
    summarised : bool
        Whether the page of results shows it.
    """

    name: str
    heading: str
    score: Callable[[Comparison], float]
    digits: int = 3
    better: Literal["higher", "lower"] = "higher"
    summarised: bool = False


MEASURES = (
    Measure(
        "accuracy",
        "accuracy",
        lambda pair: frame_accuracy(pair.predicted, pair.annotated),
        summarised=True,
    ),
    Measure(
        "accuracy_by_order",
        "accuracy by order",
        lambda pair: accuracy_by_order(pair.predicted, pair.annotated),
        summarised=True,
    ),
    Measure(
        "ari",
        "ARI",
        lambda pair: float(adjusted_rand_score(pair.annotated, pair.predicted)),
        summarised=True,
    ),
    Measure(
        "ami",
        "AMI",
        lambda pair: float(adjusted_mutual_info_score(pair.annotated, pair.predicted)),
        summarised=True,
    ),
    Measure(
        "nmi",
        "NMI",
        lambda pair: float(normalized_mutual_info_score(pair.annotated, pair.predicted)),
    ),
    Measure(
        "v_measure",
        "V-measure",
        lambda pair: float(v_measure_score(pair.annotated, pair.predicted)),
    ),
    Measure("boundary_precision", "boundary precision", lambda pair: pair.boundaries.precision),
    Measure("boundary_recall", "boundary recall", lambda pair: pair.boundaries.recall),
    Measure("boundary_f1", "boundary F1", lambda pair: pair.boundaries.f1, summarised=True),
    Measure(
        "boundary_f1_1s",
        "boundary F1 within 1 s",
        lambda pair: pair.boundaries_1s.f1,
        summarised=True,
    ),
    Measure(
        "boundary_distance_s",
        "boundary distance (s)",
        lambda pair: pair.boundaries.distance_s,
        digits=2,
        better="lower",
    ),
)


def score_segmentation(
    predicted: Int[np.ndarray, " frames"], segmentation: Segmentation, frame_rate: float
) -> dict[str, float]:
    """Score a prediction against an annotation, on the frames of which enough was seen.

    Parameters
    ----------
    predicted : ndarray of int, shape (frames,)
        Cluster of every frame; -2 where too little was seen.
    segmentation : Segmentation
        Annotation of the same frames.
    frame_rate : float
        Frames per second, in Hz.

    Returns
    -------
    dict of str to float
        Name of each of :data:`MEASURES` -> value; ``boundary_distance_s`` is NaN where prediction
        or annotation has no boundary.

    Raises
    ------
    DataError
        When the prediction does not have one cluster per annotated frame.
    """
    pair = Comparison.of_seen(predicted, segmentation, frame_rate)
    return {measure.name: measure.score(pair) for measure in MEASURES}
