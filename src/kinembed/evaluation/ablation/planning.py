"""From rows and seeds to units of work: runs that share a training are one unit."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import product
from typing import Any, TypeVar

from pydantic import ValidationError

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.evaluation.ablation.parameters import AblationParameters, AblationRow
from kinembed.evaluation.baselines import StageParameters

Group = TypeVar("Group", bound=Parameters)


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
                number_told(run, sequence)
            shared.setdefault((sequence, run.shared), []).append(run)
    return {
        f"{sequence}/{together[0].name}": Unit(sequence, tuple(together))
        for (sequence, _), together in shared.items()
    }


def number_told(run: Run, sequence: str) -> int:
    """Look up how many clusters a baseline is asked for.

    Parameters
    ----------
    run : Run
        A run of a baseline.
    sequence : str
        Name of the sequence.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    DataError
        When no number is given for the sequence.
    """
    number = run.stages.clustering.number_for(sequence)
    if number is None:
        raise DataError(
            f"{sequence}: row {run.row!r} of the ablation is a baseline and needs a number of "
            "clusters, but clustering.number says nothing of this sequence; add it there "
            "or leave the row out (ablation.only)"
        )
    return number


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
