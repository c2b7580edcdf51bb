"""How the losses of several networks fell, in one table."""

from collections.abc import Callable, Mapping
from typing import Protocol

import pandas as pd


class Trained(Protocol):
    """A network with the record of its training."""

    @property
    def history(self) -> pd.DataFrame:
        """Columns ``step``, ``loss`` and others.

        Returns
        -------
        pd.DataFrame
            One row per group of steps.
        """


def collect_histories(
    networks: Mapping[str, Callable[[], Trained]], column: str = "network"
) -> pd.DataFrame:
    """Join the histories of networks.

    Parameters
    ----------
    networks : mapping of str to Callable
        Name -> loader of a network; at least one. One network is in memory at a time.
    column : str
        The column that receives the names.

    Returns
    -------
    pd.DataFrame
        `column`, then those of the histories: ``step``, ``loss`` and others.

    Raises
    ------
    ValueError
        When there is no network.
    """
    histories = {name: load().history for name, load in networks.items()}
    return pd.concat(histories, names=[column]).reset_index(column)
