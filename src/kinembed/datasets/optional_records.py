"""A record as one versioned JSON file, which results of earlier versions may lack."""

import json
from abc import abstractmethod
from typing import Any, Generic, TypeVar

from kinembed.core.digests import read_stored
from kinembed.core.errors import FormatError
from kinembed.datasets.json_files import JSONDataset

Record = TypeVar("Record")


class OptionalRecordDataset(JSONDataset, Generic[Record]):
    """A record whose absence means what :meth:`absent` returns."""

    @abstractmethod
    def absent(self) -> Record:
        """Make the record of results that have none.

        Returns
        -------
        Record
            What an absent file means.
        """

    @abstractmethod
    def to_plain(self, record: Record) -> Any:
        """Turn a record into plain values.

        Parameters
        ----------
        record : Record
            What is saved.

        Returns
        -------
        Any
            What JSON can hold.
        """

    @abstractmethod
    def from_plain(self, content: Any, file: str) -> Record:
        """Restore a record; inverse of :meth:`to_plain`.

        Parameters
        ----------
        content : Any
            What the JSON file holds.
        file : str
            Its path, for errors.

        Returns
        -------
        Record
            What `content` holds.

        Raises
        ------
        FormatError
            When `content` holds no such record.
        """

    def load(self) -> Record:
        """Read the newest record, or the one of the version that is asked for.

        Returns
        -------
        Record
            :meth:`absent` where nothing is stored and no version is asked for.

        Raises
        ------
        DatasetError
            When the version that is asked for is absent. Its cause is a FormatError, which names
            the file, when the file is no JSON, or holds no such record.
        """
        if self.may_be_absent():
            return self.absent()
        path = str(self._get_load_path())
        try:
            content = json.loads(read_stored(self._fs, path))
        except ValueError as error:
            raise FormatError(path, f"expected JSON ({error})") from error
        return self.from_plain(content, path)

    def encode(self, data: Record) -> bytes:
        """Encode the record.

        Parameters
        ----------
        data : Record
            What is stored.

        Returns
        -------
        bytes
            JSON, a line per value.
        """
        return json.dumps(self.to_plain(data), indent=1).encode()
