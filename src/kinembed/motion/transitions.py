"""Motions that go over into one another, without a jump of pose or speed.

The pose of one motion fades into that of the next: positions linearly, rotations on the shortest
arc (Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985), with the weights of
Kovar, Gleicher and Pighin, "Motion graphs", SIGGRAPH 2002, section 4. As there, the next motion is
first shifted over the ground and turned about the vertical. Unlike there, the two do not overlap,
so that no frame of a short clip is lost: either motion goes on beyond its end as its point
reflection, at the speed it had. Rotations may be transposed, as exponential maps store them: an
arc between transposes is the transpose of the arc.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from kinembed.core.errors import DataError
from kinembed.motion.kinematics import GROUND, heading, local_rotations
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.rotations import euler_to_matrix


def blended(motions: Sequence[Motion], blend_frames: int) -> list[Float[np.ndarray, "_ channels"]]:
    """Put each motion where the one before it goes on, and blend the frames around each join.

    Parameters
    ----------
    motions : sequence of Motion
        At least one, in exponential maps, of one skeleton.
    blend_frames : int
        Frames that are blended, half of them on either side of a join; no more than half of a
        motion's frames on each of its sides.

    Returns
    -------
    list of ndarray of float, shape (frames, channels)
        Values of each motion, as many frames as it has.

    Raises
    ------
    DataError
        When a motion does not hold exponential maps.
    """
    placed = _placed(motions)
    values = [motion.values.copy() for motion in placed]
    for index, (before, after) in enumerate(pairwise(placed)):
        half = min(blend_frames // 2, len(before) // 2, len(after) // 2)
        if half:
            transition = _transition(_Poses.of(before), _Poses.of(after), half)
            values[index][-half:], values[index + 1][:half] = np.split(transition, 2)
    return values


@dataclass(frozen=True, eq=False)
class _Poses:
    """Positions of the root, and rotations of all joints."""

    positions: Float[np.ndarray, "frames 3"]
    rotations: Rotation
    """Frame by frame, within it joint by joint."""

    @classmethod
    def of(cls, motion: Motion) -> "_Poses":
        vectors = motion.values[:, 3:].reshape(-1, 3)
        return cls(motion.values[:, :3], Rotation.from_rotvec(vectors))

    @property
    def values(self) -> Float[np.ndarray, "frames channels"]:
        vectors = self.rotations.as_rotvec().reshape(len(self.positions), -1)
        return np.hstack([self.positions, vectors])

    def at(self, frames: Sequence[int]) -> "_Poses":
        joints = len(self.rotations) // len(self.positions)
        rows = (np.asarray(frames)[:, None] * joints + np.arange(joints)).ravel()
        return type(self)(self.positions[frames], self.rotations[rows])

    def reflected(self, frames: Sequence[int], about: int) -> "_Poses":
        """Poses as far beyond one as these are before it."""
        some, end = self.at(frames), self.at([about] * len(frames))
        rotations = end.rotations * some.rotations.inv() * end.rotations
        return type(self)(2 * end.positions - some.positions, rotations)


def _placed(motions: Sequence[Motion]) -> list[Motion]:
    """Motions in the world, each turned and shifted to go on from the one before."""
    placed = [_in_expmaps(motions[0])]
    for motion in motions[1:]:
        placed.append(_after(_next_frame(placed[-1]), _in_expmaps(motion)))
    return placed


def _in_expmaps(motion: Motion) -> Motion:
    if motion.representation is not Representation.EXPMAP:
        raise DataError(
            f"{motion.trial}: only rotations are blended, and the motion holds "
            f"{motion.representation.value}; set concatenation.join to continue"
        )
    return motion


def _next_frame(motion: Motion) -> Motion:
    """The pose that follows the last one at an even speed."""
    last = len(motion) - 1
    pose = _Poses.of(motion).reflected([max(last - 1, 0)], last)
    return replace(motion, values=pose.values, visibility=None, file_frames=None)


def _after(pose: Motion, motion: Motion) -> Motion:
    """The motion turned and shifted so that its first frame stands where a pose does."""
    turn = _heading(pose) - _heading(motion)
    upright = euler_to_matrix(np.array([turn]), "y")
    axes = motion.skeleton.axes[0]
    values = motion.values.copy()
    # Stored is the transpose of the root's rotation in its own axes, which is turned from the left.
    own = Rotation.from_matrix(axes.T @ upright.T @ axes)
    values[:, 3:6] = (Rotation.from_rotvec(values[:, 3:6]) * own).as_rotvec()
    positions = (values[:, :3] - values[0, :3]) @ upright.T + pose.values[0, :3]
    values[:, GROUND] = positions[:, GROUND]
    return replace(motion, values=values)


def _heading(motion: Motion) -> float:
    """Of the first frame."""
    first = replace(motion, values=motion.values[:1], visibility=None, file_frames=None)
    return float(heading(local_rotations(first)[:, 0])[0])


def _transition(
    before: _Poses, after: _Poses, half: int
) -> Float[np.ndarray, "blended_frames channels"]:
    """The frames around a join, as many of either motion."""
    last = len(before.positions) - 1
    back = [last - 1 - step for step in range(half)]
    ahead = before.reflected(back, last)
    behind = after.reflected(range(half, 0, -1), 0)
    ending, starting = before.at(range(last - half + 1, last + 1)), after.at(range(half))
    return _faded(_followed(ending, ahead), _followed(behind, starting)).values


def _followed(first: _Poses, second: _Poses) -> _Poses:
    return _Poses(
        np.vstack([first.positions, second.positions]),
        Rotation.concatenate([first.rotations, second.rotations]),
    )


def _faded(first: _Poses, second: _Poses) -> _Poses:
    """From the first to the second, at even speed where it begins and ends."""
    frames = len(first.positions)
    part = (np.arange(frames) + 0.5) / frames
    weight = (3 * part**2 - 2 * part**3)[:, None]
    arcs = (first.rotations.inv() * second.rotations).as_rotvec()
    steps = np.repeat(weight, len(arcs) // frames, axis=0) * arcs
    positions = (1 - weight) * first.positions + weight * second.positions
    return _Poses(positions, first.rotations * Rotation.from_rotvec(steps))
