"""What inputs that were found have in common, layer by layer: shares of its units."""

import numpy as np
import pandas as pd

LOST = 0.2
"""Share of its activation that a unit loses without an input it needs."""
RECOGNISED = 0.9
"""Probability above which a class is recognised in what was found for it."""

COLUMNS = [
    *("variation_falls", "frequency_falls", "excited", "recognised"),
    *("appearance_needed", "flow_needed", "most_specific", "least_specific"),
]


def summarise(table: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """A row for each layer of one network, by its name, with COLUMNS.

    Of the units that were maximised, each measure being the mean over seeds:

    * ``variation_falls``, ``frequency_falls``: share whose temporal variation, and frequency
      centroid, is smaller at each larger chi; what does not change at all has frequency 0.
    * ``excited``: share that at its best chi exceeds the largest activation on held-out clips.
    * ``recognised``: share of classes that are recognised with high probability at their best chi.
    * ``appearance_needed``, ``flow_needed``: share that loses LOST without that input, mean over
      chi.

    Of all units that fire, ``most_specific`` and ``least_specific`` are the largest and smallest
    share of the first behaviour among a unit's top clips. What does not apply is nan.

    Parameters
    ----------
    table : DataFrame
        A row for each input that was found, as in
        :class:`kinembed.analysis.activation_maximisation.UnitResults`.
    units : DataFrame
        A row for each unit of the layers, as :func:`unit_table` gives it.

    Returns
    -------
    DataFrame
        A row for each layer, which is the index; all columns are shares from 0 to 1.
    """
    filled = table.assign(frequency_centroid=table["frequency_centroid"].fillna(0.0))
    means = filled.groupby(["layer", "unit", "chi"], sort=False).mean(numeric_only=True)
    best, mean = (means.groupby(["layer", "unit"], sort=False).agg(how) for how in ("max", "mean"))
    of_units = pd.DataFrame(
        {
            "variation_falls": _falls(means["temporal_variation"]),
            "frequency_falls": _falls(means["frequency_centroid"]),
            "excited": _above(best["activation_ratio"], 1.0),
            "recognised": _above(best["class_probability"], RECOGNISED),
            "appearance_needed": _above(mean["appearance_drop"], LOST),
            "flow_needed": _above(mean["flow_drop"], LOST),
        }
    )
    shares = units[units["fires"]].groupby("layer", sort=False)["share"]
    of_layers = of_units.groupby("layer", sort=False).mean()
    return of_layers.assign(most_specific=shares.max(), least_specific=shares.min())[COLUMNS]


def _falls(measure: "pd.Series[float]") -> "pd.Series[float]":
    """1 for units whose measure, of each (layer, unit, chi), falls with every step of chi."""
    by_chi = measure.unstack("chi", sort=False).sort_index(axis=1)
    steps = np.diff(by_chi.to_numpy(), axis=1)
    return pd.Series((steps < 0).all(axis=1).astype(float), by_chi.index)


def _above(measure: "pd.Series[float]", least: float) -> "pd.Series[float]":
    """1 where it is at least so much, 0 where it is less, nan where it is not known."""
    return (measure >= least).astype(float).where(measure.notna())
