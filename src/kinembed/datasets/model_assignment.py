"""Which model each recording belongs to, as one versioned JSON file."""

from typing import Any

from kinembed.core.errors import FormatError
from kinembed.datasets.optional_records import OptionalRecordDataset
from kinembed.training.assignment import ModelAssignment


class ModelAssignmentDataset(OptionalRecordDataset[ModelAssignment]):
    """Recording -> model; where an earlier version stored none, models bear recordings' names."""

    def absent(self) -> ModelAssignment:
        """Make the table of results of earlier versions.

        Returns
        -------
        ModelAssignment
            Its ``models`` are None.
        """
        return ModelAssignment(None)

    def to_plain(self, record: ModelAssignment) -> dict[str, str] | None:
        """Turn a table into plain values.

        Parameters
        ----------
        record : ModelAssignment
            The model of every recording.

        Returns
        -------
        dict of str to str or None
            Recording -> model; None where ``models`` is None.
        """
        return None if record.models is None else dict(record.models)

    def from_plain(self, content: Any, file: str) -> ModelAssignment:
        """Restore a table; inverse of :meth:`to_plain`.

        Parameters
        ----------
        content : Any
            What the JSON file holds.
        file : str
            Its path, for errors.

        Returns
        -------
        ModelAssignment
            Its ``models`` are None where None was stored.

        Raises
        ------
        FormatError
            When `content` gives no name of a model for a recording.
        """
        if content is None:
            return ModelAssignment(None)
        names = isinstance(content, dict) and all(isinstance(one, str) for one in content.values())
        if not names:
            raise FormatError(file, "expected the name of a model for each recording")
        return ModelAssignment(content)
