"""Nodes of stage ``clustering``: embeddings -> fitted clusters, and a cluster for every frame."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import (
    MappedPartitions,
    ParallelConfig,
    loaders_of,
    map_partitions,
)
from kinembed.motion.exponential_maps import ExpmapParameters
from kinembed.motion.motion import Motion
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings
from kinembed.segmentation.mlflow_model import PackedModels, pack_models
from kinembed.training.assignment import ModelAssignment
from kinembed.training.trained_model import TrainedModel


def fit_cluster_models(
    embeddings: Mapping[str, Callable[[], Embeddings]],
    assigned: ModelAssignment,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    parameters: ClusterModelParameters,
    expmap: ExpmapParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[ClusterModel]:
    """Cluster the sequence of each model, with the number of clusters given, if it is, and
    estimated.
    """
    fit = partial(
        _fit, embedding=embedding, clustering=clustering, parameters=parameters, expmap=expmap
    )
    fitted_on = assigned.recording_of_each(embeddings)
    return map_partitions(
        fit,
        assigned.by_model(embeddings),
        loaders_of(fitted_on),
        config=parallel,
        description="clustering",
    )


def label_frames(
    cluster_models: Mapping[str, Callable[[], ClusterModel]], assigned: ModelAssignment
) -> dict[str, Callable[[], pd.DataFrame]]:
    """The cluster of every frame of each sequence, as its model has it."""
    loaders = assigned.by_recording(cluster_models)
    return {name: partial(_predictions, load) for name, load in loaders.items()}


def pack(
    models: Mapping[str, Callable[[], TrainedModel]],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    sequences: Mapping[str, Callable[[], Motion]],
    assigned: ModelAssignment,
) -> PackedModels:
    """All models with their fitted clusters as one, for MLflow."""
    return pack_models(models, cluster_models, assigned.by_model(sequences))


def _fit(
    embeddings: Embeddings,
    sequence: str,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    parameters: ClusterModelParameters,
    expmap: ExpmapParameters,
) -> ClusterModel:
    number = clustering.number_for(sequence)
    return ClusterModel.fit(
        embeddings, number, embedding, clustering, parameters, unwrap=expmap.unwrap
    )


def _predictions(load: Callable[[], ClusterModel]) -> pd.DataFrame:
    return load().predictions
