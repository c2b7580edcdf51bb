"""Nodes of pipeline ``ablation``: many settings, tried on the same sequences."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from kinembed.core.parallel import ParallelConfig, loaders_of, map_partitions
from kinembed.evaluation import ablation as ablation
from kinembed.evaluation.ablation import AblationParameters
from kinembed.evaluation.baselines import BaselineParameters, StageParameters
from kinembed.evaluation.results import summarise
from kinembed.evaluation.scores import NETWORK, score_annotated
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion, Segmentation
from kinembed.report.plots.ablation import ablation_overview
from kinembed.report.plots.export import StaticFigure
from kinembed.report.sequence import ReportParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters


def run_ablation(
    sequences: Mapping[str, Callable[[], Motion]],
    checkpoints: CheckpointFolder,
    features: FeatureParameters,
    training: TrainingParameters,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    baselines: BaselineParameters,
    parameters: AblationParameters,
    parallel: ParallelConfig,
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Clusters of every frame by every row and seed, and the trainings that it took."""
    stages = StageParameters(features, training, embedding, clustering)
    units = ablation.plan(parameters, stages, sequences)
    run = partial(
        ablation.run_unit,
        baselines=baselines,
        estimate=parameters.estimate,
        checkpoints=checkpoints,
    )
    motions = {name: sequences[unit.sequence] for name, unit in units.items()}
    themselves = loaders_of(units)
    mapped = map_partitions(run, motions, themselves, config=parallel, description="ablation")
    joined = ablation.join(units, mapped.stream())
    return joined.predictions, joined.trainings


def score_ablation(
    predictions: Mapping[str, Callable[[], pd.DataFrame]], annotations: Mapping[str, Segmentation]
) -> pd.DataFrame:
    """Score every annotated sequence."""
    return score_annotated(predictions, annotations, ablation.score_runs)


def summarise_ablation(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean over sequences and seeds of every row."""
    return summarise(scores)


def describe_runs(
    scores: pd.DataFrame, parameters: AblationParameters
) -> dict[str, dict[str, dict[str, Any]]]:
    """What every run changes and what came of it, for the record in MLflow."""
    return ablation.describe_runs(scores, parameters)


def draw_ablation(
    scores: pd.DataFrame, parameters: AblationParameters, reporting: ReportParameters
) -> StaticFigure:
    """Accuracy of every row, the unchanged one standing out."""
    factors = {name: row.factor for name, row in parameters.rows.items()}
    return ablation_overview(scores, factors, highlighted=NETWORK, note=reporting.note)
