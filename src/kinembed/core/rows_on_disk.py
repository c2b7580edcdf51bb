"""Rows of an array that grows block by block in a temporary file, of which memory holds little."""

import tempfile

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import DataError


class RowsOnDisk:
    """Blocks of rows, one after the other; the file has no name and goes with its last user."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the object
        self.counts: list[int] = []
        """Rows of each block."""

    def append(self, block: Float[np.ndarray, "_ columns"]) -> None:
        """Write a block after those that are there.

        Parameters
        ----------
        block : ndarray of float, shape (rows, columns)
            Columns and type are those of the first block.

        Raises
        ------
        DataError
            When the disk is full.
        """
        self._columns, self._type = block.shape[1], block.dtype
        try:
            self._file.write(np.ascontiguousarray(block).data)
            self._file.flush()  # else what is left in its buffer meets the full disk later
        except OSError as error:
            raise DataError(
                f"{tempfile.gettempdir()}: the channels of all recordings together do not fit on "
                f"this disk ({error.strerror}); set TMPDIR to a folder with more space"
            ) from error
        self.counts.append(len(block))

    def array(self) -> Float[np.ndarray, "rows columns"]:
        """See all rows as one array, which the system reads from the file as needed.

        Returns
        -------
        ndarray of float, shape (rows, columns)
            Changes of it do not reach the file.
        """
        shape = (sum(self.counts), self._columns)
        if 0 in shape:  # an empty file cannot be mapped
            return np.empty(shape, self._type)
        return np.asarray(np.memmap(self._file, self._type, "c", shape=shape))
