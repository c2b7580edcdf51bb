"""Nodes of pipeline ``baseline_comparison``: the simple methods, and the network among them."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.errors import DataError
from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.evaluation import baseline_comparison as baseline_comparison
from kinembed.evaluation.baselines import BaselineParameters, StageParameters
from kinembed.evaluation.scores import NETWORK, score_annotated
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion, Segmentation
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.comparison import comparison_overview
from kinembed.report.plots.export import StaticFigure
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
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
    features: FeatureParameters,
    training: TrainingParameters,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    parameters: BaselineParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[pd.DataFrame]:
    """Cluster each sequence by every baseline, into as many clusters as the network.

    Parameters
    ----------
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds), ``given`` where
        the number of clusters is given, and ``estimated``.
    features : FeatureParameters
        Channels of a motion that networks see.
    training : TrainingParameters
        Network, windows and optimisation.
    embedding : EmbeddingParameters
        States that make an embedding.
    clustering : ClusteringParameters
        Method, and number of clusters where it is given.
    parameters : BaselineParameters
        Settings of the baselines, and their seed.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of DataFrame
        Sequence -> cluster of every frame, computed when it is asked for: columns ``frame``,
        ``time_s`` (seconds) and ``<baseline>.<variant>``.

    Raises
    ------
    DataError
        When a sequence has no predictions. Once computed, when they differ from the motion in
        length, the motion does not move, or it is shorter than a window.
    """
    stages = StageParameters(features, training, embedding, clustering)
    run = partial(baseline_comparison.predict_baselines, parameters=parameters, stages=stages)
    return map_partitions(
        run, sequences, predictions, config=parallel, description="baselines", with_name=True
    )


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
