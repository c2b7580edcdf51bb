"""Which model each recording belongs to, as one versioned JSON file."""

import json
from pathlib import PurePosixPath
from typing import Any

import fsspec
from kedro.io.core import AbstractVersionedDataset, DatasetError, Version, get_protocol_and_path

from kinembed.core.digests import read_stored, write_stored
from kinembed.core.errors import FormatError
from kinembed.training.assignment import ModelAssignment


class ModelAssignmentDataset(AbstractVersionedDataset[ModelAssignment, ModelAssignment]):
    """Recording -> model; where an earlier version stored none, models bear recordings' names.

    Parameters
    ----------
    filepath : str
        Path or URL of the JSON file, of any protocol that fsspec knows.
    version : Version or None
        Versions to load and to save; None for a file without versions.
    metadata : dict of str to Any or None
        Metadata of the catalog entry, for hooks and Kedro-Viz.
    """

    def __init__(
        self,
        *,
        filepath: str,
        version: Version | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self._protocol, path = get_protocol_and_path(filepath, version)
        self._fs = fsspec.filesystem(self._protocol)
        super().__init__(PurePosixPath(path), version, self._fs.exists, self._fs.glob)
        self.metadata = metadata

    def load(self) -> ModelAssignment:
        """Read the newest table, or the one of the version that is asked for.

        Returns
        -------
        ModelAssignment
            Its ``models`` are None where None was stored, and where nothing is stored and no
            version is asked for.

        Raises
        ------
        DatasetError
            When the version that is asked for is absent. Its cause is a FormatError, which names
            the file, when the file is no JSON, or gives no name of a model for a recording.
        """
        asked_for = self._version is not None and self._version.load is not None
        if not asked_for and not self._exists():
            return ModelAssignment(None)
        path = str(self._get_load_path())
        try:
            table: Any = json.loads(read_stored(self._fs, path))
        except ValueError as error:
            raise FormatError(path, f"expected JSON ({error})") from error
        if table is None:
            return ModelAssignment(None)
        if not isinstance(table, dict) or not all(isinstance(one, str) for one in table.values()):
            raise FormatError(path, "expected the name of a model for each recording")
        return ModelAssignment(table)

    def save(self, data: ModelAssignment) -> None:
        """Write the table as plain JSON, a line per recording.

        Parameters
        ----------
        data : ModelAssignment
            The model of every recording; None as ``models`` is written as null.

        Raises
        ------
        DatasetError
            When this version is stored already.
        """
        table = None if data.models is None else dict(data.models)
        content = json.dumps(table, indent=1).encode()
        path = self._get_save_path()
        self._fs.makedirs(str(path.parent), exist_ok=True)
        write_stored(self._fs, str(path), content)
        self._fs.invalidate_cache(str(self._filepath))

    def _exists(self) -> bool:
        try:
            return bool(self._fs.isfile(str(self._get_load_path())))
        except DatasetError:
            return False

    def _describe(self) -> dict[str, Any]:
        return {
            "filepath": str(self._filepath),
            "protocol": self._protocol,
            "version": self._version,
        }
