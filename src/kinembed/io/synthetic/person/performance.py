"""A performance: which behaviour follows which, and all quantities at every frame.

Everything that varies comes from one generator: order and length of the segments, and in every
occurrence of a behaviour its tempo (with slow drift and jitter), its amplitude and its posture.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int
from numpy.random import Generator
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from kinembed.io.synthetic.person.behaviours import BEHAVIOURS, QUANTITIES, STEPS, Behaviour

SHORTEST_S = 4.0
"""Duration of the shortest performance, of two segments."""
_SEGMENT_S = 9.0
_HALF_TRANSITION_S = (0.2, 0.3)

_TEMPO_SPREAD, _TEMPO_DRIFT, _TEMPO_JITTER = 0.06, 0.05, 0.06
_DRIFT_S, _JITTER_S = 1.5, 0.15
_GAIN_SPREAD, _GAIN_DRIFT = 0.08, 0.05
_POSTURE_SPREAD, _SWAY, _SWAY_S = 1.5, 0.9, 0.45
_STEADY = ("flight", "turn", "left_sole", "right_sole", "left_load", "right_load")
"""Quantities without posture or sway: the ground is where it is."""
_NOT_NEGATIVE = tuple(
    name for name in QUANTITIES if name.split("_")[-1] in ("flight", "knee", "load", "elbow")
)


@dataclass(frozen=True)
class Score:
    """Segments of a performance.

    Attributes
    ----------
    behaviours : tuple of str
        One per segment; neighbours differ.
    boundaries : ndarray of int, shape (boundaries, 3)
        Earliest, best and latest first frame of every segment but the first; one movement has
        become the other between earliest and latest.
    frame_count : int
        Frames of the whole performance.
    """

    behaviours: tuple[str, ...]
    boundaries: Int[np.ndarray, "boundaries 3"]
    frame_count: int


def draw_score(rng: Generator, duration_s: float, frame_rate: float) -> Score:
    """Draw segments of about nine seconds; every behaviour comes once before any comes again.

    Parameters
    ----------
    rng : Generator
        Source of everything that varies.
    duration_s : float
        Duration of the performance in seconds.
    frame_rate : float
        Frame rate in Hz.

    Returns
    -------
    Score
        At least two segments.
    """
    count = max(2, round(duration_s / _SEGMENT_S))
    frame_count = round(duration_s * frame_rate)
    shares = rng.uniform(0.75, 1.25, count)
    best = np.round(frame_count * np.cumsum(shares)[:-1] / shares.sum()).astype(np.int64)
    half = np.round(rng.uniform(*_HALF_TRANSITION_S, count - 1) * frame_rate).astype(np.int64)
    return Score(
        behaviours=_draw_order(rng, count),
        boundaries=np.stack([best - half, best, best + half], axis=1),
        frame_count=frame_count,
    )


def _draw_order(rng: Generator, count: int) -> tuple[str, ...]:
    order: list[str] = []
    while len(order) < count:
        round_ = list(rng.permutation(list(BEHAVIOURS)))
        if order and round_[0] == order[-1]:
            round_.reverse()
        order += [str(name) for name in round_]
    return tuple(order[:count])


def perform(rng: Generator, score: Score, frame_rate: float) -> Float[np.ndarray, "frames q"]:
    """Compute every quantity at every frame.

    Parameters
    ----------
    rng : Generator
        Source of tempo, amplitude and posture in every segment.
    score : Score
        Segments of the performance.
    frame_rate : float
        Frame rate in Hz.

    Returns
    -------
    ndarray of float, shape (frames, quantities)
        In the order of ``QUANTITIES``.
    """
    performed = np.zeros((score.frame_count, len(QUANTITIES)))
    for name, (begins, ends) in zip(score.behaviours, pairwise(_transitions(score)), strict=True):
        frames = np.arange(max(begins[0], 0), min(ends[1], score.frame_count))
        occurrence = _occurrence(rng, BEHAVIOURS[name], len(frames), frame_rate)
        weight = _share_done(frames, *begins) - _share_done(frames, *ends)
        performed[frames] += weight[:, None] * occurrence
    performed[:, _indices(_NOT_NEGATIVE)] = performed[:, _indices(_NOT_NEGATIVE)].clip(min=0)
    return performed


def _transitions(score: Score) -> list[tuple[int, int]]:
    """First and last frame of every transition; one ends before frame 0, one begins at the end."""
    inner = [(int(earliest), int(latest)) for earliest, _, latest in score.boundaries]
    return [(-1, 0), *inner, (score.frame_count, score.frame_count + 1)]


def _share_done(
    frames: Int[np.ndarray, "frames"], start: int, stop: int
) -> Float[np.ndarray, "frames"]:
    """How much of a transition is done at a frame: a smooth step from 0 to 1."""
    ramp = np.clip((frames - start) / (stop - start), 0, 1)
    done: np.ndarray = ramp * ramp * (3 - 2 * ramp)
    return done


def _occurrence(
    rng: Generator, behaviour: Behaviour, frames: int, frame_rate: float
) -> Float[np.ndarray, "frames q"]:
    """A behaviour done once: its cycle at a varying tempo, amplitude and posture."""
    points = behaviour.control_points()
    cycle = CubicSpline(np.arange(STEPS + 1), np.vstack([points, points[:1]]), bc_type="periodic")
    mean = points.mean(axis=0)
    count = len(QUANTITIES)
    gain = rng.lognormal(0, _GAIN_SPREAD) * rng.lognormal(0, _GAIN_SPREAD / 2, count)
    gain = gain * (1 + _GAIN_DRIFT * _smooth_noise(rng, frames, 1, _DRIFT_S * frame_rate))
    posture = rng.normal(0, _POSTURE_SPREAD, count)
    sway = posture + _SWAY * _smooth_noise(rng, frames, count, _SWAY_S * frame_rate)
    sway[:, _indices(_STEADY)] = 0
    direction = np.where(np.asarray(QUANTITIES) == "turn", rng.choice([-1, 1]), 1)
    steps = STEPS * _cycles(rng, behaviour.cycle_s, frames, frame_rate)
    moved: np.ndarray = direction * (mean + gain * (cycle(steps % STEPS) - mean)) + sway
    return moved


def _cycles(
    rng: Generator, cycle_s: float, frames: int, frame_rate: float
) -> Float[np.ndarray, "frames"]:
    """Cycles done at every frame: from a random phase, never backwards."""
    drift = _smooth_noise(rng, frames, 1, _DRIFT_S * frame_rate)[:, 0]
    jitter = _smooth_noise(rng, frames, 1, _JITTER_S * frame_rate)[:, 0]
    tempo = rng.lognormal(0, _TEMPO_SPREAD) * np.exp(_TEMPO_DRIFT * drift + _TEMPO_JITTER * jitter)
    return rng.uniform() + np.cumsum(tempo) / (cycle_s * frame_rate)


def _smooth_noise(
    rng: Generator, frames: int, count: int, width: float
) -> Float[np.ndarray, "frames count"]:
    """Gaussian noise without what is faster than the width (in frames), of unit variance."""
    white = rng.standard_normal((frames, count))
    # The filter leaves 1 / (2 width sqrt(pi)) of the variance of white noise.
    scale = np.sqrt(2 * width * np.sqrt(np.pi))
    smooth: np.ndarray = scale * gaussian_filter1d(white, width, axis=0, mode="reflect")
    return smooth


def _indices(names: tuple[str, ...]) -> list[int]:
    return [QUANTITIES.index(name) for name in names]
