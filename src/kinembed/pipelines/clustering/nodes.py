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
from kinembed.segmentation.measured_clusters import (
    describe_frames,
    from_table,
    measure_clusters,
    to_table,
    tree_table,
)
from kinembed.segmentation.mlflow_model import PackedModels, pack_models
from kinembed.segmentation.time_scale import TimeScale, TimeScaleParameters
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
    time_scale: TimeScale,
    asked: TimeScaleParameters,
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
    time_scale : TimeScale
        The shortest behaviour, from which settings in seconds follow if it is used.
    asked : TimeScaleParameters
        The shortest behaviour that this run asks for, which must be that one.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of ClusterModel
        Model -> its clusters, fitted when they are asked for.

    Raises
    ------
    DataError
        When a sequence of a model is absent, or the stored networks were trained with another
        shortest behaviour. Once computed, when an embedding was stored without
        its basis, or there are fewer rows than clusters are asked for.
    """
    time_scale.check(asked)
    fit = partial(
        _fit,
        embedding=time_scale.embedding(embedding),
        clustering=time_scale.clustering(clustering),
        parameters=parameters,
        expmap=expmap,
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


def measure_models(
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    embeddings: Mapping[str, Callable[[], Embeddings]],
    assigned: ModelAssignment,
    parallel: ParallelConfig,
) -> MappedPartitions[pd.DataFrame]:
    """Measure the means of all clusters, and the temperature at which labels have probabilities.

    Parameters
    ----------
    cluster_models : mapping of str to loader of ClusterModel
        Model -> its fitted clusters.
    embeddings : mapping of str to loader of Embeddings
        Sequence -> its embedding.
    assigned : ModelAssignment
        Model of every sequence.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of DataFrame
        Model -> columns of :func:`kinembed.segmentation.measured_clusters.to_table`, computed when
        they are asked for.

    Raises
    ------
    DataError
        When a sequence of a model is absent.
    """
    groups = assigned.recordings_of_each(embeddings)
    return map_partitions(
        _measure,
        {model: cluster_models[model] for model in groups},
        loaders_of_groups(groups, embeddings),
        config=parallel,
        description="means of clusters",
    )


def tabulate_trees(
    cluster_means: Mapping[str, Callable[[], pd.DataFrame]],
) -> pd.DataFrame:
    """Join the clusters of each model that are most alike, step by step.

    Parameters
    ----------
    cluster_means : mapping of str to loader of DataFrame
        Model -> its clusters, as of :func:`measure_models`.

    Returns
    -------
    DataFrame
        A row per model, prediction and step: ``model``, ``prediction`` and the columns of
        :func:`kinembed.segmentation.behaviour_tree.behaviour_tree`.
    """
    return tree_table({model: from_table(load()) for model, load in cluster_means.items()})


def label_frames(
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    cluster_means: Mapping[str, Callable[[], pd.DataFrame]],
    embeddings: Mapping[str, Callable[[], Embeddings]],
    assigned: ModelAssignment,
    clustering: ClusteringParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[pd.DataFrame]:
    """Read the cluster of every frame of each sequence from its model, with its probability.

    Parameters
    ----------
    cluster_models : mapping of str to loader of ClusterModel
        Model -> its fitted clusters.
    cluster_means : mapping of str to loader of DataFrame
        Model -> its clusters, as of :func:`measure_models`.
    embeddings : mapping of str to loader of Embeddings
        Sequence -> its embedding.
    assigned : ModelAssignment
        Model of every sequence.
    clustering : ClusteringParameters
        Its ``merge_to`` is the number of behaviours that are left; None: nothing is merged.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of DataFrame
        Sequence -> columns ``frame``, ``time_s`` (seconds), ``given`` where the number of clusters
        is given, ``estimated``, and those that
        :func:`kinembed.segmentation.measured_clusters.describe_frames` adds.

    Raises
    ------
    DataError
        When nothing is stored of a sequence's model. Once computed, when an earlier version stored
        it.
    """
    loaders = assigned.by_recording(cluster_models)
    return map_partitions(
        partial(_predictions, merge_to=clustering.merge_to),
        loaders,
        assigned.by_recording(cluster_means),
        {name: embeddings[name] for name in loaders},
        config=parallel,
        description="labels of frames",
        with_name=True,
    )


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
    number = clustering.number_of_model(model, names)
    fitted = ClusterModel.fit(
        join_embeddings(parts),
        number,
        embedding,
        clustering,
        parameters,
        unwrap=expmap.unwrap,
        recordings=joined if len(joined) > 1 else None,
    )
    for remark in filter(None, (fitted.remark, fitted.shortfall(number))):
        logger.warning("%s: %s", model, remark, extra={"markup": False})
    return fitted


def _measure(model: ClusterModel, parts: list[Embeddings]) -> pd.DataFrame:
    return to_table(measure_clusters(model, join_embeddings(parts)))


def _predictions(
    recording: str,
    model: ClusterModel,
    means: pd.DataFrame,
    embeddings: Embeddings,
    merge_to: int | None,
) -> pd.DataFrame:
    labels, measured = model.predictions_of(recording), from_table(means)
    columns = {variant: variant for variant in measured}
    return describe_frames(labels, columns, model, measured, embeddings, merge_to)
