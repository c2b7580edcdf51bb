"""The names file of an experiment, which a person writes."""

from datetime import UTC, datetime
from typing import Any

import fsspec
from kedro.io.core import get_protocol_and_path

from kinembed.core.errors import FormatError
from kinembed.datasets.read_only import ReadOnlyDataset
from kinembed.report.naming import Names, parse_names


class NamesDataset(ReadOnlyDataset[Names]):
    """Read anew in every run and never written; a file that is not there names nothing.

    Parameters
    ----------
    filepath : str
        Path or URL of the YAML file, of any protocol that fsspec knows.
    metadata : dict of str to Any or None
        Metadata of the catalog entry, for hooks and Kedro-Viz.
    """

    written_by = "names are written by a person, not by a node's output"

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._protocol, self._filepath = get_protocol_and_path(filepath)
        self.metadata = metadata

    def load(self) -> Names:
        """Read and check the names file.

        Returns
        -------
        Names
            Names, merges and splits of clusters by sequence; empty where there is no file.

        Raises
        ------
        DatasetError
            When the file is no names file; its cause is a FormatError, which names file and key.
        """
        if not self._exists():
            return Names(self._filepath)
        content: bytes = fsspec.filesystem(self._protocol).cat_file(self._filepath)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FormatError(self._filepath, f"expected text in UTF-8 ({error})") from error
        return parse_names(text, file=self._filepath)

    def written(self) -> datetime | None:
        """Find when the file was last written.

        Returns
        -------
        datetime or None
            With a time zone; None where there is no file, or the storage keeps no times.
        """
        if not self._exists():
            return None
        try:
            when: datetime = fsspec.filesystem(self._protocol).modified(self._filepath)
        except NotImplementedError:
            return None
        return when if when.tzinfo else when.replace(tzinfo=UTC)

    def _exists(self) -> bool:
        return bool(fsspec.filesystem(self._protocol).exists(self._filepath))

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath, "protocol": self._protocol}
