"""What code and machine made all versions of all tables in a folder, for reading."""

from pathlib import PurePosixPath
from typing import Any

import fsspec
from kedro.io.core import get_protocol_and_path

from kinembed.core.digests import read_stored
from kinembed.datasets.lineage import Lineage
from kinembed.datasets.read_only import ReadOnlyDataset

Provenance = dict[str, dict[str, dict[str, str]]]


class StoredProvenance(ReadOnlyDataset[Provenance]):
    """Name -> version -> what made a table that a versioned ``CSVDataset`` entry saved.

    Parameters
    ----------
    filepath : str
        Path or URL of the folder with the tables, as of
        :class:`kinembed.datasets.tables.StoredTables`.
    metadata : dict of str to Any or None
        Metadata of the catalog entry, for hooks and Kedro-Viz.
    """

    written_by = "provenance is read here; it is saved with the tables"

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._protocol, self._folder = get_protocol_and_path(filepath)
        self.metadata = metadata

    def load(self) -> Provenance:
        """Read what made each version, from its lineage.

        Returns
        -------
        dict of str to dict of str to dict of str to str
            Name -> version -> ``commit`` (``+`` at its end stands for changes) and, as far as they
            were recorded, versions of packages and ``processor``; a version without a lineage is
            absent.

        Raises
        ------
        DamagedError
            When a file is damaged.
        """
        filesystem = fsspec.filesystem(self._protocol)
        found: Provenance = {}
        for path in sorted(filesystem.glob(f"{self._folder}/*.csv/*/lineage.json")):
            version = PurePosixPath(path).parent
            lineage = Lineage.model_validate_json(read_stored(filesystem, str(path)))
            made_with = {"commit": lineage.commit, **lineage.made_with}
            found.setdefault(version.parent.stem, {})[version.name] = made_with
        return found

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._folder, "protocol": self._protocol}
