"""Stored models on further recordings: whose model labels them, and what it says.

Nothing is trained. A recording is brought to the frame rate of the cluster model, embedded by the
stored network in the same basis, and labelled by :mod:`kinembed.segmentation.cluster_model`.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping

import numpy as np
import pandas as pd
from pydantic import Field

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.motion.motion import Motion
from kinembed.motion.resampling import as_trained_on
from kinembed.segmentation.cluster_model import UNKNOWN, ClusterModel, unknown_frames
from kinembed.segmentation.embedding import all_cuts, embed
from kinembed.training.assignment import ModelAssignment
from kinembed.training.trained_model import TrainedModel

logger = logging.getLogger(__name__)

# In place of a model's name: each recording by its own model.
OWN = "own"


class InferenceParameters(Parameters):
    """Whose model labels."""

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
    """The model that labels each recording; the log says it.

    Parameters
    ----------
    recordings:
        Their names.
    models:
        Names of those that are stored.
    wanted:
        The model for all; ``own``: of each recording its own; None: the only one.
    assigned:
        The models that recordings have.

    Returns
    -------
    dict
        Recording -> model.

    Raises
    ------
    DataError
        With the names of the models, when the wanted one is not among them, or when none is wanted
        and there are several.
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
    """The name of the model that is wanted, or of the only one; DataError with all names."""
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


def label_motion(motion: Motion, model: TrainedModel, clusters: ClusterModel) -> pd.DataFrame:
    """Cluster of every frame of a motion, brought to the frame rate of the cluster model.

    Parameters
    ----------
    motion:
        A recording.
    model:
        The network whose states make its embedding.
    clusters:
        The fitted clusters of that network's states.

    Returns
    -------
    pandas.DataFrame
        Columns of :meth:`ClusterModel.predict`; all is unknown where no interval of the motion is
        as long as one window of the network.

    Raises
    ------
    DataError
        Naming the joints, when the model was trained on another skeleton.
    """
    settings = clusters.settings
    motion = as_trained_on(motion, settings.frame_rate, unwrap=settings.unwrap)
    intervals = np.diff([0, *all_cuts(motion, settings.embedding), len(motion)])
    if max(intervals) < model.training.windows.total:
        model.inputs(motion)  # another skeleton is an error all the same
        return unknown_frames(len(motion), motion.frame_rate)
    return clusters.predict(embed(model, motion, settings.embedding, basis=clusters.basis))


def summarise_labels(
    labels: Iterable[tuple[str, pd.DataFrame]],
    models: Mapping[str, str],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
) -> pd.DataFrame:
    """One row per recording: what there is to know before its labels are used.

    Columns recording, model, frames, clusters (that occur), unknown_share, and agreement: the share
    of frames of the model's own recording to which it gives their own label again.
    """
    agreements = {name: cluster_models[name]().agreement for name in set(models.values())}
    return pd.DataFrame(
        {
            "recording": name,
            "model": models[name],
            "frames": len(table),
            "clusters": table.loc[table["cluster"] != UNKNOWN, "cluster"].nunique(),
            "unknown_share": float((table["cluster"] == UNKNOWN).mean()),
            "agreement": agreements[models[name]],
        }
        for name, table in labels
    )
