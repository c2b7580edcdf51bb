"""How the losses of several networks fell, in one table."""

from collections.abc import Callable, Mapping
from typing import Protocol

import pandas as pd


class Trained(Protocol):
    """A network with the record of its training."""

    @property
    def history(self) -> pd.DataFrame:
        """Columns ``step``, ``loss`` and others."""


def collect_histories(
    networks: Mapping[str, Callable[[], Trained]], column: str = "network"
) -> pd.DataFrame:
    """Join the histories of networks.

    Parameters
    ----------
    networks:
        Name -> loader of a network.
    column:
        The column that receives the names.

    Returns
    -------
    pd.DataFrame
        `column`, then those of the histories: ``step``, ``loss`` and others.
    """
    histories = {name: load().history for name, load in networks.items()}
    return pd.concat(histories, names=[column]).reset_index(column)
