"""Tables in CSV, as spreadsheets may open them."""

import pandas as pd
from kedro_datasets.pandas import CSVDataset as _PandasCSVDataset

from kinembed.core.spreadsheets import escaped_table, plain_table


class CSVDataset(_PandasCSVDataset):  # type: ignore[misc]
    """Kedro's own, whose texts no spreadsheet takes for formulas; they read back as they were."""

    def load(self) -> pd.DataFrame:
        """Read the table.

        Returns
        -------
        DataFrame
            Texts as they were saved.
        """
        return plain_table(super().load())

    def save(self, data: pd.DataFrame) -> None:
        """Write the table.

        Parameters
        ----------
        data : DataFrame
            Its texts are escaped (:mod:`kinembed.core.spreadsheets`).
        """
        super().save(escaped_table(data))
