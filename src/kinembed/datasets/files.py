"""Finished files: pages, pictures, animations."""

import base64
from collections.abc import Mapping
from typing import Any

import fsspec
from kedro.io.core import AbstractDataset, DatasetError, get_protocol_and_path
from kedro_datasets._typing import ImagePreview

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

    def preview(self, pattern: str = "*.png") -> ImagePreview:
        """The first picture of that name, for Kedro-Viz; raises DatasetError if there is none."""
        filesystem = fsspec.filesystem(self._protocol)
        pictures = sorted(filesystem.glob(f"{self._folder}/{pattern}"))
        if not pictures:
            raise DatasetError(f"{self._folder}: no picture named {pattern} lies in this folder")
        return ImagePreview(base64.b64encode(filesystem.cat_file(pictures[0])).decode())

    def _exists(self) -> bool:
        return bool(fsspec.filesystem(self._protocol).isdir(self._folder))

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._folder, "protocol": self._protocol}
