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
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.export import StaticFigure
from kinembed.report.plots.separability_study import separability_study_overview
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.time_scale import TimeScaleParameters, measure_time_scale
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters


def follow_trainings(
    sequences: Mapping[str, Callable[[], Motion]],
    checkpoints: CheckpointFolder,
    features: FeatureParameters,
    training: TrainingParameters,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    time_scale: TimeScaleParameters,
    study: SeparabilityStudyParameters,
    parallel: ParallelConfig,
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Check every network while it trains, and keep the clusters of each check.

    Parameters
    ----------
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    checkpoints : CheckpointFolder
        Where trainings keep their checkpoints; a training that was interrupted continues from
        there.
    features : FeatureParameters
        Channels of a motion that networks see.
    training : TrainingParameters
        Network, windows and optimisation.
    embedding : EmbeddingParameters
        States that make an embedding.
    clustering : ClusteringParameters
        Method, and number of clusters; where it is not given, it is estimated at each check.
    time_scale : TimeScaleParameters
        The shortest behaviour, or how it is found; settings in seconds follow from it.
    study : SeparabilityStudyParameters
        Which steps are checked.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    checks : DataFrame
        Columns ``sequence``, ``seed``, ``step``, ``loss``, ``clusters`` (their number) and the
        measures of :class:`kinembed.evaluation.metrics.Separability`; a row per check.
    predictions : dict of str to DataFrame
        Sequence -> cluster of every frame at every check: columns ``frame``, ``time_s`` (seconds)
        and ``step_<step>``.

    Raises
    ------
    DataError
        When a step lies beyond the training, a sequence is shorter than a window, a loss is not
        finite, or an embedding has fewer rows than clusters are asked for.
    CheckpointError
        When a checkpoint is damaged.
    """
    scale = measure_time_scale(sequences, time_scale, features, embedding)
    stages = scale.stages(StageParameters(features, training, embedding, clustering))
    steps = study.checked(training.steps)
    follow = partial(_follow, stages=stages, steps=steps, checkpoints=checkpoints)
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
    """Add scores to the checks; they are nan where a sequence has no annotation.

    Parameters
    ----------
    checks : DataFrame
        As of :func:`follow_trainings`.
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame at every check.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments; a sequence that is not annotated is absent.

    Returns
    -------
    DataFrame
        Columns of `checks`, then ``accuracy``, ``ari``, ``ami`` and ``boundary_f1``.

    Raises
    ------
    DataError
        When predictions and annotation of a sequence differ in length.
    """
    return pd.concat(
        score_checks(seen, predictions[str(name)](), annotations.get(str(name)))
        for name, seen in checks.groupby("sequence", sort=False)
    )


def compare_criteria(separability_study: pd.DataFrame) -> pd.DataFrame:
    """Find the check that each criterion would choose for every sequence.

    Parameters
    ----------
    separability_study : DataFrame
        As of :func:`score_separability_study`.

    Returns
    -------
    DataFrame
        Columns ``sequence``, ``criterion``, ``step`` (chosen), ``ari`` (there), ``best_ari`` (of
        all checks), ``shortfall``, ``last_ari``, ``rank_correlation`` (Spearman's, between
        criterion and ARI; nan where one never changes), ``plateau`` (the step from which ARI stays
        near its best) and ``correlation_before`` (over the checks up to it).
    """
    return choose_checks(separability_study)


def draw_separability_study(
    separability_study: pd.DataFrame, choices: pd.DataFrame, reporting: ReportParameters
) -> StaticFigure:
    """Draw losses, separability and scores over the steps.

    Parameters
    ----------
    separability_study : DataFrame
        As of :func:`score_separability_study`.
    choices : DataFrame
        As of :func:`compare_criteria`; a dot marks the check that each criterion chooses.
    reporting : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each quantity, a line for each sequence.
    """
    return separability_study_overview(separability_study, choices, reporting.note)


def _follow(
    motion: Motion,
    stages: StageParameters,
    steps: tuple[int, ...],
    checkpoints: CheckpointFolder,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    table, checks = follow_training(motion, stages, steps, checkpoints)
    table.insert(0, "seed", stages.training.seed)
    return table, frame_labels_by_step(motion, checks)
