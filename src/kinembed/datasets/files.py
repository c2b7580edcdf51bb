"""Finished files: pages, pictures, films."""

from collections.abc import Mapping
from typing import Any

import fsspec
from kedro.io.core import AbstractDataset, get_protocol_and_path

from kinembed.datasets.records import write_file


class FilesDataset(AbstractDataset[Mapping[str, bytes], dict[str, bytes]]):
    """A folder of finished files: name -> content."""

    is_folder = True

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._protocol, self._folder = get_protocol_and_path(filepath)
        self.metadata = metadata

    def load(self) -> dict[str, bytes]:
        """Every file that lies directly in the folder."""
        filesystem = fsspec.filesystem(self._protocol)
        return {
            path.rsplit("/", 1)[-1]: filesystem.cat_file(path)
            for path in sorted(filesystem.find(self._folder, maxdepth=1))
        }

    def save(self, data: Mapping[str, bytes]) -> None:
        """Write every file, each all or nothing; other files in the folder stay."""
        for name, content in data.items():
            write_file(self._protocol, f"{self._folder}/{name}", content)

    def _exists(self) -> bool:
        return bool(fsspec.filesystem(self._protocol).isdir(self._folder))

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._folder, "protocol": self._protocol}
