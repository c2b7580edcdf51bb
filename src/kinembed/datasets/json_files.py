"""Plain values in JSON."""

import json
from typing import Any

from kedro_datasets.json import JSONDataset as _JSONDataset

from kinembed.datasets.stored_file import StoredFile


class JSONDataset(StoredFile, _JSONDataset):
    """Kedro's own, written whole, with a digest."""

    def encode(self, data: Any) -> bytes:
        """Encode plain values.

        Parameters
        ----------
        data : object
            What can be written as JSON.

        Returns
        -------
        bytes
            JSON.
        """
        return json.dumps(data, **self._save_args).encode()
