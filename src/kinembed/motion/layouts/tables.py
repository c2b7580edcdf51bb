"""The small committed tables beside this module: CSV, with comments that begin with ``#``."""

from pathlib import Path

import pandas as pd


def load_table(name: str) -> pd.DataFrame:
    """Load a table that comes with the package.

    Parameters
    ----------
    name : str
        Name of the file without ``.csv``.

    Returns
    -------
    DataFrame
        Its rows; a cell that is empty holds an empty string.
    """
    path = Path(__file__).parent / f"{name}.csv"
    return pd.read_csv(path, comment="#", keep_default_na=False)
