"""The same work for every partition, by an engine that the configuration chooses.

A *partition* is one entry of a collection: a name and a callable that loads it. Loading happens
where the work happens, so a worker receives names and loaders, never the data; loaders and
functions must be picklable. Results do not depend on the engine, only the order in which
:meth:`MappedPartitions.stream` yields them does.
"""

import logging
import os
import re
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import islice
from typing import Any, Generic, Literal, Protocol, TypeVar, runtime_checkable

from joblib import Parallel, delayed, effective_n_jobs, parallel_config
from pydantic import Field, PositiveInt, field_validator
from tqdm import tqdm

from kinembed.core.errors import DataError, KinembedError
from kinembed.core.exception_chain import find_cause
from kinembed.core.lazy_list import LazyList
from kinembed.core.listing import listed
from kinembed.core.orphans import end_with
from kinembed.core.parameters import Parameters

Result = TypeVar("Result")
Loader = Callable[[], Any]

RESULTS_PER_WORKER = 4
"""Results that may wait for whoever consumes them, per worker: bounds the memory."""


class ParallelConfig(Parameters):
    """Which engine works on partitions.

    Attributes
    ----------
    backend : {"loky", "threading", "sequential", "dask"}
        The engine: processes, threads, no concurrency, or a Dask cluster.
    n_jobs : int
        Number of workers, not 0; -1 means one per core, -2 one fewer. A cluster has its own number.
    threads_per_job : int or None
        Threads of numerical libraries in each process of loky, at least 1; None shares out the
        cores.
    scheduler : str or None
        Address of a Dask scheduler; None starts a cluster on this machine.
    """

    backend: Literal["loky", "threading", "sequential", "dask"] = Field(
        "loky", description="loky works in processes, dask on a cluster"
    )
    n_jobs: int = Field(
        -1, description="workers; -1: one per core, -2: one fewer; a cluster has its own number"
    )
    threads_per_job: PositiveInt | None = Field(
        1, description="of numerical libraries in each process of loky; null: they share the cores"
    )
    scheduler: str | None = Field(
        None, description="address of a Dask scheduler; null: a cluster on this machine"
    )

    @field_validator("n_jobs")
    @classmethod
    def _some_workers(cls, n_jobs: int) -> int:
        if n_jobs == 0:
            raise ValueError("0 workers can do nothing; -1 means one per core")
        return n_jobs


@runtime_checkable
class Streamed(Protocol):
    """Results that come by name, one at a time."""

    def stream(self) -> Generator[tuple[str, Any], None, None]:
        """Compute all results.

        Yields
        ------
        tuple of str and Any
            Name and result.
        """


@dataclass(frozen=True, eq=False)
class MappedPartitions(Mapping[str, Callable[[], Result]], Generic[Result]):
    """Results by name, computed when asked for: one by calling it, all by :meth:`stream`.

    Attributes
    ----------
    function : Callable
        Gets the name of a partition, then what its loaders load; picklable.
    loaders : Mapping of str to tuple of Callable
        Loaders by name of the partition.
    config : ParallelConfig
        Which engine computes, and with how many workers.
    description : str
        Label of the progress bar.
    """

    function: Callable[..., Result]
    loaders: Mapping[str, tuple[Loader, ...]]
    config: ParallelConfig
    description: str

    def __getitem__(self, name: str) -> Callable[[], Result]:
        return partial(_compute, self.function, name, self.loaders[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.loaders)

    def __len__(self) -> int:
        return len(self.loaders)

    def stream(self) -> Generator[tuple[str, Result], None, None]:
        """Compute all results, a bounded number in memory at a time.

        Yields
        ------
        tuple of (str, object)
            Name and result, in the order of completion.

        Raises
        ------
        KinembedError
            When the function raises it (the message names the partition), when Dask is asked for
            but not installed, or when no Dask scheduler answers.
        Exception
            Any other error of the function or of a loader, as it is, with a note that names the
            partition.
        """
        progress = tqdm(total=len(self), desc=self.description, unit="sequence", disable=None)
        with progress, _workers(self.config) as workers, closing(workers.run(self)) as outcomes:
            for name, outcome in outcomes:
                progress.update()
                if isinstance(outcome, _Failure):
                    raise outcome.error()
                yield name, outcome

    def collect(self) -> dict[str, Result]:
        """All results at once.

        Returns
        -------
        dict of str to object
            Name -> result, in the order of the names.

        Raises
        ------
        KinembedError
            As :meth:`stream` raises it.
        """
        found = dict(self.stream())
        return {name: found[name] for name in self}


@dataclass(frozen=True, eq=False)
class SplitPartitions(Mapping[str, Callable[[], Result]], Generic[Result]):
    """Results of work that gives several at once, by name.

    By :meth:`stream` each group is worked on once; one result that is called costs its whole group.

    Attributes
    ----------
    groups : MappedPartitions of dict of str to Result
        What gives several results.
    owners : Mapping of str to str
        Name of a result -> name of the group that gives it.
    """

    groups: MappedPartitions[dict[str, Result]]
    owners: Mapping[str, str]

    def __getitem__(self, name: str) -> Callable[[], Result]:
        return partial(_part, self.groups[self.owners[name]], name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.owners)

    def __len__(self) -> int:
        return len(self.owners)

    def stream(self) -> Generator[tuple[str, Result], None, None]:
        """Compute all results.

        Yields
        ------
        tuple of str and Result
            Name and result, group by group in the order of completion.

        Raises
        ------
        KinembedError
            As :meth:`MappedPartitions.stream` raises it.
        """
        for _, results in self.groups.stream():
            yield from results.items()


def map_partitions(
    function: Callable[..., Result],
    *partitions: Mapping[str, Loader],
    config: ParallelConfig,
    description: str,
    with_name: bool = False,
) -> MappedPartitions[Result]:
    """Prepare ``function(*loaded)`` for every name of the first collection.

    Nothing is loaded or computed yet.

    Parameters
    ----------
    function : Callable
        Gets what each of the collections holds under a name; picklable.
    *partitions : Mapping of str to Callable
        One collection or more, name -> loader, joined by name.
    config : ParallelConfig
        Which engine computes, and with how many workers.
    description : str
        Label of the progress bar, and the beginning of error messages.
    with_name : bool, optional
        Whether `function` gets the name first.

    Returns
    -------
    MappedPartitions
        Name -> result, computed when it is asked for.

    Raises
    ------
    DataError
        When a collection lacks a name of the first.
    """
    names = list(partitions[0])
    for position, other in enumerate(partitions[1:], start=2):
        absent = [name for name in names if name not in other]
        if absent:
            raise DataError(
                f"{description}: input {position} has nothing for {listed(absent)}; "
                f"it has {listed(other) or 'no entry at all'}"
            )
    loaders = {name: tuple(collection[name] for collection in partitions) for name in names}
    named = function if with_name else partial(_without_name, function)
    return MappedPartitions(named, loaders, config, description)


def loaders_of(values: Mapping[str, Any]) -> dict[str, Loader]:
    """A collection of what is known already: loading gives it back.

    Parameters
    ----------
    values : Mapping of str to object
        Values by name; picklable where workers are processes.

    Returns
    -------
    dict of str to Callable
        Name -> loader of the value.
    """
    return {name: partial(_itself, value) for name, value in values.items()}


def loaders_of_seeds(seeds: Sequence[int]) -> dict[str, Loader]:
    """A collection of seeds for the same work.

    Parameters
    ----------
    seeds : sequence of int
        Seeds of random numbers.

    Returns
    -------
    dict of str to Callable
        ``seed_<seed>`` -> loader of the seed.
    """
    return loaders_of({f"seed_{seed}": seed for seed in seeds})


def loaders_of_groups(
    groups: Mapping[str, Sequence[str]], partitions: Mapping[str, Loader]
) -> dict[str, Loader]:
    """A collection of lists, each of what a few partitions hold.

    Parameters
    ----------
    groups : Mapping of str to sequence of str
        Name of a group -> names of its partitions, in the order of the list.
    partitions : Mapping of str to Callable
        Name of a partition -> loader.

    Returns
    -------
    dict of str to Callable
        Name of a group -> loader of its list.

    Raises
    ------
    KeyError
        When a group names a partition that is not there.
    """
    return {
        name: partial(_load_all, [partitions[member] for member in members])
        for name, members in groups.items()
    }


def lazy_groups(
    groups: Mapping[str, Sequence[str]], partitions: Mapping[str, Loader]
) -> dict[str, Loader]:
    """A collection of lists as of :func:`loaders_of_groups`, whose items are loaded one at a time.

    Parameters
    ----------
    groups, partitions
        As in :func:`loaders_of_groups`.

    Returns
    -------
    dict of str to Callable
        Name of a group -> loader of its :class:`~kinembed.core.lazy_list.LazyList`.

    Raises
    ------
    KeyError
        When a group names a partition that is not there.
    """
    return {
        name: partial(LazyList, [partitions[member] for member in members])
        for name, members in groups.items()
    }


def _load_all(loaders: Sequence[Loader]) -> list[Any]:
    return [load() for load in loaders]


def _part(load: Callable[[], dict[str, Result]], name: str) -> Result:
    return load()[name]


def _without_name(function: Callable[..., Result], _name: str, *loaded: Any) -> Result:
    return function(*loaded)


def _itself(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class _Failure:
    """A KinembedError on its way out of a worker: survives pickling whatever its constructor."""

    kind: type[KinembedError]
    message: str
    state: dict[str, Any]

    def error(self) -> KinembedError:
        """The error again, of its own class and with its own attributes."""
        error = self.kind.__new__(self.kind)
        error.args = (self.message,)
        error.__dict__.update(self.state)
        return error


def _compute(function: Callable[..., Result], name: str, loaders: tuple[Loader, ...]) -> Result:
    """Load and work on one partition; errors tell which one."""
    try:
        return function(name, *(load() for load in loaders))
    except Exception as error:
        cause = find_cause(error, KinembedError)
        if cause is None:
            error.add_note(f"while working on {name}")
            raise
        raise _Failure(type(cause), _naming(name, str(cause)), vars(cause)).error() from error


def _naming(name: str, message: str) -> str:
    """The message, with the partition's name before it unless it is in there already."""
    named = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message)
    return message if named else f"{name}: {message}"


def _attempt(
    function: Callable[..., Result], name: str, loaders: tuple[Loader, ...], parent: int | None
) -> tuple[str, Result | _Failure]:
    """What happens in a worker: a result, or an error as a value."""
    if parent is not None:
        end_with(parent)
    try:
        return name, _compute(function, name, loaders)
    except KinembedError as error:
        return name, _Failure(type(error), str(error), vars(error))


@dataclass(frozen=True)
class _Workers:
    """An engine ready to work."""

    parallel: Parallel
    count: int

    def run(self, mapped: MappedPartitions[Any]) -> Generator[tuple[str, Any], None, None]:
        """Outcomes of all partitions, a slice of them in flight at a time.

        joblib holds every finished result until it is consumed, so no more is handed to it at
        once than may lie in memory together.
        """
        names = iter(mapped)
        parent = os.getpid() if mapped.config.backend == "loky" else None
        while some := list(islice(names, RESULTS_PER_WORKER * self.count)):
            outcomes = self.parallel(
                delayed(_attempt)(mapped.function, name, mapped.loaders[name], parent)
                for name in some
            )
            try:
                for outcome in outcomes:  # noqa: UP028 -- "yield from" closes with the warning
                    yield outcome
            finally:
                _close(outcomes)


def _close(outcomes: Any) -> None:
    """Cancel what is still running; joblib's warning about it would hide the error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcomes.close()


@contextmanager
def _workers(config: ParallelConfig) -> Iterator[_Workers]:
    """Start the engine; what must be stopped is stopped at the end."""
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        # Workers that grew large are replaced; nothing is lost and nobody need act on it.
        warnings.filterwarnings("ignore", message="A worker stopped while some jobs")
        options: dict[str, Any] = {}
        if config.backend == "dask":
            options["client"] = stack.enter_context(_dask_client(config))
        if config.backend == "loky" and config.threads_per_job is not None:
            options["inner_max_num_threads"] = config.threads_per_job
        with parallel_config(backend=config.backend, n_jobs=config.n_jobs, **options):
            parallel = Parallel(return_as="generator_unordered", batch_size=1)
            workers = _Workers(parallel, effective_n_jobs(config.n_jobs))
        yield workers


def _dask_client(config: ParallelConfig) -> Any:
    """A client of the scheduler, or of a cluster on this machine."""
    try:
        distributed = import_module("dask.distributed")
    except ImportError as error:
        raise KinembedError(
            'parallel.backend is "dask", but Dask is not installed: '
            'install the extra "cluster" (pip install "kinembed[cluster]") or choose "loky"'
        ) from error
    logging.getLogger("distributed").setLevel(logging.WARNING)
    if config.scheduler is None:
        workers = config.n_jobs if config.n_jobs > 0 else effective_n_jobs(config.n_jobs)
        return distributed.Client(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    try:
        return distributed.Client(config.scheduler, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise KinembedError(
            f"no Dask scheduler answers at parallel.scheduler = {config.scheduler!r} ({error}); "
            'start one with "dask scheduler", or set it to null for a cluster on this machine'
        ) from error
