"""Nodes of stage ``clustering``: embeddings -> a cluster for every frame, and what can tell it."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.motion.exponential_maps import ExpmapParameters
from kinembed.motion.motion import Motion
from kinembed.segmentation.cluster_model import Labeller, LabellingParameters, fit_labeller
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings
from kinembed.segmentation.mlflow_model import PackedModels, pack_models
from kinembed.segmentation.predictions import predict_frames
from kinembed.training.trained_model import TrainedModel


def cluster_sequences(
    embeddings: Mapping[str, Callable[[], Embeddings]],
    parameters: ClusteringParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[pd.DataFrame]:
    """Cluster each sequence, with the number of clusters given (where it is) and estimated."""
    run = partial(_cluster, parameters=parameters)
    return map_partitions(
        run, embeddings, config=parallel, description="clustering", with_name=True
    )


def fit_labellers(
    embeddings: Mapping[str, Callable[[], Embeddings]],
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    labelling: LabellingParameters,
    expmap: ExpmapParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[Labeller]:
    """Describe the clusters of each sequence, to label further recordings."""
    fit = partial(
        _fit, embedding=embedding, clustering=clustering, labelling=labelling, expmap=expmap
    )
    return map_partitions(fit, embeddings, predictions, config=parallel, description="labellers")


def pack(
    models: Mapping[str, Callable[[], TrainedModel]],
    labellers: Mapping[str, Callable[[], Labeller]],
    sequences: Mapping[str, Callable[[], Motion]],
) -> PackedModels:
    """All models with their labellers as one, for MLflow."""
    return pack_models(models, labellers, sequences)


def _cluster(
    sequence: str, embeddings: Embeddings, parameters: ClusteringParameters
) -> pd.DataFrame:
    return predict_frames(embeddings, sequence, parameters)


def _fit(
    embeddings: Embeddings,
    predictions: pd.DataFrame,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    labelling: LabellingParameters,
    expmap: ExpmapParameters,
) -> Labeller:
    return fit_labeller(
        embeddings, predictions, embedding, clustering, labelling, unwrap=expmap.unwrap
    )
