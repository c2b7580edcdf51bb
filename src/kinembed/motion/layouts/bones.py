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
    """A rigid interval of a body.

    Attributes
    ----------
    name: unique.
    parent: name of the bone at whose end it begins, None for the root.
    vector: from its beginning to its end in the body's rest pose; zero for the root.
    axes: frame in which its turns are measured.
    rotation_order: axes it turns about, leftmost factor first; "" if it does not turn.
    """

    name: str
    parent: str | None
    vector: Float[np.ndarray, "3"]
    axes: Float[np.ndarray, "3 3"]
    rotation_order: str


def axis_matrix(degrees: Float[np.ndarray, "3"], letters: str) -> Float[np.ndarray, "3 3"]:
    """Frame of an ASF ``axis``: turns applied in the order listed, so the first is rightmost."""
    return euler_to_matrix(np.radians(degrees[::-1]), letters.lower()[::-1])


def dof_order(dof: Sequence[str]) -> str:
    """Rotation order of an ASF ``dof``, first angle applied first: ``rx rz`` is ``"zx"``."""
    return "".join(turn.removeprefix("r") for turn in reversed(dof))


def skeleton_from_bones(bones: Sequence[Bone]) -> Skeleton:
    """Joints and end joints of bones of which the first is the root.

    Raises DataError unless names are unique and parents come before their children.
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
    """Inverse of :func:`skeleton_from_bones`; raises DataError for a skeleton of another kind."""
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
