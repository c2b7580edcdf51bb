"""The shortest behaviour of an experiment, as one versioned JSON file."""

from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kinembed.core.errors import FormatError
from kinembed.datasets.optional_records import OptionalRecordDataset
from kinembed.segmentation.time_scale import TimeScale


class TimeScaleDataset(OptionalRecordDataset[TimeScale]):
    """The shortest behaviour; where an earlier version stored none, none was used."""

    def absent(self) -> TimeScale:
        """Make the record of results of earlier versions.

        Returns
        -------
        TimeScale
            Each setting is as it stands.
        """
        return TimeScale()

    def to_plain(self, record: TimeScale) -> dict[str, Any]:
        """Turn a record into plain values.

        Parameters
        ----------
        record : TimeScale
            Time in seconds, frame rate in Hz, and what the time was estimated from.

        Returns
        -------
        dict of str to object
            Its attributes.
        """
        return asdict(record)

    def from_plain(self, content: Any, file: str) -> TimeScale:
        """Restore a record; inverse of :meth:`to_plain`.

        Parameters
        ----------
        content : Any
            What the JSON file holds.
        file : str
            Its path, for errors.

        Returns
        -------
        TimeScale
            What `content` holds.

        Raises
        ------
        FormatError
            When an attribute is unknown or of another type.
        """
        try:
            return TypeAdapter(TimeScale).validate_python(content)
        except ValidationError as error:
            raise FormatError(file, f"expected a time scale ({error})") from error
