"""All versions of all tables that lie in a folder, for reading."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import fsspec
import pandas as pd
from kedro.io.core import AbstractDataset, DatasetError, get_protocol_and_path

Versions = dict[str, Callable[[], pd.DataFrame]]


class StoredTables(AbstractDataset[object, dict[str, Versions]]):
    """Name -> version -> loader of what versioned ``pandas.CSVDataset`` entries saved.

    A table that was never made is simply not among the names. `load_args` are pandas'.
    """

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
        """Nothing is read before a loader is called."""
        filesystem = fsspec.filesystem(self._protocol)
        tables: dict[str, Versions] = {}
        for path in sorted(filesystem.glob(f"{self._folder}/*.csv/*/*.csv")):
            file = PurePosixPath(path)
            tables.setdefault(file.stem, {})[file.parent.name] = partial(self._read, str(path))
        return tables

    def save(self, data: object) -> None:  # noqa: ARG002
        """The tables are saved by their own entries."""
        raise DatasetError("stored tables are read here; their own entries save them")

    def _read(self, path: str) -> pd.DataFrame:
        with fsspec.filesystem(self._protocol).open(path) as file:
            table: pd.DataFrame = pd.read_csv(file, **self._load_args)
            return table

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._folder, "protocol": self._protocol}
