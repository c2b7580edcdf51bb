"""A unit of work: train once, embed once per embedding, and cluster for every run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Int

from kinembed.evaluation.ablation.planning import Unit, number_told
from kinembed.evaluation.baselines import ESTIMATING, BaselineParameters, predict, predict_together
from kinembed.motion.motion import Motion
from kinembed.segmentation.clustering import ClusteringParameters, fit_clusters
from kinembed.segmentation.embedding import embed
from kinembed.segmentation.predictions import frame_times
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.trained_model import TrainedModel, train_model

TRAINING_COLUMNS = ["sequence", "rows", "seed", "steps", "loss", "seconds"]


@dataclass(frozen=True, eq=False)
class Outcome:
    """Clusters of every frame by each run of a unit, and the training they come from.

    Attributes
    ----------
    predictions : DataFrame
        Columns ``frame``, ``time_s`` and ``<run>.<variant>`` (int16).
    training : dict or None
        A row of :attr:`Joined.trainings`; None for a baseline.
    """

    predictions: pd.DataFrame
    training: dict[str, Any] | None


@dataclass(frozen=True, eq=False)
class Joined:
    """Predictions by sequence, and one row per training.

    Attributes
    ----------
    predictions : dict of str to DataFrame
        Sequence -> columns ``frame``, ``time_s`` and ``<run>.<variant>``.
    trainings : DataFrame
        Columns ``sequence``, ``rows`` (names of those that share it), ``seed``, ``steps``, ``loss``
        (the last one) and ``seconds`` (without those before an interruption).
    """

    predictions: dict[str, pd.DataFrame]
    trainings: pd.DataFrame


def run_unit(
    motion: Motion,
    unit: Unit,
    baselines: BaselineParameters,
    *,
    estimate: bool,
    checkpoints: CheckpointFolder | None = None,
) -> Outcome:
    """Train once, embed once per embedding, and cluster for every run of the unit.

    Variant ``given`` has the number of clusters given and ``estimated`` the number estimated.

    Parameters
    ----------
    motion : Motion
        Sequence of the unit, in exponential maps or positions.
    unit : Unit
        Runs that share a training, or a run of a baseline.
    baselines : BaselineParameters
        Settings of baselines; their seed is that of the run.
    estimate : bool
        Whether the number of clusters is also estimated where one is given.
    checkpoints : CheckpointFolder or None
        Where trainings that were interrupted or finished before continue from; None: no checkpoint
        is kept.

    Returns
    -------
    Outcome
        Clusters of every frame, and a record of the training.

    Raises
    ------
    DataError
        When the motion is in Euler angles, does not move or is shorter than a window, the loss is
        not finite, or as many clusters are asked for as rows are clustered.
    CheckpointError
        When a checkpoint is damaged or does not fit the network.
    """
    run = unit.runs[0]
    if run.baseline is not None:
        return _run_baseline(motion, unit, run.baseline, baselines, estimate)
    started = perf_counter()
    model = train_model(motion, run.stages.features, run.stages.training, checkpoints)
    training = _training_record(unit, model, perf_counter() - started)
    return Outcome(_cluster(motion, unit, model, estimate), training)


def join(units: Mapping[str, Unit], outcomes: Iterable[tuple[str, Outcome]]) -> Joined:
    """Join the outcomes of all units by sequence, whatever the order in which they were finished.

    Parameters
    ----------
    units : mapping of str to Unit
        Units by name, as :func:`plan` returns them.
    outcomes : iterable of tuple of (str, Outcome)
        Name and outcome of every unit.

    Returns
    -------
    Joined
        Predictions by sequence, and the trainings, in the order of `units`.
    """
    finished = dict(outcomes)
    tables: dict[str, list[pd.DataFrame]] = {}
    for name, unit in units.items():
        known = tables.setdefault(unit.sequence, [])
        table = finished[name].predictions
        known.append(table.drop(columns=["frame", "time_s"]) if known else table)
    trainings = [finished[name].training for name in units if finished[name].training]
    return Joined(
        {sequence: pd.concat(some, axis=1) for sequence, some in tables.items()},
        pd.DataFrame(trainings, columns=TRAINING_COLUMNS),
    )


def _run_baseline(
    motion: Motion, unit: Unit, baseline: str, parameters: BaselineParameters, estimate: bool
) -> Outcome:
    (run,) = unit.runs
    seeded = parameters.model_copy(update={"seed": run.seed})
    if baseline in ESTIMATING:
        variants = _variants(run.stages.clustering, unit.sequence, estimate)
        numbers = list(variants.values())
        found = predict_together(baseline, [motion], numbers, seeded, run.stages)
        labels = {name: of_one for name, (of_one,) in zip(variants, found, strict=True)}
    else:
        number = number_told(run, unit.sequence)
        labels = {"given": predict(baseline, motion, number, seeded, run.stages)}
    named = {f"{run.name}.{variant}": of_frames for variant, of_frames in labels.items()}
    return Outcome(_table(motion, named), None)


def _cluster(motion: Motion, unit: Unit, model: TrainedModel, estimate: bool) -> pd.DataFrame:
    wanted = dict.fromkeys(run.stages.embedding for run in unit.runs)
    embeddings = {parameters: embed(model, motion, parameters) for parameters in wanted}
    labels = {}
    for run in unit.runs:
        variants = _variants(run.stages.clustering, unit.sequence, estimate)
        states = embeddings[run.stages.embedding]
        found = fit_clusters(states, run.stages.clustering, list(variants.values())).clusters
        for variant, clusters in zip(variants, found, strict=True):
            labels[f"{run.name}.{variant}"] = clusters.frame_labels
    return _table(motion, labels)


def _table(motion: Motion, labels: Mapping[str, Int[np.ndarray, "frames"]]) -> pd.DataFrame:
    """Labels as small integers: those of all runs lie in memory together."""
    columns = {name: clusters.astype(np.int16) for name, clusters in labels.items()}
    return frame_times(len(motion), motion.frame_rate).assign(**columns)


def _variants(
    clustering: ClusteringParameters, sequence: str, estimate: bool
) -> dict[str, int | None]:
    """Variants of a prediction, and the number of clusters that each of them uses."""
    number = clustering.number_for(sequence)
    given = {} if number is None else {"given": number}
    return given | ({"estimated": None} if estimate or number is None else {})


def _training_record(unit: Unit, model: TrainedModel, seconds: float) -> dict[str, Any]:
    last = model.history.iloc[-1]
    rows = " ".join(dict.fromkeys(run.row for run in unit.runs))
    values = (unit.sequence, rows, unit.runs[0].seed, int(last["step"]), last["loss"], seconds)
    return dict(zip(TRAINING_COLUMNS, values, strict=True))
