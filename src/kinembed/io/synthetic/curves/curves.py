"""A path along circles and ellipses: intervals in turns, each blended into the next.

Of every interval its size, its speed and its phase are drawn, of an ellipse also how slim it is;
all go round the origin in the same direction, an ellipse lies along x.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int
from numpy.random import Generator

CIRCLE, ELLIPSE = "circle", "ellipse"
SHORTEST_INTERVAL_S = 3.0
"""Mean duration of the shortest intervals: two slow turns and a transition."""

_RADIUS = (0.9, 1.1)
"""Of a circle, and half the long axis of an ellipse."""
_ASPECT = (0.35, 0.5)
"""Short axis by long axis of an ellipse."""
_TURNS_PER_S = (0.9, 1.1)
_HALF_TRANSITION_S = 0.2


@dataclass(frozen=True)
class Path:
    """Where the point is.

    Attributes
    ----------
    positions : ndarray of float, shape (frames, 2)
        x and y; a radius is about 1.
    behaviours : tuple of str
        ``"circle"`` or ``"ellipse"``, one per interval.
    boundaries : ndarray of int, shape (boundaries, 3)
        Earliest, best and latest first frame of every interval but the first; one curve has become
        the other between earliest and latest.
    """

    positions: Float[np.ndarray, "frames 2"]
    behaviours: tuple[str, ...]
    boundaries: Int[np.ndarray, "boundaries 3"]


def draw_path(rng: Generator, intervals: int, interval_s: float, frame_rate: float) -> Path:
    """Draw a path along circles and ellipses in turns.

    Parameters
    ----------
    rng : Generator
        Source of everything that varies.
    intervals : int
        Number of circles and ellipses.
    interval_s : float
        Mean duration of each of them in seconds.
    frame_rate : float
        Frame rate in Hz.

    Returns
    -------
    Path
        Of ``intervals * interval_s`` seconds.
    """
    shares = rng.uniform(0.75, 1.25, intervals)
    frame_count = round(intervals * interval_s * frame_rate)
    best = np.round(frame_count * np.cumsum(shares)[:-1] / shares.sum()).astype(np.int64)
    half = max(1, round(_HALF_TRANSITION_S * frame_rate))
    kinds = (CIRCLE, ELLIPSE) if rng.uniform() < 0.5 else (ELLIPSE, CIRCLE)
    behaviours = tuple(kinds[interval % 2] for interval in range(intervals))
    frames = np.arange(frame_count)
    curves = [_curve(rng, behaviour, frames / frame_rate) for behaviour in behaviours]
    transitions = [_smooth_step(frames, middle, half) for middle in best.tolist()]
    begun = [np.ones(frame_count), *transitions, np.zeros(frame_count)]
    weights = [begins - ends for begins, ends in pairwise(begun)]
    return Path(
        positions=np.einsum("sf,sfc->fc", weights, curves),
        behaviours=behaviours,
        boundaries=np.stack([best - half, best, best + half], axis=1),
    )


def _curve(
    rng: Generator, behaviour: str, times_s: Float[np.ndarray, "frames"]
) -> Float[np.ndarray, "frames 2"]:
    radius, speed, phase = rng.uniform(*_RADIUS), rng.uniform(*_TURNS_PER_S), rng.uniform()
    aspect = rng.uniform(*_ASPECT) if behaviour == ELLIPSE else 1.0
    angle = 2 * np.pi * (phase + speed * times_s)
    return radius * np.stack([np.cos(angle), aspect * np.sin(angle)], axis=1)


def _smooth_step(
    frames: Int[np.ndarray, "frames"], middle: int, half: int
) -> Float[np.ndarray, "frames"]:
    """How much of a transition is done at a frame, from 0 to 1."""
    ramp = np.clip((frames - middle) / (2 * half) + 0.5, 0, 1)
    done: np.ndarray = ramp * ramp * (3 - 2 * ramp)
    return done
