"""Nodes of stage ``clustering``: embeddings -> a cluster for every frame."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.clustering import ClusteringParameters, predict_frames
from kinembed.embeddings import Embeddings
from kinembed.parallel import MappedPartitions, ParallelConfig, map_partitions


def cluster_sequences(
    embeddings: Mapping[str, Callable[[], Embeddings]],
    parameters: ClusteringParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[pd.DataFrame]:
    """Cluster each sequence, with the number of clusters given (where it is) and estimated."""
    run = partial(_cluster, parameters=parameters)
    return map_partitions(run, embeddings, config=parallel, description="clustering")


def _cluster(
    sequence: str, embeddings: Embeddings, parameters: ClusteringParameters
) -> pd.DataFrame:
    return predict_frames(embeddings, sequence, parameters)
