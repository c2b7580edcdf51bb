"""Bones as ASF lists them, and the skeleton of joints that they span.

A joint is the point where a bone begins. It lies at the far end of its parent's bone; children of
the root begin at the root itself, which has no length. A bone without children ends in an end
joint ``<bone>_end``; these follow all the others, in the order of their bones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import DataError
from kinembed.motion.rotations import euler_to_matrix
from kinembed.motion.skeleton import Skeleton

END_SUFFIX = "_end"


@dataclass(frozen=True, eq=False)
class Bone:
    """A rigid bone of a body.

    Attributes
    ----------
    name : str
        Unique among the bones of a body.
    parent : str or None
        Name of the bone at whose end it begins; None for the root.
    vector : ndarray of float, shape (3,)
        From its beginning to its end in the body's rest pose, in the skeleton's unit of length;
        zero for the root.
    axes : ndarray of float, shape (3, 3)
        Frame in which its turns are measured, as a rotation matrix.
    rotation_order : str
        Axes it turns about, leftmost factor first; ``""`` if it does not turn.
    """

    name: str
    parent: str | None
    vector: Float[np.ndarray, "3"]
    axes: Float[np.ndarray, "3 3"]
    rotation_order: str


def axis_matrix(degrees: Float[np.ndarray, "3"], letters: str) -> Float[np.ndarray, "3 3"]:
    """Compute the frame of an ASF ``axis``, whose turns apply in the order listed, first rightmost.

    Parameters
    ----------
    degrees : ndarray of float, shape (3,)
        Angles in degrees, in the order of `letters`.
    letters : str
        Axes in any case, such as ``"XYZ"``.

    Returns
    -------
    ndarray of float, shape (3, 3)
        Rotation matrix.

    Raises
    ------
    DataError
        When the letters are no order of three axes.
    """
    return euler_to_matrix(np.radians(degrees[::-1]), letters.lower()[::-1])


def dof_order(dof: Sequence[str]) -> str:
    """Convert an ASF ``dof``, whose first angle applies first, to a rotation order.

    Parameters
    ----------
    dof : sequence of str
        Some of ``rx``, ``ry`` and ``rz``.

    Returns
    -------
    str
        Axes, leftmost factor first: ``"zx"`` for ``rx rz``.
    """
    return "".join(turn.removeprefix("r") for turn in reversed(dof))


def skeleton_from_bones(bones: Sequence[Bone]) -> Skeleton:
    """Make the skeleton of joints and end joints that bones span.

    Parameters
    ----------
    bones : sequence of Bone
        The root first; the parent of each of the others is one of them.

    Returns
    -------
    Skeleton
        A joint where each bone begins, in the order of the bones, then the end joints.

    Raises
    ------
    DataError
        When names are not unique, or a parent does not come before its children.
    """
    position = {bone.name: index for index, bone in enumerate(bones)}
    parents = [-1 if bone.parent is None else position[bone.parent] for bone in bones]
    tips = [index for index in range(len(bones)) if index not in parents]
    vectors = np.array([bone.vector for bone in bones])
    offsets = np.where(np.array(parents)[:, None] < 0, 0.0, vectors[parents])
    return Skeleton(
        joints=(*(bone.name for bone in bones), *(bones[tip].name + END_SUFFIX for tip in tips)),
        parents=(*parents, *tips),
        offsets=np.concatenate([offsets, vectors[tips]]),
        axes=np.concatenate([[bone.axes for bone in bones], np.tile(np.eye(3), (len(tips), 1, 1))]),
        rotation_orders=(*(bone.rotation_order for bone in bones), *[""] * len(tips)),
    )


def bones_of(skeleton: Skeleton) -> list[Bone]:
    """Convert a skeleton to bones: the inverse of :func:`skeleton_from_bones`.

    Parameters
    ----------
    skeleton : Skeleton
        Joints of bones, then their end joints.

    Returns
    -------
    list of Bone
        The root first, in the skeleton's order.

    Raises
    ------
    DataError
        When the skeleton is not one that bones span.
    """
    ends = set(skeleton.end_joints)
    vectors = {parent: skeleton.offsets[child] for parent, child in skeleton.bones}
    bones = [
        Bone(
            name=joint,
            parent=None if parent < 0 else skeleton.joints[parent],
            vector=vectors.get(index, np.zeros(3)),
            axes=skeleton.axes[index],
            rotation_order=skeleton.rotation_orders[index],
        )
        for index, (joint, parent) in enumerate(zip(skeleton.joints, skeleton.parents, strict=True))
        if joint not in ends
    ]
    if skeleton_from_bones(bones) != skeleton:
        raise DataError(
            "expected a skeleton of bones: children begin where their parent's bone ends, the "
            f"root's at the root, and end joints <bone>{END_SUFFIX} come last"
        )
    return bones
