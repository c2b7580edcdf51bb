"""What Kedro's own datasets of one file lack: they are written whole, with a digest."""

from abc import abstractmethod
from pathlib import PurePosixPath
from typing import Any

from fsspec import AbstractFileSystem

from kinembed.core.digests import read_stored, write_stored


class StoredFile:
    """Goes before a dataset of Kedro among the base classes; a subclass says how to encode."""

    has_digests = True
    _fs: AbstractFileSystem

    @abstractmethod
    def encode(self, data: Any) -> bytes:
        """Encode what is saved.

        Parameters
        ----------
        data : object
            As the dataset of Kedro takes it.

        Returns
        -------
        bytes
            Content of the file, as the dataset of Kedro reads it.
        """

    def load(self) -> Any:
        """Check the file, then read it as Kedro does.

        Returns
        -------
        object
            What the dataset of Kedro gives.

        Raises
        ------
        DatasetError
            When there is no such file, or it cannot be read. Its cause is a DamagedError, which
            names the file, when it is not what was written.
        """
        read_stored(self._fs, str(self._get_load_path()))
        return super().load()  # type: ignore[misc]

    def save(self, data: Any) -> None:
        """Replace the file, all or nothing.

        Parameters
        ----------
        data : object
            As the dataset of Kedro takes it.
        """
        write_stored(self._fs, str(self._get_save_path()), self.encode(data))
        self._invalidate_cache()

    def _get_load_path(self) -> PurePosixPath:
        path: PurePosixPath = super()._get_load_path()  # type: ignore[misc]
        return path

    def _get_save_path(self) -> PurePosixPath:
        path: PurePosixPath = super()._get_save_path()  # type: ignore[misc]
        return path

    def _invalidate_cache(self) -> None:
        super()._invalidate_cache()  # type: ignore[misc]
