"""At which frequency joints swing in each behaviour, and whether they do so elsewhere."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float, Shaped
from scipy.signal import argrelmax, detrend, welch

WINDOW_S = 4.0
"""Length of a spectrum's windows, in seconds; its inverse is the resolution in Hz."""
FINER = 4
"""Frequencies drawn per frequency that the windows resolve."""
SHORTEST_S = 1.0
"""Intervals that are shorter tell of no rhythm."""
BAND_HZ = (0.5, 10.0)
"""Slower movements are postures that change, faster ones noise of the recording."""
COLUMNS = ["label", "joint", "frequency", "swing", "elsewhere", "share"]
_TINY = float(np.finfo(np.float64).tiny)


def rhythm_table(
    intervals: Sequence[Float[np.ndarray, "_ joints 3"]],
    labels: Shaped[np.ndarray, "intervals"],
    joints: Sequence[str],
    frame_rate: float,
) -> pd.DataFrame:
    """Find the dominant frequency of every joint in every behaviour.

    Spectra are those of Welch (IEEE Trans. Audio Electroacoust. 15, 1967). Left out are joints
    without a peak within :data:`BAND_HZ`, and behaviours without an interval of :data:`SHORTEST_S`.
    A single behaviour has an empty table.

    Parameters
    ----------
    intervals : sequence of ndarray of float, shape (frames, joints, 3)
        Movements without a break, in any unit, each of one behaviour.
    labels : ndarray, shape (intervals,)
        Behaviour of each interval.
    joints : sequence of str
        Names of the joints.
    frame_rate : float
        Frames a second, in Hz.

    Returns
    -------
    DataFrame
        A row for each behaviour and joint: ``label``, ``joint``; ``frequency`` (Hz), where the
        spectrum has its highest peak; ``swing``, the root mean square of the movement at the peak
        and next to it, in its unit; ``elsewhere``, the same of all other behaviours at that
        frequency; ``share``, that of the peak in the power within the band (0 to 1).
    """
    long = np.array([len(interval) >= SHORTEST_S * frame_rate for interval in intervals])
    names = labels[long]
    distinct = list(dict.fromkeys(names.tolist()))
    if len(distinct) < 2 or not joints:
        return pd.DataFrame(columns=COLUMNS)
    kept = [interval for interval, chosen in zip(intervals, long, strict=True) if chosen]
    frequencies, spectra = _spectra(kept, frame_rate)
    weights = np.array([len(interval) for interval in kept])
    tables = []
    for name in distinct:
        here, other = names == name, names != name
        inside = np.average(spectra[here], axis=0, weights=weights[here])
        outside = np.average(spectra[other], axis=0, weights=weights[other])
        tables.append(_peaks(frequencies, inside, outside, joints).assign(label=name))
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _spectra(
    intervals: Sequence[Float[np.ndarray, "_ joints 3"]], frame_rate: float
) -> tuple[Float[np.ndarray, "frequencies"], Float[np.ndarray, "intervals frequencies joints"]]:
    """Hz, and power per Hz over the three axes together, of every interval."""
    length = round(WINDOW_S * frame_rate)
    spectra = []
    for interval in intervals:
        frequencies, power = welch(
            np.moveaxis(interval, 0, -1),
            frame_rate,
            nperseg=min(length, len(interval)),
            nfft=FINER * length,
            detrend=detrend,
        )
        spectra.append(power.sum(axis=1).T)
    return frequencies, np.array(spectra)


def _peaks(
    frequencies: Float[np.ndarray, "frequencies"],
    inside: Float[np.ndarray, "frequencies joints"],
    outside: Float[np.ndarray, "frequencies joints"],
    joints: Sequence[str],
) -> pd.DataFrame:
    band = ((frequencies >= BAND_HZ[0]) & (frequencies <= BAND_HZ[1]))[:, None]
    highest = np.zeros_like(inside)
    highest[argrelmax(inside)] = inside[argrelmax(inside)]
    peaks = (highest * band).argmax(axis=0)
    near = np.abs(frequencies[:, None] - frequencies[peaks]) <= 1 / WINDOW_S
    power = (inside * near).sum(axis=0)
    table: pd.DataFrame = pd.DataFrame(
        {
            "joint": joints,
            "frequency": frequencies[peaks],
            "swing": np.sqrt(power * frequencies[1]),
            "elsewhere": np.sqrt((outside * near).sum(axis=0) * frequencies[1]),
            "share": power / np.maximum((inside * (band | near)).sum(axis=0), _TINY),
        }
    )
    return table.iloc[np.flatnonzero(peaks > 0)]
