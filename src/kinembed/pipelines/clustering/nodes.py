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
    """Cluster the sequence of each model.

    The number of clusters is estimated; a given number is used, too.

    Parameters
    ----------
    embeddings : mapping of str to loader of Embeddings
        Sequence -> its embedding.
    assigned : ModelAssignment
        Model of every sequence.
    embedding : EmbeddingParameters
        How the embeddings were made, which is stored with the clusters.
    clustering : ClusteringParameters
        Method, and number of clusters where it is given.
    parameters : ClusterModelParameters
        Where the unknown begins.
    expmap : ExpmapParameters
        Whether exponential maps continue beyond pi, which is stored with the clusters.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of ClusterModel
        Model -> its clusters, fitted when they are asked for.

    Raises
    ------
    DataError
        When a model has several sequences. Once computed, when an embedding was stored without its
        basis, or has fewer rows than clusters are asked for.
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
    """Read the cluster of every frame of each sequence from its model.

    Parameters
    ----------
    cluster_models : mapping of str to loader of ClusterModel
        Model -> its fitted clusters.
    assigned : ModelAssignment
        Model of every sequence.

    Returns
    -------
    dict of str to loader of DataFrame
        Sequence -> columns ``frame``, ``time_s`` (seconds), ``given`` where the number of clusters
        is given, and ``estimated``.

    Raises
    ------
    DataError
        When nothing is stored of a sequence's model. Once loaded, when an earlier version stored
        it.
    """
    loaders = assigned.by_recording(cluster_models)
    return {name: partial(_predictions, load) for name, load in loaders.items()}


def pack_cluster_models(
    models: Mapping[str, Callable[[], TrainedModel]],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    sequences: Mapping[str, Callable[[], Motion]],
    assigned: ModelAssignment,
) -> PackedModels:
    """Join all models and their fitted clusters in one, for MLflow.

    Parameters
    ----------
    models : mapping of str to loader of TrainedModel
        Model -> network and the way from a motion to its input.
    cluster_models : mapping of str to loader of ClusterModel
        Model -> its fitted clusters.
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    assigned : ModelAssignment
        Model of every sequence.

    Returns
    -------
    PackedModels
        Its example is the beginning of the sequence whose model comes first by name.

    Raises
    ------
    DataError
        When a model has several sequences, or no sequence that is stored.
    """
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
