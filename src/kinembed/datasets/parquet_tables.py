"""Tables in Parquet."""

import pandas as pd
from kedro_datasets.pandas import ParquetDataset as _PandasParquetDataset

from kinembed.datasets.stored_file import StoredFile


class ParquetDataset(StoredFile, _PandasParquetDataset):
    """Kedro's own, written whole, with a digest."""

    def encode(self, data: pd.DataFrame) -> bytes:
        """Encode the table.

        Parameters
        ----------
        data : DataFrame
            Any table.

        Returns
        -------
        bytes
            Content of a Parquet file.
        """
        content: bytes = data.to_parquet(None, **self._save_args)
        return content
