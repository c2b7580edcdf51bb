"""One record of the library per file: how it becomes bytes is each subclass's own matter."""

from abc import abstractmethod
from pathlib import Path, PurePosixPath
from typing import Any, Generic, TypeVar

import fsspec
from kedro.io.core import AbstractDataset, get_protocol_and_path

from kinembed.core.atomic_files import write_bytes

Record = TypeVar("Record")


def write_file(protocol: str, path: str, content: bytes) -> None:
    """Replace a file, all or nothing: object stores do so anyway, local files are moved."""
    if protocol == "file":
        write_bytes(Path(path), content)
    else:
        fsspec.filesystem(protocol).pipe_file(path, content)


class RecordDataset(AbstractDataset[Record, Record], Generic[Record]):
    """A file, read and written whole through fsspec; local files are replaced atomically."""

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        protocol, path = get_protocol_and_path(filepath)
        self._protocol = protocol
        self._filepath = PurePosixPath(path)
        self.metadata = metadata

    @abstractmethod
    def encode(self, record: Record) -> bytes:
        """The record as the content of a file."""

    @abstractmethod
    def decode(self, content: bytes, file: str) -> Record:
        """The record that `content` holds; `file` is named in errors."""

    def load(self) -> Record:
        """Read and decode the file."""
        content: bytes = self._filesystem().cat_file(str(self._filepath))
        return self.decode(content, str(self._filepath))

    def save(self, record: Record) -> None:
        """Encode the record and replace the file."""
        write_file(self._protocol, str(self._filepath), self.encode(record))

    def _filesystem(self) -> Any:
        return fsspec.filesystem(self._protocol)

    def _exists(self) -> bool:
        return bool(self._filesystem().exists(str(self._filepath)))

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath), "protocol": self._protocol}
