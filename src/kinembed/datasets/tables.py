"""All versions of all tables that lie in a folder, for reading."""

import io
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import fsspec
import pandas as pd
from kedro.io.core import get_protocol_and_path

from kinembed.core.digests import read_stored
from kinembed.core.spreadsheets import plain_table
from kinembed.datasets.read_only import ReadOnlyDataset

Versions = dict[str, Callable[[], pd.DataFrame]]


class StoredTables(ReadOnlyDataset[dict[str, Versions]]):
    """Name -> version -> loader of what versioned ``CSVDataset`` entries saved.

    A table that was never made is not among the names.

    Parameters
    ----------
    filepath : str
        Path or URL of the folder in which the tables lie, as ``<name>.csv/<version>/<name>.csv``.
    load_args : dict of str to Any or None
        Arguments of :func:`pandas.read_csv`; None for its defaults.
    metadata : dict of str to Any or None
        Metadata of the catalog entry, for hooks and Kedro-Viz.
    """

    written_by = "stored tables are read here; their own entries save them"

    def __init__(
        self,
        *,
        filepath: str,
        load_args: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self._protocol, self._folder = get_protocol_and_path(filepath)
        self._load_args = load_args or {}
        self.metadata = metadata

    def load(self) -> dict[str, Versions]:
        """Find all versions of all tables, without reading any.

        Returns
        -------
        dict of str to dict of str to callable
            Name -> version -> loader of the table, in the order of names and versions; empty if no
            table is stored.
        """
        filesystem = fsspec.filesystem(self._protocol)
        tables: dict[str, Versions] = {}
        for path in sorted(filesystem.glob(f"{self._folder}/*.csv/*/*.csv")):
            file = PurePosixPath(path)
            tables.setdefault(file.stem, {})[file.parent.name] = partial(self._read, str(path))
        return tables

    def _read(self, path: str) -> pd.DataFrame:
        content = read_stored(fsspec.filesystem(self._protocol), path)
        return plain_table(pd.read_csv(io.BytesIO(content), **self._load_args))

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._folder, "protocol": self._protocol}
