"""What Kedro's own datasets of one file lack: they are written whole, with a digest."""

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fsspec import AbstractFileSystem
from kedro.io.core import AbstractVersionedDataset

from kinembed.core.digests import read_stored, write_stored

if TYPE_CHECKING:
    _Dataset = AbstractVersionedDataset[Any, Any]
else:  # a plain class at run time: Kedro wraps the constructor of every class of datasets
    _Dataset = object


class StoredFile(_Dataset):
    """Goes before a dataset of Kedro among the base classes; a subclass says how to encode."""

    has_digests = True
    _fs: AbstractFileSystem
    _invalidate_cache: Callable[[], None]

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
        return super().load()  # type: ignore[safe-super]  # that of Kedro's dataset

    def save(self, data: Any) -> None:
        """Replace the file, all or nothing.

        Parameters
        ----------
        data : object
            As the dataset of Kedro takes it.
        """
        write_stored(self._fs, str(self._get_save_path()), self.encode(data))
        self._invalidate_cache()

    def may_be_absent(self) -> bool:
        """Find whether nothing is stored, and no version is asked for.

        Returns
        -------
        bool
            True where a dataset that need not exist stands for nothing.
        """
        asked_for = self._version is not None and self._version.load is not None
        return not asked_for and not self.exists()
