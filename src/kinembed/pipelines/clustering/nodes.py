"""Nodes of stage ``clustering``: embeddings -> fitted clusters, and a cluster for every frame."""

import logging
from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import (
    MappedPartitions,
    ParallelConfig,
    loaders_of,
    loaders_of_groups,
    map_partitions,
)
from kinembed.motion.exponential_maps import ExpmapParameters
from kinembed.motion.motion import Motion
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings, join_embeddings
from kinembed.segmentation.mlflow_model import PackedModels, pack_models
from kinembed.training.assignment import ModelAssignment
from kinembed.training.trained_model import TrainedModel

logger = logging.getLogger(__name__)


def fit_cluster_models(
    embeddings: Mapping[str, Callable[[], Embeddings]],
    assigned: ModelAssignment,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    parameters: ClusterModelParameters,
    expmap: ExpmapParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[ClusterModel]:
    """Cluster the sequences of each model, all of one together.

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
        When a sequence of a model is absent. Once computed, when an embedding was stored without
        its basis, or there are fewer rows than clusters are asked for.
    """
    fit = partial(
        _fit, embedding=embedding, clustering=clustering, parameters=parameters, expmap=expmap
    )
    groups = assigned.recordings_of_each(embeddings)
    return map_partitions(
        fit,
        loaders_of_groups(groups, embeddings),
        loaders_of(groups),
        config=parallel,
        description="clustering",
        with_name=True,
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
    return {name: partial(_predictions, name, load) for name, load in loaders.items()}


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
        When a sequence of a model is absent.
    """
    of_each = assigned.by_model(sequences)
    examples = {model: next(iter(some.values())) for model, some in of_each.items()}
    return pack_models(models, cluster_models, examples)


def _fit(
    model: str,
    parts: list[Embeddings],
    names: tuple[str, ...],
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    parameters: ClusterModelParameters,
    expmap: ExpmapParameters,
) -> ClusterModel:
    joined = {name: part.frame_count for name, part in zip(names, parts, strict=True)}
    number = clustering.number_for(model if len(names) > 1 else names[0])
    fitted = ClusterModel.fit(
        join_embeddings(parts),
        number,
        embedding,
        clustering,
        parameters,
        unwrap=expmap.unwrap,
        recordings=joined if len(joined) > 1 else None,
    )
    if fitted.remark:
        logger.warning("%s: %s", model, fitted.remark, extra={"markup": False})
    return fitted


def _predictions(recording: str, load: Callable[[], ClusterModel]) -> pd.DataFrame:
    return load().predictions_of(recording)
