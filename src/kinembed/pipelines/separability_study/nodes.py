"""Nodes of pipeline ``separability_study``: how well trained is a network, with labels and
without?
"""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import ParallelConfig, map_partitions
from kinembed.evaluation.baselines import StageParameters
from kinembed.evaluation.early_stopping import follow_training
from kinembed.evaluation.separability_study import (
    SeparabilityStudyParameters,
    choose_checks,
    frame_labels_by_step,
    score_checks,
)
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion, Segmentation
from kinembed.report.plots.export import StaticFigure
from kinembed.report.plots.separability_study import separability_study_overview
from kinembed.report.sequence import ReportParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters


def follow_trainings(
    sequences: Mapping[str, Callable[[], Motion]],
    checkpoints: CheckpointFolder,
    features: FeatureParameters,
    training: TrainingParameters,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    study: SeparabilityStudyParameters,
    parallel: ParallelConfig,
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Check every network while it trains; keep the clusters of each check."""
    stages = StageParameters(features, training, embedding, clustering)
    follow = partial(_follow, stages=stages, every=study.every, checkpoints=checkpoints)
    mapped = map_partitions(follow, sequences, config=parallel, description="separability_study")
    found = mapped.collect()
    checks = pd.concat({name: table for name, (table, _) in found.items()}, names=["sequence"])
    return (
        checks.reset_index("sequence").reset_index(drop=True),
        {name: labels for name, (_, labels) in found.items()},
    )


def score_separability_study(
    checks: pd.DataFrame,
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    annotations: Mapping[str, Segmentation],
) -> pd.DataFrame:
    """Checks with scores where there is an annotation, without where there is none."""
    return pd.concat(
        score_checks(seen, predictions[str(name)](), annotations.get(str(name)))
        for name, seen in checks.groupby("sequence", sort=False)
    )


def compare_criteria(separability_study: pd.DataFrame) -> pd.DataFrame:
    """What each criterion would have chosen."""
    return choose_checks(separability_study)


def draw_separability_study(
    separability_study: pd.DataFrame, choices: pd.DataFrame, reporting: ReportParameters
) -> StaticFigure:
    """Losses, separability and scores over the steps."""
    return separability_study_overview(separability_study, choices, reporting.note)


def _follow(
    motion: Motion,
    stages: StageParameters,
    every: int,
    checkpoints: CheckpointFolder,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    table, checks = follow_training(motion, stages, every, checkpoints)
    return table, frame_labels_by_step(motion, checks)
