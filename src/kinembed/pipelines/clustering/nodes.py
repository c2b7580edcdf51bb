"""Nodes of stage ``clustering``: embeddings -> fitted clusters, and a cluster for every frame."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.motion.exponential_maps import ExpmapParameters
from kinembed.motion.motion import Motion
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings
from kinembed.segmentation.mlflow_model import PackedModels, pack_models
from kinembed.training.trained_model import TrainedModel


def fit_cluster_models(
    embeddings: Mapping[str, Callable[[], Embeddings]],
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    parameters: ClusterModelParameters,
    expmap: ExpmapParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[ClusterModel]:
    """Cluster each sequence, with the number of clusters given (where it is) and estimated."""
    fit = partial(
        _fit, embedding=embedding, clustering=clustering, parameters=parameters, expmap=expmap
    )
    return map_partitions(
        fit, embeddings, config=parallel, description="clustering", with_name=True
    )


def label_frames(
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
) -> dict[str, Callable[[], pd.DataFrame]]:
    """The cluster of every frame of each sequence, as its model has it."""
    return {name: partial(_predictions, load) for name, load in cluster_models.items()}


def pack(
    models: Mapping[str, Callable[[], TrainedModel]],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    sequences: Mapping[str, Callable[[], Motion]],
) -> PackedModels:
    """All models with their fitted clusters as one, for MLflow."""
    return pack_models(models, cluster_models, sequences)


def _fit(
    sequence: str,
    embeddings: Embeddings,
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
