"""Synthetic toy recordings: a point that moves in a plane on circles and on ellipses.

Two shapes, so two behaviours, and all else about them varies from interval to interval (see
:mod:`kinembed.io.synthetic.curves.curves`): what a network makes of them can be seen in two
dimensions (Su & Shlizerman, arXiv 1905.12176). The point is the root, and the only joint, of a
skeleton; it moves in the x-y plane and never turns.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinembed.core.atomic_files import write_bytes
from kinembed.core.errors import DataError
from kinembed.io.formats.annotations import write_annotation
from kinembed.io.formats.bvh import write_bvh
from kinembed.io.synthetic.curves.curves import SHORTEST_INTERVAL_S, draw_path
from kinembed.motion.motion import Motion, Representation, Segmentation
from kinembed.motion.skeleton import Skeleton

__all__ = ["FRAME_RATE", "TRIAL", "Toy", "make_toy", "write_toy"]

TRIAL = "toy"
"""Name of the synthetic trial."""
FRAME_RATE = 25.0
"""Hz: about as many frames as one turn takes."""

_DECIMALS = 4
_POINT = Skeleton(
    joints=("point",),
    parents=(-1,),
    offsets=np.zeros((1, 3)),
    axes=np.eye(3)[None],
    rotation_orders=("zyx",),
)


@dataclass(frozen=True)
class Toy:
    """A synthetic trial of a point that moves on planar curves.

    Attributes
    ----------
    motion : Motion
        Where the point is; all Euler angles are 0.
    segmentation : Segmentation
        On which curve it moves.
    """

    motion: Motion
    segmentation: Segmentation


def make_toy(seed: int, intervals: int = 12, interval_s: float = 8.0, noise: float = 0.01) -> Toy:
    """Make the synthetic trial of a seed: equal seeds give equal values.

    Values are rounded to 0.0001, so that they survive being written.

    Parameters
    ----------
    seed : int
        Everything that varies is drawn from it.
    intervals : int, default 12
        Number of circles and ellipses, in turns; at least 2.
    interval_s : float, default 8.0
        Mean duration of each of them in seconds; at least 3.
    noise : float, default 0.01
        Standard deviation of the measurement; a radius is about 1.

    Returns
    -------
    Toy
        The trial, at 25 Hz.

    Raises
    ------
    DataError
        When there are fewer than two intervals, or they leave no time for a turn.
    """
    if intervals < 2 or not interval_s >= SHORTEST_INTERVAL_S:
        raise DataError(
            f"a toy has 2 intervals or more of at least {SHORTEST_INTERVAL_S:g} s (toy.intervals, "
            f"toy.interval_s), not {intervals} of {interval_s:g} s"
        )
    rng = np.random.default_rng(seed)
    path = draw_path(rng, intervals, interval_s, FRAME_RATE)
    values = np.zeros((len(path.positions), 6))
    values[:, :2] = path.positions + noise * rng.standard_normal(path.positions.shape)
    motion = Motion(
        values=np.round(values, _DECIMALS),
        channels=tuple(f"point.{name}" for name in ("tx", "ty", "tz", "rz", "ry", "rx")),
        skeleton=_POINT,
        frame_rate=FRAME_RATE,
        trial=TRIAL,
        representation=Representation.EULER,
    )
    return Toy(motion, Segmentation(path.behaviours, path.boundaries, len(values), TRIAL))


def write_toy(
    folder: Path, *, seed: int, intervals: int = 12, interval_s: float = 8.0, noise: float = 0.01
) -> None:
    """Write ``toy.bvh`` and ``toy_annotation.txt``, each one atomically.

    Parameters
    ----------
    folder : Path
        Folder to write to, which is made if it is absent.
    seed : int
        Everything that varies is drawn from it.
    intervals : int, default 12
        Number of circles and ellipses, in turns; at least 2.
    interval_s : float, default 8.0
        Mean duration of each of them in seconds; at least 3.
    noise : float, default 0.01
        Standard deviation of the measurement; a radius is about 1.

    Raises
    ------
    DataError
        As :func:`make_toy` does.
    """
    toy = make_toy(seed, intervals, interval_s, noise)
    write_bytes(folder / f"{TRIAL}.bvh", write_bvh(toy.motion).encode())
    write_bytes(folder / f"{TRIAL}_annotation.txt", write_annotation(toy.segmentation).encode())
