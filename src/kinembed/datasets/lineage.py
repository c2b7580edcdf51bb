"""What every stored dataset was made of: a small file beside it.

``<filepath>/<version>/lineage.json`` for a version, ``.<name>.lineage.json`` beside others::

    {"run": "2026-01-05T10.00.00.000Z", "node": "embed", "commit": "0a1b...",
     "made_with": {"kinembed": "0.1.0", ..., "processor": "2 cores, ..."},
     "inputs": {"models": "2026-01-05T10.00.00.000Z"}}

An input is named by its version, or by the run that saved it where it has no versions.
"""

import json
import logging
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePath, PurePosixPath
from typing import Any

import fsspec
from kedro.io.core import AbstractDataset
from pydantic import Field, ValidationError

from kinembed.core.digests import read_stored, write_stored
from kinembed.core.errors import DamagedError
from kinembed.core.listing import listed
from kinembed.core.parameters import Parameters
from kinembed.datasets.versions import chosen_version, versioned

Datasets = Mapping[str, AbstractDataset[Any, Any]]
LINEAGE = "lineage.json"
"""Name of the file in the folder of a version."""
UNKNOWN = "unknown"
"""Stands for the run that saved a dataset before lineage was stored, or a file of a person's."""


class Lineage(Parameters):
    """What one stored dataset was made of.

    Attributes
    ----------
    run : str
        The run that saved it.
    node : str
        The node that made it.
    commit : str
        Of the code; ``+`` at its end stands for changes, empty without git.
    made_with : dict of str to str
        Versions of kinembed, Python and packages, and the processor; empty in earlier releases.
    inputs : dict of str to str
        Name of each stored dataset that it was made of -> its version, or the run that saved it.
    """

    run: str
    node: str = ""
    commit: str = ""
    made_with: dict[str, str] = Field(default_factory=dict)
    inputs: dict[str, str] = Field(default_factory=dict)


def write_lineage(dataset: AbstractDataset[Any, Any], lineage: Lineage) -> None:
    """Store a lineage beside what was just saved.

    Parameters
    ----------
    dataset : AbstractDataset
        What was saved; one that is not stored in a file gets none.
    lineage : Lineage
        What it was made of.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    location = _location(dataset, saved=True)
    if location is not None:
        protocol, path = location
        content = json.dumps(lineage.model_dump(), indent=1).encode()
        write_stored(fsspec.filesystem(protocol), path, content)


def read_lineage(dataset: AbstractDataset[Any, Any]) -> Lineage | None:
    """Read what the version of a dataset that would be loaded was made of.

    Parameters
    ----------
    dataset : AbstractDataset
        Any dataset.

    Returns
    -------
    Lineage or None
        None when nothing is known: an earlier release saved it, or a person did. The log names a
        file that is damaged.
    """
    location = _location(dataset, saved=False)
    if location is None:
        return None
    protocol, path = location
    try:
        return Lineage.model_validate_json(read_stored(fsspec.filesystem(protocol), path))
    except FileNotFoundError:
        return None
    except (OSError, DamagedError, ValidationError) as error:
        told = f"{path}: what it was made of cannot be read ({type(error).__name__})"
        logging.getLogger(__name__).warning(told, extra={"markup": False})
        return None


def lineage_beside(path: PurePath) -> PurePath:
    """Name the file of a dataset without versions.

    Parameters
    ----------
    path : PurePath
        Of the dataset.

    Returns
    -------
    PurePath
        A hidden file beside it.
    """
    return path.with_name(f".{path.name}.{LINEAGE}")


def loaded_version(dataset: AbstractDataset[Any, Any]) -> str:
    """Name what would be loaded.

    Parameters
    ----------
    dataset : AbstractDataset
        A stored dataset.

    Returns
    -------
    str
        Its version; where it has none the run that saved it, or UNKNOWN.
    """
    found = versioned(dataset)
    if found is not None:
        return str(chosen_version(found) or UNKNOWN)
    lineage = read_lineage(dataset)
    return UNKNOWN if lineage is None else lineage.run


def warn_of_mixed_inputs(
    datasets: Datasets, inputs: Iterable[str], chosen: Collection[str] = ()
) -> None:
    """Say which inputs of a run were made of other versions than those that it loads.

    Parameters
    ----------
    datasets : mapping of str to AbstractDataset
        Stored datasets by name, with the versions that will be loaded.
    inputs : iterable of str
        Names of those that the run loads and does not save.
    chosen : collection of str
        Names of those whose versions the user chose, which the advice leaves alone.
    """
    known = {name: loaded_version(datasets[name]) for name in inputs if name in datasets}
    mixed = [
        (name, source, of)
        for name in known
        for source, of in _inputs_of(datasets[name]).items()
        if source in known and UNKNOWN not in {of, known[source]} and of != known[source]
    ]
    if mixed:
        told = listed(f"{name} (of {one} {of}; loaded: {known[one]})" for name, one, of in mixed)
        options = {
            f"{name}:<version>" if one in chosen else f"{one}:{of}"
            for name, one, of in mixed
            if versioned(datasets[name if one in chosen else one])
        }
        remedy = f", or add to --load-versions: {','.join(sorted(options))}" if options else ""
        logging.getLogger(__name__).warning(
            f"Inputs were not made of one another: {told}. Run the stages between again{remedy}.",
            extra={"markup": False},
        )


def _inputs_of(dataset: AbstractDataset[Any, Any]) -> dict[str, str]:
    lineage = read_lineage(dataset)
    return {} if lineage is None else lineage.inputs


def _location(dataset: AbstractDataset[Any, Any], saved: bool) -> tuple[str, str] | None:
    """Protocol and path of the file; None for what is not stored."""
    description = dataset._describe()
    if not description.get("filepath"):
        return None
    path = PurePosixPath(str(description["filepath"]))
    found, file = versioned(dataset), lineage_beside(path)
    if found is not None:
        version = found.resolve_save_version() if saved else chosen_version(found)
        if version is None:
            return None
        file = path / version / LINEAGE
    return str(description.get("protocol", "file")), str(file)
