"""Finished files: pages, pictures, animations."""

import base64
from collections.abc import Mapping
from typing import Any

import fsspec
from kedro.io.core import AbstractDataset, DatasetError, get_protocol_and_path
from kedro_datasets._typing import ImagePreview

from kinembed.datasets.records import write_file


class FilesDataset(AbstractDataset[Mapping[str, bytes], dict[str, bytes]]):
    """A folder of finished files: name -> content.

    Parameters
    ----------
    filepath : str
        Path or URL of the folder, of any protocol that fsspec knows.
    metadata : dict of str to Any or None
        Metadata of the catalog entry, for hooks and Kedro-Viz.
    """

    is_folder = True

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._protocol, self._folder = get_protocol_and_path(filepath)
        self.metadata = metadata

    def load(self) -> dict[str, bytes]:
        """Read every file that lies directly in the folder.

        Returns
        -------
        dict of str to bytes
            File name -> content, in the order of names; empty if there is no such folder.
        """
        filesystem = fsspec.filesystem(self._protocol)
        return {
            path.rsplit("/", 1)[-1]: filesystem.cat_file(path)
            for path in sorted(filesystem.find(self._folder, maxdepth=1))
        }

    def save(self, data: Mapping[str, bytes]) -> None:
        """Write every file, each all or nothing; other files in the folder stay.

        Parameters
        ----------
        data : mapping of str to bytes
            File name -> content.
        """
        for name, content in data.items():
            write_file(self._protocol, f"{self._folder}/{name}", content)

    def preview(self, pattern: str = "*.png") -> ImagePreview:
        """Show the first picture of a name in Kedro-Viz.

        Parameters
        ----------
        pattern : str
            Name of the picture; ``*`` stands for anything.

        Returns
        -------
        ImagePreview
            The picture in base64.

        Raises
        ------
        DatasetError
            When no file of the folder fits `pattern`.
        """
        filesystem = fsspec.filesystem(self._protocol)
        pictures = sorted(filesystem.glob(f"{self._folder}/{pattern}"))
        if not pictures:
            raise DatasetError(f"{self._folder}: no picture named {pattern} lies in this folder")
        return ImagePreview(base64.b64encode(filesystem.cat_file(pictures[0])).decode())

    def _exists(self) -> bool:
        return bool(fsspec.filesystem(self._protocol).isdir(self._folder))

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._folder, "protocol": self._protocol}
