"""Placeholders for joints in long gaps: where the other joints say that they should be.

A straight line through a gap of seconds stops a limb, and the body seems to do something else. The
other joints say better where a joint is, as gap filling in motion capture has it (Federolf, 2013,
"A novel approach to solve the missing marker problem"). What is filled stays masked.
"""

import numpy as np
from jaxtyping import Bool, Float, Int, Int8
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
    filled, flat = positions.copy(), np.ptp(positions, axis=(0, 1)) == 0
    for _ in range(ROUNDS):
        for joint in sorted(joints.tolist(), key=lambda one: int(masked[:, one].sum())):
            gone = np.flatnonzero(masked[:, joint])
            filled[gone, joint] = _predicted(filled, joint, gone, np.flatnonzero(shown[:, joint]))
    filled[..., flat] = positions[..., flat]
    return filled


def _predicted(
    positions: Float[np.ndarray, "frames joints 3"],
    joint: int,
    gone: Int[np.ndarray, "gone"],
    shown: Int[np.ndarray, "shown"],
) -> Float[np.ndarray, "gone 3"]:
    """A joint where it is gone, from all others and as seen from them, shifted to meet both ends.

    Were it seen from the centroid of all joints, its own placeholder would say where it is.
    """
    others = np.delete(positions, joint, axis=1)
    centre = others.mean(axis=1, keepdims=True)
    headings = headings_against(rest_pose(others), others - centre)
    local = without_heading(others - centre, headings).reshape(len(others), -1)
    own = without_heading(positions[:, [joint]] - centre, headings)[:, 0]
    few = shown[:: -(-len(shown) // MOST_FRAMES)]
    regression = make_pipeline(StandardScaler(), Ridge()).fit(local[few], own[few])
    ends = _ends(gone, shown)
    errors = own[ends] - regression.predict(local[ends])
    shift = [np.interp(gone, ends, errors[:, axis]) for axis in range(errors.shape[1])]
    found = regression.predict(local[gone]) + np.column_stack(shift)
    turned = without_heading(found[:, None], -headings[gone])
    return np.asarray((turned + centre[gone])[:, 0])


def _ends(
    gone: Int[np.ndarray, "gone"], shown: Int[np.ndarray, "shown"]
) -> Int[np.ndarray, "ends"]:
    """The last frame that shows a joint before each gap, and the first after it."""
    after = np.searchsorted(shown, gone)
    beside = np.concatenate([after - 1, after]).clip(0, len(shown) - 1)
    return np.unique(shown[beside])
