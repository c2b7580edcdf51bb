"""The folder in which trainings keep their checkpoints, handed to nodes as an object."""

from pathlib import Path
from typing import Any

from kedro.io.core import DatasetError

from kinembed.datasets.read_only import ReadOnlyDataset
from kinembed.training.checkpoints import CheckpointFolder


class CheckpointsDataset(ReadOnlyDataset[CheckpointFolder]):
    """A local folder, never versioned: a run that was killed finds it again under its own name.

    Parameters
    ----------
    filepath : str
        Path of the folder on this machine.
    metadata : dict of str to Any or None
        Metadata of the catalog entry; ``cleared_after`` names the datasets after whose saving
        :mod:`kinembed.hooks` clears the folder.

    Raises
    ------
    DatasetError
        When `filepath` is an address, such as that of an object store.
    """

    written_by = "checkpoints are written by trainings, not by a node's output"

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        if "://" in filepath:
            raise DatasetError(f"{filepath}: checkpoints need a folder of this machine")
        self._folder = Path(filepath)
        self.metadata = metadata

    def load(self) -> CheckpointFolder:
        """Hand out the folder.

        Returns
        -------
        CheckpointFolder
            The folder, which need not exist yet: the first checkpoint creates it.
        """
        return CheckpointFolder(self._folder)

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._folder)}
