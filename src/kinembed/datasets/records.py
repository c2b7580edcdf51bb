"""One record of the library per file: how it becomes bytes is each subclass's own matter."""

from abc import abstractmethod
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar

import fsspec
from kedro.io.core import AbstractDataset, get_protocol_and_path

from kinembed.core.digests import read_stored, write_stored

Record = TypeVar("Record")


class RecordDataset(AbstractDataset[Record, Record], Generic[Record]):
    """A file with a digest, read and written whole; local files are replaced atomically.

    Parameters
    ----------
    filepath : str
        Path or URL of the file, of any protocol that fsspec knows.
    metadata : dict of str to Any or None
        Metadata of the catalog entry, for hooks and Kedro-Viz.
    """

    has_digests = True

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        protocol, path = get_protocol_and_path(filepath)
        self._protocol = protocol
        self._filepath = PurePosixPath(path)
        self.metadata = metadata

    @abstractmethod
    def encode(self, record: Record) -> bytes:
        """Encode a record.

        Parameters
        ----------
        record : Record
            What is saved.

        Returns
        -------
        bytes
            Content of the file.
        """

    @abstractmethod
    def decode(self, content: bytes, file: str) -> Record:
        """Decode a record; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        Record
            What `content` holds.

        Raises
        ------
        KinembedError
            When `content` holds no such record; each subclass says which error it is.
        """

    def load(self) -> Record:
        """Read and decode the file.

        Returns
        -------
        Record
            What the file holds.

        Raises
        ------
        DatasetError
            When there is no such file, or it is not what was written, or when :meth:`decode`
            raises an error, which is its cause.
        """
        content = read_stored(self._filesystem(), str(self._filepath))
        return self.decode(content, str(self._filepath))

    def save(self, record: Record) -> None:
        """Encode the record and replace the file.

        Parameters
        ----------
        record : Record
            What the file is to hold.
        """
        write_stored(self._filesystem(), str(self._filepath), self.encode(record))

    def _filesystem(self) -> Any:
        return fsspec.filesystem(self._protocol)

    def _exists(self) -> bool:
        return bool(self._filesystem().exists(str(self._filepath)))

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath), "protocol": self._protocol}
