"""A discovery: what is fitted on recordings, and how it labels others. No Kedro."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Int

from kinembed.core.errors import DataError
from kinembed.core.parallel import loaders_of
from kinembed.estimator.recordings import made_comparable
from kinembed.io.joint_table import for_joints
from kinembed.motion.exponential_maps import ExpmapParameters
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion
from kinembed.motion.positions import PositionParameters
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import (
    EmbeddingParameters,
    Projection,
    embed_together,
    join_embeddings,
    project,
)
from kinembed.segmentation.inference import label_motion
from kinembed.segmentation.time_scale import TimeScaleParameters, measure_time_scale
from kinembed.training.assignment import SHARED
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import TrainedModel, train_together


@dataclass(frozen=True, eq=False)
class Discovery:
    """What was found in recordings.

    Attributes
    ----------
    model : TrainedModel
        The network that predicts their movement.
    clusters : ClusterModel
        The fitted clusters of its states.
    projections : mapping of str to Projection
        Recording -> its embedding, reduced for display.
    file_frames : mapping of str to ndarray of int, shape (frames,)
        Recording -> number of each frame in its file.
    """

    model: TrainedModel
    clusters: ClusterModel
    projections: Mapping[str, Projection]
    file_frames: Mapping[str, Int[np.ndarray, " _"]]

    @property
    def frame_rate(self) -> float:
        """Frames per second, of all recordings.

        Returns
        -------
        float
            In Hz.
        """
        return self.clusters.settings.frame_rate

    def labels(self) -> pd.DataFrame:
        """Cluster of every frame of the recordings.

        Returns
        -------
        DataFrame
            Columns ``recording``, ``frame``, ``time_s`` (seconds), ``cluster`` and ``file_frame``.
        """
        variant = self.clusters.settings.variant
        return _joined(
            (
                name,
                self.clusters.predictions_of(name)[["frame", "time_s", variant]]
                .rename(columns={variant: "cluster"})
                .assign(file_frame=numbers),
            )
            for name, numbers in self.file_frames.items()
        )


def discover(
    recordings: Mapping[str, Motion],
    positions: PositionParameters,
    training: TrainingParameters,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    time_scale: TimeScaleParameters,
) -> Discovery:
    """Fit one network and one set of clusters on recordings.

    Parameters
    ----------
    recordings : mapping of str to Motion
        Recording -> its motion as its file has it.
    positions : PositionParameters
        How recordings are made comparable.
    training : TrainingParameters
        The network and its training.
    embedding : EmbeddingParameters
        Which states make the embedding.
    clustering : ClusteringParameters
        How it is clustered; its ``number`` is given or None.
    time_scale : TimeScaleParameters
        The shortest behaviour, from which settings in seconds follow if it is used.

    Returns
    -------
    Discovery
        What was found.

    Raises
    ------
    DataError
        When there is no recording, they do not move the same joints, or are too short
        for the windows or the shortest behaviour.
    """
    motions = made_comparable(recordings, positions)
    scale = measure_time_scale(loaders_of(motions), time_scale, FeatureParameters(), embedding)
    training, embedding = scale.training(training), scale.embedding(embedding)
    clustering = scale.clustering(clustering)
    model = train_together(SHARED, [*motions.values()], FeatureParameters(), training)
    embedded = embed_together(model, [*motions.values()], embedding)
    frames = {name: len(motion) for name, motion in motions.items()}
    name = SHARED if len(motions) > 1 else next(iter(motions))
    clusters = ClusterModel.fit(
        join_embeddings(embedded),
        clustering.number_for(name),
        embedding,
        clustering,
        ClusterModelParameters(),
        unwrap=ExpmapParameters().unwrap,
        recordings=frames if len(motions) > 1 else None,
    )
    projections = [project(one) for one in embedded]
    numbers = {name: np.asarray(motion.frame_numbers) for name, motion in motions.items()}
    return Discovery(model, clusters, dict(zip(motions, projections, strict=True)), numbers)


def label(
    recordings: Mapping[str, Motion], found: Discovery, positions: PositionParameters
) -> pd.DataFrame:
    """Label recordings by what was found in others.

    Parameters
    ----------
    recordings : mapping of str to Motion
        Recording -> its motion as its file has it.
    found : Discovery
        What was found.
    positions : PositionParameters
        How recordings were made comparable.

    Returns
    -------
    DataFrame
        Columns ``recording`` and those of :func:`kinembed.segmentation.inference.label_motion`.

    Raises
    ------
    DataError
        When there is no recording, or one moves another skeleton than the model.
    """
    if not recordings:
        raise DataError("there is no recording to label; kinembed.read(folder) reads some")
    joints = found.model.skeleton.joints
    return _joined(
        (name, label_motion(for_joints(motion, joints, positions), found.model, found.clusters))
        for name, motion in recordings.items()
    )


def _joined(tables: Iterable[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """Tables of recordings below one another, their names first."""
    named = [table.assign(recording=name) for name, table in tables]
    joined = pd.concat(named, ignore_index=True)
    return joined[["recording", *joined.columns.drop("recording")]]
