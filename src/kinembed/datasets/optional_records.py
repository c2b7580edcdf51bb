"""A record as one versioned JSON file, which results of earlier versions may lack."""

import json
from abc import abstractmethod
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar

import fsspec
from kedro.io.core import AbstractVersionedDataset, DatasetError, Version, get_protocol_and_path

from kinembed.core.digests import read_stored, write_stored
from kinembed.core.errors import FormatError

Record = TypeVar("Record")


class OptionalRecordDataset(AbstractVersionedDataset[Record, Record], Generic[Record]):
    """A record whose absence means what :meth:`absent` returns.

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

    @abstractmethod
    def absent(self) -> Record:
        """Make the record of results that have none.

        Returns
        -------
        Record
            What an absent file means.
        """

    @abstractmethod
    def encode(self, record: Record) -> Any:
        """Encode a record.

        Parameters
        ----------
        record : Record
            What is saved.

        Returns
        -------
        Any
            What JSON can hold.
        """

    @abstractmethod
    def decode(self, content: Any, file: str) -> Record:
        """Decode a record; inverse of :meth:`encode`.

        Parameters
        ----------
        content : Any
            What the JSON file holds.
        file : str
            Its path, for errors.

        Returns
        -------
        Record
            What `content` holds.

        Raises
        ------
        FormatError
            When `content` holds no such record.
        """

    def load(self) -> Record:
        """Read the newest record, or the one of the version that is asked for.

        Returns
        -------
        Record
            :meth:`absent` where nothing is stored and no version is asked for.

        Raises
        ------
        DatasetError
            When the version that is asked for is absent. Its cause is a FormatError, which names
            the file, when the file is no JSON, or holds no such record.
        """
        asked_for = self._version is not None and self._version.load is not None
        if not asked_for and not self._exists():
            return self.absent()
        path = str(self._get_load_path())
        try:
            content = json.loads(read_stored(self._fs, path))
        except ValueError as error:
            raise FormatError(path, f"expected JSON ({error})") from error
        return self.decode(content, path)

    def save(self, data: Record) -> None:
        """Write the record as plain JSON.

        Parameters
        ----------
        data : Record
            What is stored.

        Raises
        ------
        DatasetError
            When this version is stored already.
        """
        content = json.dumps(self.encode(data), indent=1).encode()
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
