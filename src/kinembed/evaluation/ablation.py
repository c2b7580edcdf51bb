"""An ablation: many settings tried on the same sequences with the same seeds.

Each setting is a row that names only what it changes, or a baseline. Rows that ask for the same
training share it, so what comes after training is varied at little cost; rows that ask for the
same embedding share that too.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from itertools import product
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from jaxtyping import Int
from pydantic import (
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from kinembed.core.errors import DataError
from kinembed.core.parameters import Names, Parameters, RowName, Seeds
from kinembed.evaluation.baselines import (
    ESTIMATING,
    METHODS,
    BaselineParameters,
    StageParameters,
    predict,
    predict_together,
)
from kinembed.evaluation.scores import mean_scores, score_methods
from kinembed.motion.motion import Motion, Segmentation
from kinembed.segmentation.clustering import ClusteringParameters, fit_clusters
from kinembed.segmentation.embedding import embed
from kinembed.segmentation.predictions import frame_times
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.trained_model import TrainedModel, train_model

Group = TypeVar("Group", bound=Parameters)
TRAINING_COLUMNS = ["sequence", "rows", "seed", "steps", "loss", "seconds"]


class AblationRow(Parameters):
    """What one row changes of each parameter group, or which baseline it is.

    Attributes
    ----------
    factor : str
        Rows of one factor stand together in the figure.
    features, training, embedding, clustering : dict of str to object
        Key -> changed value in the parameter group of that name; values may be nested.
    baseline : str or None
        Name of a method of :data:`kinembed.evaluation.baselines.METHODS`; None: the row changes
        parameters.
    seeds : tuple of int or None
        Seeds of the row; None: those of the ablation.
    sequences : list of str or None
        Names of sequences, ``*`` being anything; None: those of the ablation.
    """

    factor: str = Field("", description="rows of one factor stand together in the figure")
    features: dict[str, Any] = Field({})
    training: dict[str, Any] = Field({})
    embedding: dict[str, Any] = Field({})
    clustering: dict[str, Any] = Field({})
    baseline: str | None = None
    seeds: Seeds | None = Field(None, description="instead of the ablation's")
    sequences: Names | None = Field(None, description="instead of the ablation's; * is anything")

    @property
    def changes(self) -> dict[str, dict[str, Any]]:
        """What the row changes, by parameter group.

        Returns
        -------
        dict of str to dict
            Parameter group -> key -> value; groups without a change are absent.
        """
        groups = {group.name: getattr(self, group.name) for group in fields(StageParameters)}
        return {name: changed for name, changed in groups.items() if changed}

    @field_validator("baseline")
    @classmethod
    def _is_known(cls, name: str | None) -> str | None:
        if name is not None and name not in METHODS:
            raise ValueError(f"expected a baseline ({', '.join(METHODS)})")
        return name

    @model_validator(mode="after")
    def _says_one_thing(self) -> "AblationRow":
        if self.baseline is not None and self.changes:
            raise ValueError("a row is a baseline or changes parameters, not both")
        if any("seed" in changed for changed in self.changes.values()):
            raise ValueError("seeds are set by ablation.seeds, or by seeds of the row")
        return self


class AblationParameters(Parameters):
    """Which rows are tried, with which seeds, on which sequences.

    Attributes
    ----------
    rows : dict of str to AblationRow
        Name of a row -> what it changes, or which baseline it is.
    only : list of str or None
        Names of rows to run, ``*`` being anything; None: all.
    seeds : tuple of int
        Seeds with which each row is run.
    sequences : list of str or None
        Names of sequences, ``*`` being anything; None: all.
    estimate : bool
        Whether the number of clusters is also estimated where one is given; of baselines by those
        alone that stand instead of states.
    """

    rows: dict[RowName, AblationRow] = Field(
        description="by name: what each changes, or which baseline it is"
    )
    only: Names | None = Field(None, description="names of rows to run, * is anything; null: all")
    seeds: Seeds = Field((0, 1, 2), description="each row is run with each of them")
    sequences: Names | None = Field(None, description="names, * is anything; null: all")
    estimate: bool = Field(
        False, description="estimate the number of clusters also where one is given"
    )


@dataclass(frozen=True, eq=False)
class Run:
    """One row with one seed: how it is trained, embedded and clustered, or a baseline.

    Attributes
    ----------
    row : str
        Name of the row of the ablation.
    seed : int
        Seed of training, clustering and baselines.
    stages : StageParameters
        Parameters with the changes of the row.
    baseline : str or None
        Name of the baseline; None: the network is run.
    """

    row: str
    seed: int
    stages: StageParameters
    baseline: str | None

    @property
    def name(self) -> str:
        """Name of the run, with which columns of predictions begin.

        Returns
        -------
        str
            ``<row>.seed_<seed>``.
        """
        return f"{self.row}.seed_{self.seed}"

    @property
    def shared(self) -> Hashable:
        """What runs of one sequence have in common if they need one training between them.

        Returns
        -------
        hashable
            Parameters of features and training; for a baseline, the name of the run.
        """
        return self.name if self.baseline else (self.stages.features, self.stages.training)


@dataclass(frozen=True, eq=False)
class Unit:
    """Work that is done in one go: runs on one sequence that share a training, or a baseline.

    Attributes
    ----------
    sequence : str
        Name of the sequence.
    runs : tuple of Run
        Runs that share a training, or a single run of a baseline.
    """

    sequence: str
    runs: tuple[Run, ...]


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


def plan(
    parameters: AblationParameters, stages: StageParameters, sequences: Iterable[str]
) -> dict[str, Unit]:
    """Plan the units of work; the rows' changes are merged into the stages' parameters.

    Parameters
    ----------
    parameters : AblationParameters
        Rows, seeds and sequences of the ablation.
    stages : StageParameters
        Parameters that rows change.
    sequences : iterable of str
        Names of all sequences.

    Returns
    -------
    dict of str to Unit
        ``<sequence>/<first run>`` -> unit.

    Raises
    ------
    DataError
        When a changed parameter is wrong (the message names row and key), a pattern fits no row or
        sequence, or the number of clusters of a sequence is not given to a baseline.
    """
    names = list(sequences)
    runs = {name: _runs(name, row, parameters, stages) for name, row in parameters.rows.items()}
    shared: dict[tuple[str, Hashable], list[Run]] = {}
    for name in _chosen("rows", runs, parameters.only, "ablation.only"):
        wanted = _sequences(name, parameters, names)
        for sequence, run in product(wanted, runs[name]):
            if run.baseline is not None:
                _number_told(run, sequence)
            shared.setdefault((sequence, run.shared), []).append(run)
    return {
        f"{sequence}/{together[0].name}": Unit(sequence, tuple(together))
        for (sequence, _), together in shared.items()
    }


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


def score_runs(
    sequence: str, predictions: pd.DataFrame, annotation: Segmentation
) -> list[dict[str, Any]]:
    """Score every run and variant on one sequence.

    Parameters
    ----------
    sequence : str
        Name of the sequence.
    predictions : DataFrame
        Columns ``frame``, ``time_s`` and ``<run>.<variant>``.
    annotation : Segmentation
        Annotation of the same frames.

    Returns
    -------
    list of dict
        A row per run and variant, by column of :func:`kinembed.evaluation.scores.score_columns`;
        ``method`` is the row of the ablation and ``seed`` the seed of the run.

    Raises
    ------
    DataError
        When predictions and annotation differ in length.
    """
    columns = map(str, predictions.columns.drop(["frame", "time_s"]))
    runs = dict.fromkeys(name.rpartition(".")[0] for name in columns)
    scores = score_methods(sequence, predictions, annotation, list(runs))
    return [row | _row_and_seed(row["method"]) for row in scores]


def describe_runs(
    scores: pd.DataFrame, parameters: AblationParameters
) -> dict[str, dict[str, dict[str, Any]]]:
    """Describe each scored run by what it changes and what it scores.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`, from :func:`score_runs`.
    parameters : AblationParameters
        Rows of the ablation.

    Returns
    -------
    dict of str to dict
        Name of a run -> ``params`` (``row``, ``seed`` and what the row changes) and ``metrics``
        (``sequences``, their number, and means over them by variant and measure).
    """
    runs = scores[["method", "seed"]].drop_duplicates().itertuples(index=False)
    return {
        f"{row}.seed_{seed}": {
            "params": {"row": row, "seed": seed} | _description(parameters.rows[row]),
            "metrics": _metrics(scores.query("method == @row and seed == @seed")),
        }
        for row, seed in runs
    }


def _metrics(scores: pd.DataFrame) -> dict[str, Any]:
    return {"sequences": scores["sequence"].nunique()} | mean_scores(scores)


def _description(row: AblationRow) -> dict[str, Any]:
    return row.changes if row.baseline is None else {"baseline": row.baseline}


def _row_and_seed(run: str) -> dict[str, Any]:
    row, _, seed = run.rpartition(".seed_")
    return {"method": row, "seed": int(seed)}


def _runs(
    name: str, row: AblationRow, parameters: AblationParameters, stages: StageParameters
) -> list[Run]:
    """One row with each of its seeds; as ``--params seed=...`` has it, all stages use the seed."""
    groups = {
        group: _merged(getattr(stages, group), changes, f"ablation.rows.{name}.{group}")
        for group, changes in row.changes.items()
    }
    changed = replace(stages, **groups)
    return [
        Run(name, seed, _with_seed(changed, seed), row.baseline)
        for seed in dict.fromkeys(row.seeds or parameters.seeds)
    ]


def _with_seed(stages: StageParameters, seed: int) -> StageParameters:
    training = stages.training.model_copy(update={"seed": seed})
    clustering = stages.clustering.model_copy(update={"seed": seed})
    return replace(stages, training=training, clustering=clustering)


def _sequences(name: str, parameters: AblationParameters, known: list[str]) -> list[str]:
    own = parameters.rows[name].sequences
    if own is None:
        return _chosen("sequences", known, parameters.sequences, "ablation.sequences")
    return _chosen("sequences", known, own, f"ablation.rows.{name}.sequences")


def _chosen(what: str, names: Iterable[str], patterns: list[str] | None, key: str) -> list[str]:
    """Names that fit a pattern, in their order; DataError if one fits none."""
    known = list(names)
    for pattern in patterns or []:
        if not any(fnmatchcase(name, pattern) for name in known):
            raise DataError(f"{key}: {pattern!r} fits none of the {what} {', '.join(known)}")
    wanted = ["*"] if patterns is None else patterns
    return [name for name in known if any(fnmatchcase(name, pattern) for pattern in wanted)]


def _merged(group: Group, changes: Mapping[str, Any], where: str) -> Group:
    """A parameter group with some keys changed, at any depth."""
    try:
        return type(group).model_validate(_deeply(group.model_dump(), changes))
    except ValidationError as error:
        problems = [
            f"{'.'.join([where, *map(str, one['loc'])])}: {one['msg']} (it is {one['input']!r})"
            for one in error.errors()
        ]
        raise DataError("\n".join(problems)) from error


def _deeply(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    nested = {
        key: _deeply(values[key], changed)
        for key, changed in changes.items()
        if isinstance(changed, Mapping) and isinstance(values.get(key), Mapping)
    }
    return {**values, **changes, **nested}


def _number_told(run: Run, sequence: str) -> int:
    """How many clusters a baseline is asked for."""
    number = run.stages.clustering.number_for(sequence)
    if number is None:
        raise DataError(
            f"{sequence}: row {run.row!r} of the ablation is a baseline and needs a number of "
            "clusters, but clustering.number says nothing of this sequence; add it there "
            "or leave the row out (ablation.only)"
        )
    return number


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
        number = _number_told(run, unit.sequence)
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
