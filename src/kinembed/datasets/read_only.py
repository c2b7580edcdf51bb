"""Datasets that a pipeline reads and something else writes."""

from typing import ClassVar, Never, TypeVar

from kedro.io.core import AbstractDataset, DatasetError

Loaded = TypeVar("Loaded")


class ReadOnlyDataset(AbstractDataset[object, Loaded]):
    """Base class; a subclass says in :attr:`written_by` who writes what it reads."""

    written_by: ClassVar[str]

    def save(self, data: object) -> Never:
        """Refuse to save.

        Parameters
        ----------
        data : object
            Any output of a node.

        Raises
        ------
        DatasetError
            Always; it says who writes the data.
        """
        del data  # of Kedro's signature alone
        raise DatasetError(self.written_by)
