"""What sets each behaviour apart: how joints move in it, compared with all other frames.

Conventions
-----------
* Behaviours are whatever labels a prediction gives to frames; no annotation is read.
* A joint's turn is its rotation in its parent's frame, seen from its mean over the sequence; the
  root's is that in the world, without its heading, which goes round and round.
* Heights are above the lowest point of the recording. The recording's *tallness*, from there to
  its highest point, is the unit of lengths, whatever theirs is.
* Nothing reaches across the edges of a segment, nor across a cut.
* An effect is Cohen's d, the difference of two means in units of the pooled standard deviation
  of frames. Frames that follow each other are alike, so it describes and tests nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Shaped
from scipy.ndimage import maximum_filter1d, minimum_filter1d
from scipy.spatial.transform import Rotation
from scipy.stats import ttest_ind

from kinembed.errors import DataError
from kinembed.interpretation.rhythms import rhythm_table
from kinembed.kinematics import (
    UP,
    expmap_joints,
    forward_kinematics,
    ground_motion,
    heading,
    local_rotations,
)
from kinembed.metrics import FrameLabels, label_boundaries
from kinembed.motion import Motion
from kinembed.rotations import euler_to_matrix, unwrap_expmaps

RANGE_S = 1.0
"""Seconds within which a range of motion is measured."""
UNITS = {"speed": "°/s", "range": "°", "height": "tallness", "travel": "tallness/s"}
"""Of measures: how fast a joint turns; how far it swings within a second, from one extreme to the
other; how high it is; how fast the root travels over the ground."""
STILL = 1e-6
"""What varies by less (in degrees, or as a share of tallness) does not move."""


@dataclass(frozen=True, eq=False)
class Distinctions:
    """What sets behaviours apart, in two tables; both are empty if there is only one behaviour.

    Attributes
    ----------
    measures: a row per behaviour, joint and measure (see :data:`UNITS`): ``label``, ``joint``,
        ``measure``, ``unit``, the means ``here`` and ``elsewhere``, and the ``effect``.
    rhythms: see :func:`kinembed.interpretation.rhythms.rhythm_table`.
    """

    measures: pd.DataFrame
    rhythms: pd.DataFrame


def distinctions(motion: Motion, labels: FrameLabels, cuts: Sequence[int] = ()) -> Distinctions:
    """What sets each behaviour of a sequence apart.

    ``labels`` are one per frame; ``cuts`` are frames at which the sequence leaps.
    Raises DataError for another number of labels.
    """
    if len(labels) != len(motion):
        raise DataError(f"{motion.trial} has {len(motion)} frames, but {len(labels)} are labelled")
    named = np.asarray(labels, dtype=object)
    edges = np.unique([0, *label_boundaries(labels).tolist(), *cuts, len(motion)])
    pieces = list(pairwise(edges.tolist()))
    joints = expmap_joints(motion.skeleton)
    matrices = local_rotations(motion)[:, joints]
    speeds = _speeds(Rotation.from_matrix(matrices), pieces, motion.frame_rate)
    turns = _turns(Rotation.from_matrix(_without_heading(matrices)))
    names = [motion.skeleton.joints[joint] for joint in joints]
    values = pd.concat(
        {
            "speed": pd.DataFrame(speeds, columns=names),
            "range": pd.DataFrame(_ranges(turns, pieces, motion.frame_rate), columns=names),
            **_places(motion),
        },
        axis="columns",
        names=["measure", "joint"],
    )
    rhythms = rhythm_table(
        [turns[start:stop] for start, stop in pieces],
        named[edges[:-1]],
        names,
        motion.frame_rate,
    )
    return Distinctions(_compare(values, named), rhythms)


def _without_heading(
    rotations: Float[np.ndarray, "frames joints 3 3"],
) -> Float[np.ndarray, "frames joints 3 3"]:
    back = euler_to_matrix(-heading(rotations[:, 0])[:, None], "y")
    return np.concatenate([(back @ rotations[:, 0])[:, None], rotations[:, 1:]], axis=1)


def _turns(rotations: Rotation) -> Float[np.ndarray, "frames joints 3"]:
    """Degrees, without leaps."""
    seen = (rotations.mean(axis=0).inv() * rotations).as_rotvec()
    return np.asarray(np.degrees(unwrap_expmaps(seen)))


def _speeds(
    rotations: Rotation, pieces: Sequence[tuple[int, int]], frame_rate: float
) -> Float[np.ndarray, "frames joints"]:
    """Degrees per second, from each frame to the next; a piece's last frame as the one before."""
    speeds = np.zeros(rotations.shape)
    speeds[:-1] = np.degrees((rotations[:-1].inv() * rotations[1:]).magnitude()) * frame_rate
    for start, stop in pieces:
        speeds[stop - 1] = speeds[stop - 2] if stop - start > 1 else 0.0
    return speeds


def _ranges(
    turns: Float[np.ndarray, "frames joints 3"],
    pieces: Sequence[tuple[int, int]],
    frame_rate: float,
) -> Float[np.ndarray, "frames joints"]:
    """Degrees between the extremes within the second around each frame."""
    size = max(1, round(RANGE_S * frame_rate))
    extents = np.empty_like(turns)
    for start, stop in pieces:
        piece = turns[start:stop]
        highest = maximum_filter1d(piece, size, axis=0, mode="nearest")
        extents[start:stop] = highest - minimum_filter1d(piece, size, axis=0, mode="nearest")
    return np.asarray(np.linalg.norm(extents, axis=-1))


def _places(motion: Motion) -> dict[str, pd.DataFrame]:
    """Heights of all joints and the root's way over the ground, by tallness."""
    heights = forward_kinematics(motion)[..., UP]
    lowest = heights.min()
    tallness = (heights.max() - lowest) or 1.0
    joints = motion.skeleton.joints
    return {
        "height": pd.DataFrame((heights - lowest) / tallness, columns=joints),
        "travel": pd.DataFrame(ground_motion(motion)[:, 1:] / tallness, columns=joints[:1]),
    }


def _compare(values: pd.DataFrame, named: Shaped[np.ndarray, "frames"]) -> pd.DataFrame:
    """Every behaviour against all other frames."""
    moving = values.loc[:, values.std() > STILL]
    compared = [
        _compare_one(moving, named == label).assign(label=label)
        for label in dict.fromkeys(named.tolist())
        if (named != label).any()
    ]
    columns = ["label", "joint", "measure", "unit", "here", "elsewhere", "effect"]
    return pd.concat(compared)[columns] if compared else pd.DataFrame(columns=columns)


def _compare_one(values: pd.DataFrame, inside: Bool[np.ndarray, "frames"]) -> pd.DataFrame:
    here, elsewhere = values[inside], values[~inside]
    # Student's t is Cohen's d but for the numbers of frames.
    scale = np.sqrt(1 / len(here) + 1 / len(elsewhere))
    effect = scale * ttest_ind(here.to_numpy(), elsewhere.to_numpy()).statistic
    table = pd.DataFrame({"here": here.mean(), "elsewhere": elsewhere.mean(), "effect": effect})
    told = table.iloc[np.flatnonzero(np.isfinite(effect))].reset_index()
    return told.assign(unit=told["measure"].map(UNITS))
