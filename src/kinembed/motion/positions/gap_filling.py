"""Placeholders for joints in long gaps: where the other joints say that they should be.

A straight line through a gap of seconds stops a limb, and the body seems to do something else. The
other joints say better where a joint is, as gap filling in motion capture has it (Federolf, 2013,
"A novel approach to solve the missing marker problem"). What is filled stays masked.
"""

import numpy as np
from jaxtyping import Bool, Float, Int8
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kinembed.motion.kinematics import without_heading
from kinembed.motion.positions.skeleton import headings_against, rest_pose
from kinembed.motion.visibility import Point

ROUNDS = 2
"""In the second, joints are predicted from what the first made of the others."""
MOST_FRAMES, FEWEST_FRAMES = 5000, 50
"""Frames that a joint's regression rests on, evenly spaced; with fewer it is not predicted."""


def fill_from_others(
    positions: Float[np.ndarray, "frames joints 3"],
    points: Int8[np.ndarray, "frames joints"],
    enough: Bool[np.ndarray, "frames"],
) -> Float[np.ndarray, "frames joints 3"]:
    """Predict masked joints from the others, by ridge regression as seen from the body.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        Finite, y up; masked joints on straight lines.
    points : ndarray of int8, shape (frames, joints)
        A :class:`kinembed.motion.visibility.Point` for each joint in each frame.
    enough : ndarray of bool, shape (frames,)
        Whether enough was seen of each frame for a regression to rest on it.

    Returns
    -------
    ndarray of float, shape (frames, joints, 3)
        Positions; predictions meet what was seen before and after a gap. Other points, and joints
        that few frames show, stay as they are.
    """
    masked = points == Point.MASKED
    shown = ~masked & enough[:, None]
    joints = np.flatnonzero(masked.any(axis=0) & (shown.sum(axis=0) >= FEWEST_FRAMES))
    if positions.shape[1] < 2 or not len(joints):
        return positions
    filled = positions.copy()
    for _ in range(ROUNDS):
        centre = filled.mean(axis=1, keepdims=True)
        headings = headings_against(rest_pose(filled), filled - centre)
        local = without_heading(filled - centre, headings)
        for joint in joints.tolist():
            gone = masked[:, joint]
            local[gone, joint] = _predicted(local, joint, shown[:, joint])[gone]
        filled[masked] = (without_heading(local, -headings) + centre)[masked]
    return filled


def _predicted(
    local: Float[np.ndarray, "frames joints 3"], joint: int, shown: Bool[np.ndarray, "frames"]
) -> Float[np.ndarray, "frames 3"]:
    """A joint from all others, shifted by the errors beside its gaps."""
    others = np.delete(local, joint, axis=1).reshape(len(local), -1)
    there = np.flatnonzero(shown)
    few = there[:: -(-len(there) // MOST_FRAMES)]
    regression = make_pipeline(StandardScaler(), Ridge()).fit(others[few], local[few, joint])
    predicted = regression.predict(others)
    errors, frames = local[there, joint] - predicted[there], np.arange(len(local))
    shift = [np.interp(frames, there, errors[:, axis]) for axis in range(errors.shape[1])]
    return np.asarray(predicted + np.column_stack(shift))
