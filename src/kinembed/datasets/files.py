"""Finished files: pages, pictures, animations."""

import base64
from collections.abc import Mapping
from typing import Any

import fsspec
from kedro.io.core import AbstractDataset, DatasetError, get_protocol_and_path
from kedro_datasets._typing import ImagePreview

from kinembed.core.digests import digest_path, read_stored, write_stored


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
    has_digests = True

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._protocol, self._folder = get_protocol_and_path(filepath)
        self.metadata = metadata

    def load(self) -> dict[str, bytes]:
        """Read every file that lies directly in the folder, but for hidden ones.

        Returns
        -------
        dict of str to bytes
            File name -> content, in the order of names; empty if there is no such folder.
        """
        filesystem = fsspec.filesystem(self._protocol)
        paths = sorted(filesystem.find(self._folder, maxdepth=1))
        names = {path.rsplit("/", 1)[-1]: path for path in paths}
        return {
            name: read_stored(filesystem, path)
            for name, path in names.items()
            if not name.startswith(".")
        }

    def save(self, data: Mapping[str, bytes]) -> None:
        """Write every file, each all or nothing; what an earlier run wrote besides is removed.

        It would pass for files of this run. Files of a person stay: they have no digest.

        Parameters
        ----------
        data : mapping of str to bytes
            File name -> content.
        """
        filesystem = fsspec.filesystem(self._protocol)
        for name, content in data.items():
            write_stored(filesystem, f"{self._folder}/{name}", content)
        for path in filesystem.find(self._folder, maxdepth=1):
            if path.rsplit("/", 1)[-1] not in data and filesystem.exists(digest_path(path)):
                filesystem.rm_file(path)
                filesystem.rm_file(digest_path(path))

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
