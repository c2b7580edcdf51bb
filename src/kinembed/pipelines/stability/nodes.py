"""Nodes of pipeline ``stability``: a run is repeated with further seeds, and labels compared."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd

from kinembed.core.parallel import (
    ParallelConfig,
    lazy_groups,
    loaders_of,
    loaders_of_groups,
    map_partitions,
)
from kinembed.evaluation.stability import (
    BEHAVIOURS,
    SEEDS,
    StabilityParameters,
    join_seeds,
    joined,
    label_with_seed,
    measure_stability,
)
from kinembed.motion.motion import Motion
from kinembed.segmentation.cluster_model import ClusterModel
from kinembed.training.assignment import ModelAssignment
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.trained_model import TrainedModel


def label_with_further_seeds(
    sequences: Mapping[str, Callable[[], Motion]],
    models: Mapping[str, Callable[[], TrainedModel]],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    assigned: ModelAssignment,
    checkpoints: CheckpointFolder,
    parameters: StabilityParameters,
    parallel: ParallelConfig,
) -> dict[str, pd.DataFrame]:
    """Train, embed and cluster the sequences of each model again, with the next seeds.

    All other settings are those that the models and their clusters were stored with.

    Parameters
    ----------
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    models : mapping of str to loader of TrainedModel
        Model -> network and the way from a motion to its input.
    cluster_models : mapping of str to loader of ClusterModel
        Model -> its fitted clusters.
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame.
    assigned : ModelAssignment
        Model of every sequence.
    checkpoints : CheckpointFolder
        Where trainings keep their checkpoints; a finished training is not done again.
    parameters : StabilityParameters
        Number of further seeds.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    dict of str to DataFrame
        Sequence -> ``frame``, ``time_s`` (seconds) and ``seed_<seed>.<prediction>``, the cluster of
        every frame.

    Raises
    ------
    DataError
        When something of a model or of a sequence is absent, or a loss is not finite.
    CheckpointError
        When a checkpoint is damaged.
    """
    names = {model: tuple(some) for model, some in assigned.by_model(sequences).items()}
    for of_models in (models, cluster_models):
        assigned.by_recording(of_models)
    steps = range(1, parameters.seeds + 1)
    units = {f"{model}, seed + {step}": (model, step) for model in names for step in steps}
    model_of = {unit: model for unit, (model, _) in units.items()}
    members = {unit: names[model] for unit, model in model_of.items()}
    labelled = map_partitions(
        partial(_label, checkpoints=checkpoints),
        loaders_of(units),
        loaders_of(members),
        lazy_groups(members, sequences),
        loaders_of_groups(members, predictions),
        {unit: models[model] for unit, model in model_of.items()},
        {unit: cluster_models[model] for unit, model in model_of.items()},
        config=parallel,
        description="further seeds",
    )
    tables = {name: predictions[name]() for some in names.values() for name in some}
    return join_seeds(tables, labelled.collect().values())


def compare_further_seeds(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    seed_predictions: Mapping[str, Callable[[], pd.DataFrame]],
    assigned: ModelAssignment,
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, pd.DataFrame]]:
    """Say which behaviours return with further seeds, and which label most seeds give a frame.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame.
    seed_predictions : mapping of str to loader of DataFrame
        Sequence -> the same with further seeds, as of :func:`label_with_further_seeds`.
    assigned : ModelAssignment
        Model of every sequence; those of one are compared together.

    Returns
    -------
    stability : DataFrame
        A row per model, prediction and cluster: :data:`kinembed.evaluation.stability.BEHAVIOURS`.
    seeds : DataFrame
        A row per model, prediction and further seed: :data:`kinembed.evaluation.stability.SEEDS`.
    consensus : dict of str to DataFrame
        Sequence -> ``frame``, ``time_s`` (seconds), the consensus ``given`` and ``estimated``, and
        how many of the further seeds agree with the run, ``<prediction>_agreement`` (0 to 1).

    Raises
    ------
    DataError
        When a sequence was not labelled with further seeds, or other frames of it were.
    """
    further = assigned.by_model(seed_predictions)
    found = {
        model: measure_stability(_loaded(own), _loaded(further[model]))
        for model, own in assigned.by_model(predictions).items()
    }
    return (
        joined({model: one.behaviours for model, one in found.items()}, BEHAVIOURS),
        joined({model: one.seeds for model, one in found.items()}, SEEDS),
        {name: table for one in found.values() for name, table in one.consensus.items()},
    )


def _label(
    unit: tuple[str, int],
    names: tuple[str, ...],
    motions: Sequence[Motion],
    predictions: list[pd.DataFrame],
    model: TrainedModel,
    clusters: ClusterModel,
    checkpoints: CheckpointFolder,
) -> dict[str, pd.DataFrame]:
    name, step = unit
    of_names = dict(zip(names, predictions, strict=True))
    return label_with_seed(name, motions, of_names, model, clusters, step, checkpoints)


def _loaded(tables: Mapping[str, Callable[[], pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    return {name: load() for name, load in tables.items()}
