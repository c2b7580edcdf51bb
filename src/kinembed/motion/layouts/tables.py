"""The small committed tables beside this module: CSV, with comments that begin with ``#``."""

from pathlib import Path

import pandas as pd


def load_table(name: str) -> pd.DataFrame:
    """Table ``<name>.csv``; a cell that is empty holds an empty string."""
    path = Path(__file__).parent / f"{name}.csv"
    return pd.read_csv(path, comment="#", keep_default_na=False)
