"""Nodes of pipeline ``baseline_comparison``: the simple methods, and the network among them."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.evaluation import baseline_comparison as baseline_comparison
from kinembed.evaluation.baselines import BaselineParameters, StageParameters
from kinembed.evaluation.scores import NETWORK, score_annotated
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion, Segmentation
from kinembed.report.plots.comparison import comparison_overview
from kinembed.report.plots.export import StaticFigure
from kinembed.report.sequence import ReportParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.training.motion_prediction import TrainingParameters


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
    """Cluster each sequence by every baseline, into as many clusters as the network."""
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
    """Score every annotated sequence."""
    score = partial(baseline_comparison.score_baselines, seed=parameters.seed)
    return score_annotated(predictions, annotations, score)


def compare_methods(scores: pd.DataFrame, baseline_scores: pd.DataFrame) -> pd.DataFrame:
    """Means over sequences, of the network and of every baseline."""
    return baseline_comparison.compare(pd.concat([scores, baseline_scores]))


def draw_comparison(
    scores: pd.DataFrame, baseline_scores: pd.DataFrame, parameters: ReportParameters
) -> StaticFigure:
    """Accuracy of the network and of every baseline."""
    every = pd.concat([scores, baseline_scores])
    return comparison_overview(every, highlighted=NETWORK, note=parameters.note)
