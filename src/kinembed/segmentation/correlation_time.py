"""How long movement stays alike: the autocorrelation of window statistics, without labels.

A pose comes again with every step, so its autocorrelation falls within part of a cycle. The mean
and the standard deviation of the channels in a short window depend less on the phase of a cycle
than on what is done. Their autocorrelation

    r(lag) = sum over t of <z(t), z(t + lag)> / sum over t of <z(t), z(t)>

(z: centred; pairs that a cut separates do not count, and each sum is divided by its number of
pairs) falls below 1 / e at the correlation time.
"""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from kinembed.segmentation.summaries import summary

WINDOW_S = 0.25
"""Length of the windows whose mean and spread are used, in seconds."""
LONGEST_S = 10.0
"""Longest lag, in seconds."""
LEVEL = 1 / math.e
"""The autocorrelation falls below this at the correlation time."""


def window_autocorrelation(
    values: Float[np.ndarray, "rows channels"],
    frames: Int[np.ndarray, "rows"],
    cuts: Sequence[int],
    frame_rate: float,
) -> Float[np.ndarray, "lags"]:
    """Compute the autocorrelation of the mean and the spread of channels in short windows.

    Parameters
    ----------
    values : ndarray of float, shape (rows, channels)
        Standardised channels.
    frames : ndarray of int, shape (rows,)
        Frame of each row, ascending; frames that were not seen are left out.
    cuts : sequence of int
        Ascending frames at which an interval begins; no window and no lag reaches across.
    frame_rate : float
        Frames per second, in Hz.

    Returns
    -------
    ndarray of float, shape (lags,)
        Lag in frames -> autocorrelation, from 1 at lag 0; at most as long as the longest interval
        and 10 s. 0 behind lag 0 where nothing varies.
    """
    rows = max(2, round(WINDOW_S * frame_rate))
    statistics = summary(values, frames, cuts, rows, spread=True)
    centred = statistics - statistics.mean(axis=0)
    intervals = np.split(centred, np.searchsorted(frames, np.asarray(cuts, dtype=np.int64)))
    lags = min(max(map(len, intervals)), 1 + round(LONGEST_S * frame_rate))
    products, pairs = np.zeros(lags), np.zeros(lags)
    for interval in intervals:
        here = min(lags, len(interval))
        products[:here] += _products(interval, here)
        pairs[:here] += len(interval) - np.arange(here)
    means = products / pairs
    varies = means[0] > 0
    found: Float[np.ndarray, lags] = means / means[0] if varies else np.eye(1, lags)[0]
    return found


def correlation_time(autocorrelation: Float[np.ndarray, "lags"], frame_rate: float) -> float | None:
    """Find the first lag at which an autocorrelation is below 1 / e.

    Parameters
    ----------
    autocorrelation : ndarray of float, shape (lags,)
        Lag in frames -> autocorrelation, 1 at lag 0.
    frame_rate : float
        Frames per second, in Hz.

    Returns
    -------
    float or None
        The lag in seconds, interpolated between frames; None: it falls so far at no lag.
    """
    below = np.flatnonzero(autocorrelation < LEVEL)
    if not len(below):
        return None
    after, before = autocorrelation[below[0]], autocorrelation[below[0] - 1]
    return float(below[0] - (LEVEL - after) / (before - after)) / frame_rate


def _products(interval: Float[np.ndarray, "rows _"], lags: int) -> Float[np.ndarray, "lags"]:
    """Sums of products of rows that lie each lag apart, column by column to spare memory."""
    length = 1 << (2 * len(interval)).bit_length()
    power = np.zeros(length // 2 + 1)
    for column in interval.T:
        power += np.abs(np.fft.rfft(column, length)) ** 2
    sums: Float[np.ndarray, lags] = np.fft.irfft(power, length)[:lags]
    return sums
