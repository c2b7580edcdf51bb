"""Nodes of pipeline ``ablation``: many settings, tried on the same sequences."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from kinembed.core.parallel import ParallelConfig, loaders_of, map_partitions
from kinembed.evaluation import ablation
from kinembed.evaluation.ablation import AblationParameters
from kinembed.evaluation.baselines import BaselineParameters, StageParameters
from kinembed.evaluation.results import summarise
from kinembed.evaluation.scores import NETWORK, score_annotated
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion, Segmentation
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.ablation import ablation_overview
from kinembed.report.plots.export import StaticFigure
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.time_scale import TimeScaleParameters, measure_time_scale
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters


def run_ablation(
    sequences: Mapping[str, Callable[[], Motion]],
    checkpoints: CheckpointFolder,
    features: FeatureParameters,
    training: TrainingParameters,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    time_scale: TimeScaleParameters,
    baselines: BaselineParameters,
    parameters: AblationParameters,
    parallel: ParallelConfig,
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Train and cluster the sequences with every row and seed.

    Rows that ask for the same training share it.

    Parameters
    ----------
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    checkpoints : CheckpointFolder
        Where trainings keep their checkpoints; a finished training is not done again.
    features : FeatureParameters
        Channels of a motion that networks see.
    training : TrainingParameters
        Network, windows and optimisation.
    embedding : EmbeddingParameters
        States that make an embedding.
    clustering : ClusteringParameters
        Method, and number of clusters where it is given.
    time_scale : TimeScaleParameters
        The shortest behaviour, or how it is found; settings in seconds follow from it.
    baselines : BaselineParameters
        Settings of rows that are a baseline.
    parameters : AblationParameters
        Rows, seeds and sequences.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    predictions : dict of str to DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds) and
        ``<row>.seed_<seed>.<variant>``.
    trainings : DataFrame
        Columns ``sequence``, ``rows`` (that share the training), ``seed``, ``steps``, ``loss`` (the
        last one) and ``seconds``.

    Raises
    ------
    DataError
        When a row sets a parameter wrongly, a pattern of names fits nothing, a baseline has no
        number of clusters, a sequence is shorter than a window, or a loss is not finite.
    CheckpointError
        When a checkpoint is damaged.
    """
    scale = measure_time_scale(sequences, time_scale, features, embedding)
    stages = scale.stages(StageParameters(features, training, embedding, clustering))
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
    """Score every annotated sequence.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame, as of :func:`run_ablation`.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments; a sequence that is not annotated is absent.

    Returns
    -------
    DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`, ``method`` being the row; a row
        per annotated sequence, row, seed and variant.

    Raises
    ------
    DataError
        When predictions and annotation of a sequence differ in length.
    """
    return score_annotated(predictions, annotations, ablation.score_runs)


def summarise_ablation(scores: pd.DataFrame) -> pd.DataFrame:
    """Average the scores of every row over sequences and seeds.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.

    Returns
    -------
    DataFrame
        Columns ``protocol``, ``clusters_given``, ``method`` (the row), ``sequences``, ``seeds``,
        and of each measure that is summarised its mean and ``<measure>_std``, the sample standard
        deviation between seeds.
    """
    return summarise(scores)


def describe_runs(
    scores: pd.DataFrame, parameters: AblationParameters
) -> dict[str, dict[str, dict[str, Any]]]:
    """Describe what every run changes and how it scores, for the record in MLflow.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.
    parameters : AblationParameters
        Rows by name.

    Returns
    -------
    dict of str to dict
        ``<row>.seed_<seed>`` -> ``params`` that the run changes, and ``metrics``, means over
        sequences.
    """
    return ablation.describe_runs(scores, parameters)


def draw_ablation(
    scores: pd.DataFrame, parameters: AblationParameters, reporting: ReportParameters
) -> StaticFigure:
    """Draw the accuracy of every row; the unchanged one stands out.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.
    parameters : AblationParameters
        Rows by name, with the factor of each; rows of one factor stand together.
    reporting : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each way the number of clusters was found.
    """
    factors = {name: row.factor for name, row in parameters.rows.items()}
    return ablation_overview(scores, factors, highlighted=NETWORK, note=reporting.note)
