"""Stored models on further recordings: whose model labels them, and what it says.

Nothing is trained. A recording is brought to the frame rate of the cluster model, embedded by the
stored network in the same basis, and labelled by :mod:`kinembed.segmentation.cluster_model`.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Int
from pydantic import Field

from kinembed.core.errors import DataError
from kinembed.core.listing import listed
from kinembed.core.parameters import Parameters
from kinembed.motion.motion import Motion
from kinembed.motion.resampling import as_trained_on
from kinembed.motion.units import warn_of_other_unit
from kinembed.motion.visibility import Point
from kinembed.motion.windows import intervals_between
from kinembed.segmentation.cluster_model import ClusterModel, unknown_frames
from kinembed.segmentation.embedding import all_cuts, embed
from kinembed.segmentation.measured_clusters import MeasuredClusters, describe_frames
from kinembed.segmentation.predictions import NOT_SEEN, PROBABILITY, UNKNOWN
from kinembed.training.assignment import ModelAssignment
from kinembed.training.trained_model import TrainedModel

logger = logging.getLogger(__name__)

# Instead of a model's name: each recording by its own model.
OWN = "own"


class InferenceParameters(Parameters):
    """Which model labels recordings.

    Attributes
    ----------
    model : str or None
        Name of the model that labels all recordings; ``own``: each recording is labelled by its own
        model; None: the only one there is.
    """

    model: str | None = Field(
        None,
        description="the model that labels all recordings; null: the only one there is; own: each "
        "recording is labelled by its own model",
    )


def choose_models(
    recordings: Collection[str],
    models: Collection[str],
    wanted: str | None,
    assigned: ModelAssignment,
) -> dict[str, str]:
    """Choose the model that labels each recording; the log says it.

    Parameters
    ----------
    recordings : collection of str
        Names of the recordings.
    models : collection of str
        Names of the stored models.
    wanted : str or None
        The model for all; ``own``: of each recording its own; None: the only one.
    assigned : ModelAssignment
        The models that recordings have.

    Returns
    -------
    dict of str to str
        Recording -> model.

    Raises
    ------
    DataError
        When the wanted model is not stored, or none is wanted and there is not exactly one. The
        message names all models.
    """
    own = assigned.models or {}
    chosen = {
        name: choose_model(models, own.get(name, name) if wanted == OWN else wanted)
        for name in recordings
    }
    for model in sorted(set(chosen.values())):
        labelled = ", ".join(name for name, other in chosen.items() if other == model)
        logger.info("The model of %s labels %s", model, labelled, extra={"markup": False})
    return chosen


def choose_model(models: Collection[str], wanted: str | None) -> str:
    """Choose the model that is wanted, or the only one.

    Parameters
    ----------
    models : collection of str
        Names of the stored models.
    wanted : str or None
        Name of the model; None: the only one.

    Returns
    -------
    str
        One of `models`.

    Raises
    ------
    DataError
        When the wanted model is not stored, or none is wanted and there is not exactly one. The
        message names all models.
    """
    there = f"models are stored of {', '.join(sorted(models)) or 'no sequence'}"
    if wanted is None:
        if len(models) == 1:
            return next(iter(models))
        raise DataError(
            f"which model is to label? Name it: inference.model, or params of MLflow; {there}"
        )
    if wanted not in models:
        raise DataError(f"there is no model of {wanted!r}; {there}")
    return wanted


def label_motion(
    motion: Motion,
    model: TrainedModel,
    clusters: ClusterModel,
    measured: Mapping[str, MeasuredClusters] | None = None,
    merge_to: int | None = None,
) -> pd.DataFrame:
    """Label every frame of a motion, brought to the frame rate of the cluster model.

    The log names joints that the motion never sees, and says that its unit of length seems to be
    another one than that of the model.

    Parameters
    ----------
    motion : Motion
        A recording: Euler angles, exponential maps or positions.
    model : TrainedModel
        The network whose states make its embedding.
    clusters : ClusterModel
        The fitted clusters of that network's states.
    measured : mapping of str to MeasuredClusters, optional
        What was measured of the clusters; None: labels have no probability and are not merged.
    merge_to : int, optional
        Number of behaviours that are left; None: nothing is merged.

    Returns
    -------
    DataFrame
        Columns of :meth:`ClusterModel.predict`, those that
        :func:`kinembed.segmentation.measured_clusters.describe_frames` adds to ``cluster`` where
        clusters were measured, and ``file_frame``, the number of each frame in the
        recording's file; all is unknown where no interval of the motion is as long as one window of
        the network.

    Raises
    ------
    DataError
        When the motion lacks a channel or the model was trained on another skeleton; the message
        names what differs.
    """
    settings = clusters.settings
    _say_what_is_never_seen(motion)
    warn_of_other_unit(motion, model.skeleton, "the recordings that the model was trained on")
    motion = as_trained_on(motion, settings.frame_rate, unwrap=settings.unwrap)
    intervals = intervals_between(len(motion), all_cuts(motion, settings.embedding), motion.seen)
    longest = max((stop - start for start, stop in intervals), default=0)
    if longest < model.training.windows.total:
        model.inputs(motion)  # another skeleton is an error all the same
        labels = unknown_frames(motion.seen, motion.frame_rate)
        if measured is not None:
            labels = labels.assign(**{f"cluster_{PROBABILITY}": np.nan})
    else:
        embeddings = embed(model, motion, settings.embedding, basis=clusters.basis)
        labels = clusters.predict(embeddings)
        if measured is not None:
            columns = {settings.variant: "cluster"}
            labels = describe_frames(labels, columns, clusters, measured, embeddings, merge_to)
    return labels.assign(file_frame=motion.frame_numbers)


def summarise_labels(
    labels: Iterable[tuple[str, pd.DataFrame]],
    models: Mapping[str, str],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    recordings: Mapping[str, Callable[[], Motion]],
) -> pd.DataFrame:
    """Summarise the labels of each recording.

    Parameters
    ----------
    labels : iterable of tuple of (str, DataFrame)
        Recording and its labels, as :func:`label_motion` returns them.
    models : mapping of str to str
        Recording -> model that labelled it.
    cluster_models : mapping of str to callable
        Model -> loader of its fitted clusters.
    recordings : mapping of str to callable
        Recording -> loader of its motion as its file has it.

    Returns
    -------
    DataFrame
        A row per recording: ``recording``, ``model``, ``frames`` (that have a label),
        ``file_frames`` (of the recording in its file), ``trimmed_share`` (of these, 0 to 1: those
        before the first and after the last that have a label), ``clusters`` (that occur),
        ``unknown_share`` and ``not_seen_share`` (of the frames that have a label), and
        ``agreement``: the share of frames of the model's own recording to which it gives their own
        label again.
    """
    agreements = {name: cluster_models[name]().agreement for name in set(models.values())}
    return pd.DataFrame(
        {
            "recording": name,
            "model": models[name],
            "frames": len(table),
            **_of_file(recordings[name]().frame_numbers, table["file_frame"].to_numpy()),
            "clusters": table.loc[table["cluster"] >= 0, "cluster"].nunique(),
            "unknown_share": float((table["cluster"] == UNKNOWN).mean()),
            "not_seen_share": float((table["cluster"] == NOT_SEEN).mean()),
            "agreement": agreements[models[name]],
        }
        for name, table in labels
    )


def _of_file(
    numbers: Int[np.ndarray, "frames"], labelled: Int[np.ndarray, "labels"]
) -> dict[str, Any]:
    """How much of a file is labelled; a label holds until the next, of which there may be fewer."""
    step = np.diff(labelled).max(initial=1)
    outside = (numbers < labelled[0]) | (numbers >= labelled[-1] + step)
    return {"file_frames": len(numbers), "trimmed_share": float(outside.mean())}


def _say_what_is_never_seen(motion: Motion) -> None:
    if motion.visibility is None:
        return
    never = ~(motion.visibility.points == Point.SEEN).any(axis=0)
    names = [name for name, one in zip(motion.skeleton.joints, never, strict=True) if one]
    if names:
        logger.warning(
            "%s: joints of the model that are never seen: %s; labels may be wrong",
            motion.trial,
            listed(names),
            extra={"markup": False},
        )
