"""Nodes of pipeline ``published_annotated_cuts``; the annotated boundaries are an input here."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.evaluation import published
from kinembed.evaluation.baselines import BaselineParameters, StageParameters
from kinembed.evaluation.published import ANNOTATED_CUTS_METHODS, PublishedParameters
from kinembed.evaluation.scores import score_annotated, score_methods
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion, Segmentation
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters


def predict_annotated_cuts(
    sequences: Mapping[str, Callable[[], Motion]],
    annotations: Mapping[str, Segmentation],
    checkpoints: CheckpointFolder,
    features: FeatureParameters,
    training: TrainingParameters,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    baselines: BaselineParameters,
    parameters: PublishedParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[pd.DataFrame]:
    """Train and cluster each annotated sequence, cut at its annotated boundaries.

    Protocol (ii) of Su & Shlizerman (arXiv 1905.12176).

    Parameters
    ----------
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments; a sequence that is not annotated is absent.
    checkpoints : CheckpointFolder
        Where trainings keep their checkpoints; a training that was interrupted continues from
        there.
    features : FeatureParameters
        Channels that the methods of protocol ``continuous`` see.
    training : TrainingParameters
        Network and optimisation; the windows are those of the methods of protocol ``continuous``.
    embedding : EmbeddingParameters
        States that make an embedding.
    clustering : ClusteringParameters
        Method by which the embedding is clustered; the number of clusters is that of the annotated
        behaviours.
    baselines : BaselineParameters
        Settings of the baselines.
    parameters : PublishedParameters
        Features and windows of the published method.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of DataFrame
        Annotated sequence -> cluster of every frame, computed when it is asked for: columns
        ``frame``, ``time_s`` (seconds) and ``<method>.given``.

    Raises
    ------
    DataError
        When no sequence is annotated. Once computed, when motion and annotation differ in length,
        no interval between boundaries is as long as a window, or a loss is not finite.
    CheckpointError
        Once computed, when a checkpoint is damaged.
    """
    run = partial(
        _predict,
        annotations=annotations,
        stages=StageParameters(features, training, embedding, clustering),
        baselines=baselines,
        parameters=parameters,
        checkpoints=checkpoints,
    )
    annotated = published.annotated_entries(sequences, annotations)
    return map_partitions(
        run, annotated, config=parallel, description="annotated cuts", with_name=True
    )


def score_annotated_cuts(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    annotations: Mapping[str, Segmentation],
    training: TrainingParameters,
) -> pd.DataFrame:
    """Score every method on every annotated sequence.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame, as of :func:`predict_annotated_cuts`.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments; a sequence that is not annotated is absent.
    training : TrainingParameters
        Its ``seed`` stands in the table.

    Returns
    -------
    DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`, under protocol
        ``published_annotated_cuts``; a row per sequence and method.

    Raises
    ------
    DataError
        When predictions and annotation of a sequence differ in length.
    """
    score = partial(
        score_methods,
        methods=ANNOTATED_CUTS_METHODS,
        protocol="published_annotated_cuts",
        seed=training.seed,
    )
    return score_annotated(predictions, annotations, score)


def _predict(
    sequence: str,
    motion: Motion,
    annotations: Mapping[str, Segmentation],
    stages: StageParameters,
    baselines: BaselineParameters,
    parameters: PublishedParameters,
    checkpoints: CheckpointFolder,
) -> pd.DataFrame:
    annotation = annotations[sequence]
    return published.predict_annotated_cuts(
        motion, annotation, stages, baselines, parameters, checkpoints
    )
