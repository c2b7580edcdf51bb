"""What sets each behaviour apart: how joints move in it, compared with all other frames.

Conventions
-----------
* Behaviours are whatever labels a prediction gives to frames; no annotation is read.
* A joint's turn is its rotation in its parent's frame, seen from its mean over the sequence; the
  root's is that in the world, without its heading, which goes round and round.
* Of a motion of positions, which does not say how joints turn, it is a joint's position seen
  from the body (:func:`kinembed.motion.positions.body_positions`) in hundredths of the body height.
* Heights are above the lowest point of the recording. The *body height*, from there to the
  highest point of the recording, is the unit of lengths, whatever theirs is. A body that is seen
  from above has no height; there, the *body length* is, the largest distance between two joints.
* Frames that were not seen have no label and enter no number.
* Nothing reaches across the edges of a segment, nor across a cut.
* An effect is Cohen's d, the difference of two means in units of the pooled standard deviation
  of frames. Frames that follow each other are alike, so it describes and tests nothing.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Shaped
from scipy.ndimage import maximum_filter1d, minimum_filter1d
from scipy.spatial.transform import Rotation
from scipy.stats import ttest_ind

from kinembed.analysis.state_dynamics.rhythms import rhythm_table
from kinembed.core.errors import DataError
from kinembed.motion.kinematics import (
    UP,
    expmap_joints,
    forward_kinematics,
    ground_motion,
    heading,
    local_rotations,
)
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.positions import body_positions
from kinembed.motion.positions.size import body_length
from kinembed.motion.rotations import euler_to_matrix, unwrap_expmaps
from kinembed.motion.segments import FrameLabels, label_boundaries
from kinembed.segmentation.predictions import have_label

RANGE_S = 1.0
"""Seconds within which a range of motion is measured."""
UNITS = {
    "turn": "°/s",
    "motion": "% of body height per second",
    "swing": "°",
    "sway": "% of body height",
    "height": "body heights",
    "travel": "body heights per second",
}
"""Of measures: how fast a joint turns, or moves as seen from the body; how far it swings within a
second, from one extreme to the other, in either; how high it is; how fast the root travels over the
ground."""
STILL = 1e-6
"""What varies by less, in its unit, does not move."""


@dataclass(frozen=True, eq=False)
class Distinctions:
    """What sets behaviours apart, in two tables; both are empty if there is only one behaviour.

    Attributes
    ----------
    measures : DataFrame
        A row for each behaviour, joint and measure (see :data:`UNITS`): ``label``, ``joint``,
        ``measure``, ``unit``, the means ``here`` and ``elsewhere``, and the ``effect`` (Cohen's d).
    rhythms : DataFrame
        The table of :func:`kinembed.analysis.state_dynamics.rhythms.rhythm_table`, with the
        ``unit`` of the swings.
    """

    measures: pd.DataFrame
    rhythms: pd.DataFrame


def distinctions(motion: Motion, labels: FrameLabels, cuts: Sequence[int] = ()) -> Distinctions:
    """Compare how joints move in each behaviour of a sequence with all other frames.

    Parameters
    ----------
    motion : Motion
        The sequence, of rotations or of positions.
    labels : ndarray of int or sequence of str, shape (frames,)
        Label of each frame.
    cuts : sequence of int, optional
        Frames within the sequence at which another interval begins.

    Returns
    -------
    Distinctions
        Measures and rhythms; empty if there is only one behaviour.

    Raises
    ------
    DataError
        When there is not one label for each frame, or the motion lacks a channel that its skeleton
        needs.
    """
    if len(labels) != len(motion):
        raise DataError(f"{motion.trial} has {len(motion)} frames, but {len(labels)} are labelled")
    named, labelled = np.asarray(labels, dtype=object), have_label(labels)
    edges = np.unique([0, *label_boundaries(labels).tolist(), *cuts, len(motion)])
    intervals = [one for one in pairwise(edges.tolist()) if labelled[one[0]]]
    moved = _of_positions(motion) if _holds_positions(motion) else _of_rotations(motion)
    speeds = _within(moved.steps * motion.frame_rate, intervals)
    ranges = _ranges(moved.swings, intervals, motion.frame_rate)
    values = pd.concat(
        {
            moved.speed: pd.DataFrame(speeds, columns=moved.joints),
            moved.range: pd.DataFrame(ranges, columns=moved.joints),
            **_heights_and_travel(motion),
        },
        axis="columns",
        names=["measure", "joint"],
    )
    rhythms = rhythm_table(
        [moved.swings[start:stop] for start, stop in intervals],
        named[[start for start, _ in intervals]],
        moved.joints,
        motion.frame_rate,
    )
    rhythms = rhythms.assign(unit=UNITS[moved.range])
    compared = _compare(values[labelled], named[labelled])
    return Distinctions(_with_units(compared, motion), _with_units(rhythms, motion))


@dataclass(frozen=True, eq=False)
class _Movement:
    """How joints move: where they are, how far they get from each frame to the next, and the
    measures that tell it.
    """

    joints: list[str]
    swings: Float[np.ndarray, "frames joints 3"]
    steps: Float[np.ndarray, "steps joints"]
    speed: str
    range: str


def _holds_positions(motion: Motion) -> bool:
    return motion.representation is Representation.POSITIONS


def _of_rotations(motion: Motion) -> _Movement:
    """In degrees."""
    joints = expmap_joints(motion.skeleton)
    matrices = local_rotations(motion)[:, joints]
    rotations = Rotation.from_matrix(matrices)
    steps = np.degrees((rotations[:-1].inv() * rotations[1:]).magnitude())
    swings = _turns(Rotation.from_matrix(_without_heading(matrices)), motion.seen)
    names = [motion.skeleton.joints[joint] for joint in joints]
    return _Movement(names, swings, steps, "turn", "swing")


def _of_positions(motion: Motion) -> _Movement:
    """In hundredths of the body height."""
    swings = 100 * body_positions(motion) / _size(motion)
    steps = np.linalg.norm(np.diff(swings, axis=0), axis=-1)
    return _Movement(list(motion.skeleton.joints), swings, steps, "motion", "sway")


def _without_heading(
    rotations: Float[np.ndarray, "frames joints 3 3"],
) -> Float[np.ndarray, "frames joints 3 3"]:
    back = euler_to_matrix(-heading(rotations[:, 0])[:, None], "y")
    return np.concatenate([(back @ rotations[:, 0])[:, None], rotations[:, 1:]], axis=1)


def _turns(
    rotations: Rotation, seen: Bool[np.ndarray, "frames"]
) -> Float[np.ndarray, "frames joints 3"]:
    """Degrees from the mean of the frames that were seen, without jumps of a full turn."""
    turned = (rotations[seen].mean(axis=0).inv() * rotations).as_rotvec()
    return np.asarray(np.degrees(unwrap_expmaps(turned)))


def _within(
    speeds: Float[np.ndarray, "steps joints"], intervals: Sequence[tuple[int, int]]
) -> Float[np.ndarray, "frames joints"]:
    """Per second, from each frame to the next; an interval's last frame as the one before."""
    within = np.vstack([speeds, np.zeros_like(speeds[:1])])
    for start, stop in intervals:
        within[stop - 1] = within[stop - 2] if stop - start > 1 else 0.0
    return within


def _ranges(
    turns: Float[np.ndarray, "frames joints 3"],
    intervals: Sequence[tuple[int, int]],
    frame_rate: float,
) -> Float[np.ndarray, "frames joints"]:
    """How far the extremes within the second around each frame lie apart."""
    size = max(1, round(RANGE_S * frame_rate))
    extents = np.zeros_like(turns)
    for start, stop in intervals:
        interval = turns[start:stop]
        highest = maximum_filter1d(interval, size, axis=0, mode="nearest")
        extents[start:stop] = highest - minimum_filter1d(interval, size, axis=0, mode="nearest")
    return np.asarray(np.linalg.norm(extents, axis=-1))


def _heights_and_travel(motion: Motion) -> dict[str, pd.DataFrame]:
    """Heights of all joints and the root's way over the ground, in body heights."""
    heights, size = forward_kinematics(motion)[..., UP], _size(motion)
    lowest, joints = heights[motion.seen].min(), motion.skeleton.joints
    return {
        "height": pd.DataFrame((heights - lowest) / size, columns=joints),
        "travel": pd.DataFrame(ground_motion(motion)[:, 1:] / size, columns=joints[:1]),
    }


def _size(motion: Motion) -> float:
    """The body's height, or its length where it is seen from above."""
    positions = forward_kinematics(motion)[motion.seen]
    height = float(np.ptp(positions[..., UP]))
    return height or body_length(positions, np.ones(positions.shape[:2], dtype=bool))


def _with_units(table: pd.DataFrame, motion: Motion) -> pd.DataFrame:
    """Name lengths by what measures them."""
    if np.ptp(forward_kinematics(motion)[motion.seen][..., UP]) > 0:
        return table
    return table.assign(unit=table["unit"].str.replace("body height", "body length"))


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
    with warnings.catch_warnings():  # a joint may stand still in a short segment; others vary
        warnings.filterwarnings("ignore", "Precision loss", RuntimeWarning)
        effect = scale * ttest_ind(here.to_numpy(), elsewhere.to_numpy()).statistic
    table = pd.DataFrame({"here": here.mean(), "elsewhere": elsewhere.mean(), "effect": effect})
    finite = table.iloc[np.flatnonzero(np.isfinite(effect))].reset_index()
    return finite.assign(unit=finite["measure"].map(UNITS))
