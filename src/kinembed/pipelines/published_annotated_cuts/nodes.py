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
    """Train and cluster each annotated sequence, cut at its annotated boundaries."""
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
    """Score every method on every annotated sequence."""
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
