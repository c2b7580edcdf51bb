"""Nodes of stage ``embedding``: states of the networks along their sequences."""

from collections.abc import Callable, Mapping
from functools import partial

from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.motion.motion import Motion
from kinembed.segmentation.embedding import (
    EmbeddingParameters,
    Embeddings,
    Projection,
    embed,
    project,
)
from kinembed.training.assignment import ModelAssignment
from kinembed.training.trained_model import TrainedModel

COMPONENTS = 3
"""Components of a projection: as many as one can look at."""


def embed_sequences(
    models: Mapping[str, Callable[[], TrainedModel]],
    sequences: Mapping[str, Callable[[], Motion]],
    assigned: ModelAssignment,
    parameters: EmbeddingParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[Embeddings]:
    """The embedding of each sequence by the network of its model."""
    run = partial(embed, parameters=parameters)
    of_models = assigned.by_recording(models)
    return map_partitions(run, of_models, sequences, config=parallel, description="embedding")


def project_embeddings(
    embeddings: Mapping[str, Callable[[], Embeddings]], parallel: ParallelConfig
) -> MappedPartitions[Projection]:
    """Each embedding's first principal components, for looking."""
    run = partial(project, components=COMPONENTS)
    return map_partitions(run, embeddings, config=parallel, description="projection")
