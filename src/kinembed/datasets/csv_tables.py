"""Tables in CSV, as spreadsheets may open them."""

import pandas as pd
from kedro_datasets._typing import TablePreview
from kedro_datasets.pandas import CSVDataset as _PandasCSVDataset

from kinembed.core.spreadsheets import escaped_table, plain_table
from kinembed.datasets.stored_file import StoredFile


class CSVDataset(StoredFile, _PandasCSVDataset):
    """Kedro's own, whose texts no spreadsheet takes for formulas; they read back as they were."""

    def load(self) -> pd.DataFrame:
        """Read the table.

        Returns
        -------
        DataFrame
            Texts as they were saved.
        """
        return plain_table(super().load())

    def encode(self, data: pd.DataFrame) -> bytes:
        """Encode the table.

        Parameters
        ----------
        data : DataFrame
            Its texts are escaped (:mod:`kinembed.core.spreadsheets`).

        Returns
        -------
        bytes
            CSV in UTF-8.
        """
        return str(escaped_table(data).to_csv(**self._save_args)).encode()


class OptionalCSVDataset(CSVDataset):
    """A table that need not have been made: it is empty where nothing is stored."""

    def load(self) -> pd.DataFrame:
        """Read the newest table, or the one of the version that is asked for.

        Returns
        -------
        DataFrame
            Without rows and columns where nothing is stored and no version is asked for.
        """
        return pd.DataFrame() if self.may_be_absent() else super().load()

    def preview(self, nrows: int = 5) -> TablePreview:
        """Show the first rows in Kedro-Viz.

        Parameters
        ----------
        nrows : int
            Number of rows.

        Returns
        -------
        TablePreview
            The rows; empty where nothing is stored.
        """
        return TablePreview({}) if self.may_be_absent() else super().preview(nrows)
