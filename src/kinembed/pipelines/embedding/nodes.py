"""Nodes of stage ``embedding``: states of the networks along their sequences."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from kinembed.core.parallel import (
    MappedPartitions,
    ParallelConfig,
    SplitPartitions,
    lazy_groups,
    loaders_of,
    map_partitions,
)
from kinembed.motion.motion import Motion
from kinembed.segmentation.embedding import (
    EmbeddingParameters,
    Embeddings,
    Projection,
    embed_together,
    project,
)
from kinembed.segmentation.time_scale import TimeScale, TimeScaleParameters
from kinembed.training.assignment import ModelAssignment
from kinembed.training.trained_model import TrainedModel


def embed_sequences(
    models: Mapping[str, Callable[[], TrainedModel]],
    sequences: Mapping[str, Callable[[], Motion]],
    assigned: ModelAssignment,
    parameters: EmbeddingParameters,
    time_scale: TimeScale,
    asked: TimeScaleParameters,
    parallel: ParallelConfig,
) -> SplitPartitions[Embeddings]:
    """Embed the sequences of each model by its network, in one basis.

    Parameters
    ----------
    models : mapping of str to loader of TrainedModel
        Model -> network and the way from a motion to its input.
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    assigned : ModelAssignment
        Model of every sequence.
    parameters : EmbeddingParameters
        States that make an embedding.
    time_scale : TimeScale
        The shortest behaviour, from which stride and summary follow if it is used.
    asked : TimeScaleParameters
        The shortest behaviour that this run asks for, which must be that one.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    SplitPartitions of Embeddings
        Sequence -> its embedding, computed when all are asked for.

    Raises
    ------
    DataError
        When no model is stored for a sequence, or the stored networks were trained with another
        shortest behaviour. Once computed, when no interval of a sequence is as
        long as a window.
    """
    time_scale.check(asked)
    run = partial(_embed, parameters=time_scale.embedding(parameters))
    groups = assigned.recordings_of_each(sequences)
    assigned.by_recording(models)
    embedded = map_partitions(
        run,
        lazy_groups(groups, sequences),
        models,
        loaders_of(groups),
        config=parallel,
        description="embedding",
    )
    owners = {name: model for model, names in groups.items() for name in names}
    return SplitPartitions(embedded, owners)


def project_embeddings(
    embeddings: Mapping[str, Callable[[], Embeddings]], parallel: ParallelConfig
) -> MappedPartitions[Projection]:
    """Project each embedding on its first principal components.

    Parameters
    ----------
    embeddings : mapping of str to loader of Embeddings
        Sequence -> its embedding.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of Projection
        Sequence -> values of at most three components, computed when they are asked for.
    """
    return map_partitions(project, embeddings, config=parallel, description="projection")


def _embed(
    motions: Sequence[Motion],
    model: TrainedModel,
    names: tuple[str, ...],
    parameters: EmbeddingParameters,
) -> dict[str, Embeddings]:
    return dict(zip(names, embed_together(model, motions, parameters), strict=True))
