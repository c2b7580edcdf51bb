"""Nodes of pipeline ``baseline_comparison``: the simple methods, and the network among them."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.errors import DataError
from kinembed.core.parallel import (
    ParallelConfig,
    SplitPartitions,
    loaders_of,
    loaders_of_groups,
    map_partitions,
)
from kinembed.evaluation import baseline_comparison as baseline_comparison
from kinembed.evaluation.baselines import TOGETHER, BaselineParameters, StageParameters
from kinembed.evaluation.scores import NETWORK, score_annotated
from kinembed.evaluation.shared import annotated_together, join_shared, score_shared_methods
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion, Segmentation
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.comparison import comparison_overview
from kinembed.report.plots.export import StaticFigure
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.time_scale import TimeScaleParameters, measure_time_scale
from kinembed.training.assignment import ModelAssignment
from kinembed.training.motion_prediction import TrainingParameters


def require_annotations(
    parameters: BaselineParameters, annotations: Mapping[str, Segmentation]
) -> BaselineParameters:
    """Refuse to compare methods where nothing can be scored, before minutes of work.

    Parameters
    ----------
    parameters : BaselineParameters
        Settings of the baselines, and their seed.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments; a sequence that is not annotated is absent.

    Returns
    -------
    BaselineParameters
        The same.

    Raises
    ------
    DataError
        When no sequence is annotated.
    """
    if not annotations:
        raise DataError(
            "no sequence of this experiment is annotated, so methods cannot be compared; put a "
            "file <trial>.labels.csv beside a recording (docs/recordings.md) and run all stages "
            "again"
        )
    return parameters


def predict_baselines(
    sequences: Mapping[str, Callable[[], Motion]],
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    assigned: ModelAssignment,
    features: FeatureParameters,
    training: TrainingParameters,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    time_scale: TimeScaleParameters,
    parameters: BaselineParameters,
    parallel: ParallelConfig,
) -> SplitPartitions[pd.DataFrame]:
    """Cluster each sequence by every baseline, into as many clusters as the network.

    Sequences that share a model are clustered together, as the network's states are.

    Parameters
    ----------
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds), ``given`` where
        the number of clusters is given, and ``estimated``.
    assigned : ModelAssignment
        Model of every sequence.
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
    parameters : BaselineParameters
        Settings of the baselines, and their seed.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    SplitPartitions of DataFrame
        Sequence -> cluster of every frame, computed when all are asked for: columns ``frame``,
        ``time_s`` (seconds) and ``<baseline>.<variant>``.

    Raises
    ------
    DataError
        When a sequence of a model is absent or has no predictions. Once computed, when they differ
        from the motion in length, the motion does not move, or it is shorter than a window.
    """
    scale = measure_time_scale(sequences, time_scale, features, embedding)
    stages = scale.stages(StageParameters(features, training, embedding, clustering))
    groups = {model: tuple(some) for model, some in assigned.by_model(sequences).items()}
    assigned.by_model(predictions)
    predicted = map_partitions(
        partial(_predict, parameters=parameters, stages=stages),
        loaders_of_groups(groups, sequences),
        loaders_of_groups(groups, predictions),
        loaders_of(groups),
        config=parallel,
        description="baselines",
        with_name=True,
    )
    owners = {name: model for model, names in groups.items() for name in names}
    return SplitPartitions(predicted, owners)


def score_baselines(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    annotations: Mapping[str, Segmentation],
    parameters: BaselineParameters,
) -> pd.DataFrame:
    """Score every annotated sequence.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame, as of :func:`predict_baselines`.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments; a sequence that is not annotated is absent.
    parameters : BaselineParameters
        Its ``seed`` stands in the table.

    Returns
    -------
    DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`; a row per annotated sequence,
        method, variant (number of clusters given or estimated) and seed.

    Raises
    ------
    DataError
        When predictions and annotation of a sequence differ in length.
    """
    score = partial(baseline_comparison.score_baselines, seed=parameters.seed)
    return score_annotated(predictions, annotations, score)


def score_shared_baselines(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    annotations: Mapping[str, Segmentation],
    assigned: ModelAssignment,
    parameters: BaselineParameters,
    reporting: ReportParameters,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score the annotated sequences of every model that several share, under one assignment.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame, as of :func:`predict_baselines`.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments; a sequence that is not annotated is absent.
    assigned : ModelAssignment
        Model of every sequence.
    parameters : BaselineParameters
        Its ``seed`` stands in the tables.
    reporting : ReportParameters
        Its ``experiment`` stands in the tables.

    Returns
    -------
    scores : DataFrame
        Columns :data:`kinembed.evaluation.shared.COLUMNS`; no row where every sequence has a model
        of its own.
    recalls : DataFrame
        Columns :data:`kinembed.evaluation.shared.RECALL_COLUMNS`.

    Raises
    ------
    DataError
        When predictions and annotation of a sequence differ in length.
    """
    found = join_shared(
        [
            score_shared_methods(
                together,
                annotations,
                TOGETHER,
                experiment=reporting.experiment,
                seed=parameters.seed,
            )
            for together in annotated_together(predictions, annotations, assigned)
        ]
    )
    return found.scores, found.recalls


def compare_methods(scores: pd.DataFrame, baseline_scores: pd.DataFrame) -> pd.DataFrame:
    """Average scores over sequences, of the network and of every baseline.

    Parameters
    ----------
    scores : DataFrame
        Scores of the network.
    baseline_scores : DataFrame
        Scores of the baselines, with the same columns.

    Returns
    -------
    DataFrame
        Columns ``method``, ``protocol``, ``clusters_given``, ``seed``, ``sequences`` (their number)
        and means of the others. A given number of clusters comes first, then the highest accuracy.
    """
    return baseline_comparison.compare(pd.concat([scores, baseline_scores]))


def draw_comparison(
    scores: pd.DataFrame, baseline_scores: pd.DataFrame, parameters: ReportParameters
) -> StaticFigure:
    """Draw the accuracy of the network and of every baseline.

    Parameters
    ----------
    scores : DataFrame
        Scores of the network.
    baseline_scores : DataFrame
        Scores of the baselines, with the same columns.
    parameters : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    matplotlib.figure.Figure
        Methods from the best to the worst, a dot per sequence; the network is highlighted.
    """
    every = pd.concat([scores, baseline_scores])
    return comparison_overview(every, highlighted=NETWORK, note=parameters.note)


def _predict(
    model: str,
    motions: list[Motion],
    predictions: list[pd.DataFrame],
    names: tuple[str, ...],
    parameters: BaselineParameters,
    stages: StageParameters,
) -> dict[str, pd.DataFrame]:
    """Baselines of the sequences of one model."""
    tables = dict(zip(names, predictions, strict=True))
    if len(names) > 1:
        return baseline_comparison.predict_shared_baselines(
            model, dict(zip(names, motions, strict=True)), tables, parameters, stages
        )
    return {
        name: baseline_comparison.predict_baselines(name, motion, tables[name], parameters, stages)
        for name, motion in zip(names, motions, strict=True)
    }
