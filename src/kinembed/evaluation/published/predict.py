"""What the methods make of a sequence under each published protocol."""

from dataclasses import replace

import numpy as np
import pandas as pd
from jaxtyping import Int

from kinembed.core.errors import DataError
from kinembed.evaluation.baselines import BaselineParameters, StageParameters
from kinembed.evaluation.baselines.frames import window_single_linkage, window_ward
from kinembed.evaluation.baselines.task import Task
from kinembed.evaluation.published.cuts import annotated_cuts, loss_cuts, windows_between
from kinembed.evaluation.published.parameters import PublishedParameters
from kinembed.evaluation.published.states import single_linkage
from kinembed.evaluation.scores import NETWORK
from kinembed.motion.motion import Motion, Segmentation
from kinembed.motion.windows import WindowLengths
from kinembed.segmentation.clustering import cluster
from kinembed.segmentation.embedding import embed
from kinembed.segmentation.predictions import frame_times
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters, initial_network
from kinembed.training.trained_model import TrainedModel, train_model

SINGLE_LINKAGE = "single_linkage"
"""The published method: a trained network's raw decoder states, single linkage."""
LOSS_CUTS_METHODS = (
    SINGLE_LINKAGE,
    "untrained_single_linkage",
    "window_single_linkage",
    "window_ward",
)
"""The untrained network has the trained one's cuts; the methods on window statistics have none."""
ANNOTATED_CUTS_METHODS = (*LOSS_CUTS_METHODS, NETWORK)
"""The baselines of those names, and this project's own method, all within the annotated cuts."""


def predict_loss_cuts(
    motion: Motion,
    number: int,
    training: TrainingParameters,
    baselines: BaselineParameters,
    published: PublishedParameters,
    checkpoints: CheckpointFolder | None = None,
) -> pd.DataFrame:
    """Predict the cluster of every frame under ``published_loss_cuts``.

    The untrained network fails to predict nearly everywhere, so its own cuts would leave it hardly
    a state; it gets those of the trained one. Methods on window statistics see the same channels
    and need no network, so they get no cuts.

    Parameters
    ----------
    motion : Motion
        Clips joined as recorded, in exponential maps or positions.
    number : int
        Clusters to find: the number of distinct actions of the clips.
    training : TrainingParameters
        How the network is trained; its windows are those of the protocol.
    baselines : BaselineParameters
        Settings of the methods without a network.
    published : PublishedParameters
        Features, windows and threshold of the protocol.
    checkpoints : CheckpointFolder or None
        Where an interrupted training continues from; None: no checkpoint is kept.

    Returns
    -------
    DataFrame
        Columns ``frame``, ``time_s`` and ``<method>.given`` for each of
        :data:`LOSS_CUTS_METHODS`.

    Raises
    ------
    DataError
        When the motion is in Euler angles, does not move or is shorter than a window, the loss is
        not finite, or the motion is so badly predicted that no more frames keep a state than
        clusters are asked for.
    CheckpointError
        When a checkpoint is damaged or does not fit the network.
    """
    shaped = _with_windows(training, published.windows.loss_cuts)
    model = train_model(motion, published.features, shaped, checkpoints)
    windows = loss_cuts(model, motion, published.loss_threshold)
    task = Task.of([motion], number, baselines, published.features)
    labels = (
        single_linkage(model, motion, windows, number),
        single_linkage(before_training(model), motion, windows, number),
        task.for_all_frames(window_single_linkage(task)),
        task.for_all_frames(window_ward(task)),
    )
    return _table(motion, dict(zip(LOSS_CUTS_METHODS, labels, strict=True)))


def predict_annotated_cuts(
    motion: Motion,
    annotation: Segmentation,
    stages: StageParameters,
    baselines: BaselineParameters,
    published: PublishedParameters,
    checkpoints: CheckpointFolder | None = None,
) -> pd.DataFrame:
    """Predict the cluster of every frame under ``published_annotated_cuts``.

    The methods get every boundary of the annotation and the number of behaviours. The network of
    ``single_linkage`` has the published features and windows, and so has the untrained one; the
    methods without a network and ``kinembed`` are those of protocol ``continuous``, so what they
    gain is due to the cuts.

    Parameters
    ----------
    motion : Motion
        Sequence in exponential maps or positions.
    annotation : Segmentation
        Annotation of the same frames.
    stages : StageParameters
        Settings of ``kinembed`` under protocol ``continuous``.
    baselines : BaselineParameters
        Settings of the methods without a network.
    published : PublishedParameters
        Features and windows of the protocol.
    checkpoints : CheckpointFolder or None
        Where an interrupted training continues from; None: no checkpoint is kept.

    Returns
    -------
    DataFrame
        Columns ``frame``, ``time_s`` and ``<method>.given`` for each of
        :data:`ANNOTATED_CUTS_METHODS`.

    Raises
    ------
    DataError
        When motion and annotation differ in length, the motion is in Euler angles or does not move,
        no interval is as long as a window, the loss is not finite, or as many clusters are asked
        for as frames have a state.
    CheckpointError
        When a checkpoint is damaged or does not fit the network.
    """
    if annotation.frame_count != len(motion):
        raise DataError(
            f"{motion.trial}: the annotation has {annotation.frame_count} frames but the motion "
            f"has {len(motion)}; annotate every frame of the sequence exactly once"
        )
    cuts, number = annotated_cuts(annotation), annotation.number_of_behaviours
    lengths = published.windows.annotated_cuts
    as_published = replace(
        stages, features=published.features, training=_with_windows(stages.training, lengths)
    )
    windows = windows_between(cuts, len(motion), lengths, motion.seen)
    task = Task.of([motion], number, baselines, stages.features, cuts)
    model = _train_within(cuts, motion, as_published, checkpoints)
    own = model if stages == as_published else _train_within(cuts, motion, stages, checkpoints)
    labels = (
        single_linkage(model, motion, windows, number),
        single_linkage(before_training(model), motion, windows, number),
        task.for_all_frames(window_single_linkage(task)),
        task.for_all_frames(window_ward(task)),
        cluster(embed(own, motion, stages.embedding, cuts), stages.clustering, number).frame_labels,
    )
    return _table(motion, dict(zip(ANNOTATED_CUTS_METHODS, labels, strict=True)))


def _with_windows(training: TrainingParameters, lengths: WindowLengths) -> TrainingParameters:
    return training.model_copy(update={"windows": lengths})


def _train_within(
    cuts: tuple[int, ...],
    motion: Motion,
    stages: StageParameters,
    checkpoints: CheckpointFolder | None,
) -> TrainedModel:
    return train_model(motion, stages.features, stages.training, checkpoints, cuts=cuts)


def before_training(model: TrainedModel) -> TrainedModel:
    """Return a model to the weights that its training began with.

    Parameters
    ----------
    model : TrainedModel
        A trained model.

    Returns
    -------
    TrainedModel
        The same with a network that was not trained.
    """
    channels = len(model.standardiser.channels)
    return replace(model, network=initial_network(channels, model.training))


def _table(motion: Motion, labels: dict[str, Int[np.ndarray, "frames"]]) -> pd.DataFrame:
    """Columns ``frame``, ``time_s`` and ``<method>.given``."""
    columns = {f"{method}.given": clusters for method, clusters in labels.items()}
    return frame_times(len(motion), motion.frame_rate).assign(**columns)
