"""The skeleton of a recording that says where joints are, but nothing of bones.

Every joint hangs at the first one, and none turns. Offsets are the *rest pose*: the mean pose, its
heading removed, against which the heading of every pose is measured. Links, for drawing alone,
are guessed from who moves with whom.
"""

import numpy as np
from jaxtyping import Complex, Float
from scipy.sparse.csgraph import minimum_spanning_tree

from kinembed.motion.kinematics import GROUND, without_heading
from kinembed.motion.skeleton import Skeleton

COMPARED = 500
"""Poses that links are guessed from, at most."""
FAR = 0.95
"""How far two joints get from one another is measured by what they exceed in 5 % of the poses."""


def skeleton_of(
    joints: tuple[str, ...], positions: Float[np.ndarray, "frames joints 3"]
) -> Skeleton:
    """Make the skeleton of a recording: its joints, its rest pose, and the links to draw.

    Parameters
    ----------
    joints : tuple of str
        Names of the joints, unique.
    positions : ndarray of float, shape (frames, joints, 3)
        Finite, y up; at least one frame.

    Returns
    -------
    Skeleton
        Every joint is a child of the first one, and none turns; offsets are the rest pose as seen
        from the first joint, in the positions' unit of length.

    Raises
    ------
    DataError
        When joints share a name.
    """
    rest = rest_pose(positions)
    return Skeleton(
        joints=joints,
        parents=(-1, *[0] * (len(joints) - 1)),
        offsets=rest - rest[0],
        axes=np.tile(np.eye(3), (len(joints), 1, 1)),
        rotation_orders=("",) * len(joints),
        links=likely_links(positions[:: -(-len(positions) // COMPARED)]),
    )


def rest_pose(positions: Float[np.ndarray, "frames joints 3"]) -> Float[np.ndarray, "joints 3"]:
    """Compute the mean pose about its centroid, turned as the first pose is.

    Seen from above, headings are measured against the full Procrustes mean of the poses, an
    eigenvector (Kent, 1994, "The complex Bingham distribution and shape analysis"), so that no
    single pose decides about the others.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        Finite, y up.

    Returns
    -------
    ndarray of float, shape (joints, 3)
        In the positions' unit of length.
    """
    centred = about_centroid(positions)
    plane = _plane(centred)
    sizes = np.linalg.norm(plane, axis=1, keepdims=True)
    shapes = np.divide(plane, sizes, out=np.zeros_like(plane), where=sizes > 0)
    _, vectors = np.linalg.eigh(shapes.conj().T @ shapes)
    headings = np.angle(plane @ vectors[:, -1])
    mean: np.ndarray = without_heading(centred, headings - headings[0]).mean(axis=0)
    return mean


def headings_against(
    rest: Float[np.ndarray, "joints 3"], centred: Float[np.ndarray, "frames joints 3"]
) -> Float[np.ndarray, "frames"]:
    """Compute the turn about the vertical that brings the rest pose nearest to each pose.

    Parameters
    ----------
    rest : ndarray of float, shape (joints, 3)
        Rest pose about its centroid.
    centred : ndarray of float, shape (frames, joints, 3)
        Poses about their centroids.

    Returns
    -------
    ndarray of float, shape (frames,)
        Headings in radians, in [-pi, pi].
    """
    return np.asarray(np.angle(_plane(centred) @ _plane(rest).conj()))


def about_centroid(
    positions: Float[np.ndarray, "*frames joints 3"],
) -> Float[np.ndarray, "*frames joints 3"]:
    """Compute positions as seen from the mean of all joints.

    Parameters
    ----------
    positions : ndarray of float, shape (..., joints, 3)
        One pose or several.

    Returns
    -------
    ndarray of float, shape (..., joints, 3)
        Positions with mean 0 over the joints.
    """
    centred: np.ndarray = positions - positions.mean(axis=-2, keepdims=True)
    return centred


def likely_links(
    positions: Float[np.ndarray, "frames joints 3"],
) -> tuple[tuple[int, int], ...]:
    """Find the tree of pairs of joints that stay near one another, as the two ends of a bone do.

    It is the minimum spanning tree of the distances that two joints exceed in 5 % of the poses.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        Finite.

    Returns
    -------
    tuple of (int, int)
        Pairs of joint indices, one fewer than joints, sorted.
    """
    count = positions.shape[1]
    far = np.zeros((count, count))
    for joint in range(count):  # all pairs at once would not fit into memory
        distances = np.linalg.norm(positions - positions[:, joint : joint + 1], axis=-1)
        far[joint] = np.quantile(distances, FAR, axis=0)
    far += 1e-9 * far.max() or 1.0  # 0 would be no link, but joints may coincide
    tree = minimum_spanning_tree(np.triu(far, 1)).tocoo()
    return tuple(sorted(zip(tree.row.tolist(), tree.col.tolist(), strict=True)))


def _plane(
    positions: Float[np.ndarray, "*frames joints 3"],
) -> Complex[np.ndarray, "*frames joints"]:
    """Positions over the ground as complex numbers that a heading of h multiplies by exp(ih)."""
    x, z = GROUND
    return np.asarray(positions[..., z] + 1j * positions[..., x])
