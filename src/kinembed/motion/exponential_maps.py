"""Motions as exponential maps, and between the two layouts of the CMU skeleton.

Conventions
-----------
* An exp-map motion has the channels ``<root>.tx ty tz`` and then ``<joint>.ex ey ez`` for every
  joint but the end joints, in the skeleton's order, in radians. The vector is the logarithm of the
  *transpose* of the joint's rotation in its own axes (see :mod:`kinembed.motion.kinematics`).
* The *ASF layout* is the skeleton of the CMU database: each bone has axes of its own. The *BVH
  layout* is that of its conversion to BVH: other names, end sites behind their parents, and axes
  parallel to the root's. As ``exp(C v) = C exp(v) C^T``, one constant rotation per joint leads from
  one to the other.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float
from pydantic import Field

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.motion.channels import expmap_channels, position_channels
from kinembed.motion.kinematics import (
    expmap_joints,
    joint_angles,
    joint_expmaps,
    joints_by_order,
    root_positions,
)
from kinembed.motion.layouts.bones import END_SUFFIX
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton, cmu_bvh_skeleton
from kinembed.motion.layouts.tables import load_table
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.rotations import (
    euler_to_expmap,
    expmap_to_matrix,
    matrix_to_euler,
    unwrap_expmaps,
)
from kinembed.motion.skeleton import Skeleton

RECORDED_ROOT_ORDER = "zyx"
"""In which the CMU recordings multiply the root's angles, leftmost factor first."""
PUBLISHED_ROOT_ORDER = "zxy"
"""In which the published text files, by mistake, multiply the same three numbers."""


class ExpmapParameters(Parameters):
    """How motions become exponential maps.

    Attributes
    ----------
    unwrap : bool
        Choose among equivalent vectors so that each continues that of the frame before; angles may
        then exceed pi.
    """

    unwrap: bool = Field(False, description="continue vectors beyond pi instead of jumping")


def to_expmap(motion: Motion, *, published_root: bool = False, unwrap: bool = False) -> Motion:
    """Convert a motion to exponential maps with angles in [0, pi].

    Parameters
    ----------
    motion : Motion
        Euler angles, or exponential maps, which stay as they are.
    published_root : bool, default False
        Reproduce the defect of the published text files made from BVH, whose root turns by Rz Rx Ry
        where the recording says Rz Ry Rx (over 4 rad away on some clips). It serves to compare with
        those files alone: headings and positions come out wrong.
    unwrap : bool, default False
        Choose among equivalent vectors so that each joint's continues that of the frame before; its
        angle may then exceed pi.

    Returns
    -------
    Motion
        Position of the root, then exponential maps in radians of every joint but the end joints.

    Raises
    ------
    DataError
        When a channel is absent, or `published_root` meets a root of another order than ``"zyx"``.
    """
    if motion.representation is Representation.EULER:
        motion = _with_expmaps(motion, motion.skeleton, _expmaps_of_angles(motion, published_root))
    if not unwrap:
        return motion
    return _with_expmaps(motion, motion.skeleton, unwrap_expmaps(joint_expmaps(motion)))


def to_euler(motion: Motion) -> Motion:
    """Convert a motion of exponential maps to Euler angles.

    What a joint turns about an axis that its rotation order lacks is left out.

    Parameters
    ----------
    motion : Motion
        Exponential maps, or Euler angles, which stay as they are.

    Returns
    -------
    Motion
        Position of the root, then Euler angles in degrees of every joint that turns.

    Raises
    ------
    DataError
        When a channel of the skeleton is absent.
    """
    if motion.representation is Representation.EULER:
        return motion
    skeleton = motion.skeleton
    rotations = expmap_to_matrix(-joint_expmaps(motion))
    columns = [root_positions(motion)]
    channels = position_channels(skeleton)
    for joint, order in enumerate(skeleton.rotation_orders):
        if order:
            columns.append(np.degrees(matrix_to_euler(rotations[:, joint], order)))
            channels += [f"{skeleton.joints[joint]}.r{axis}" for axis in order]
    return replace(
        motion,
        values=np.hstack(columns),
        channels=tuple(channels),
        representation=Representation.EULER,
    )


def to_bvh_layout(motion: Motion) -> Motion:
    """Convert exponential maps from the ASF layout to the BVH layout, with the ASF's offsets.

    (The offsets of the published BVH files are zero at Neck, the shoulders, the finger bases and
    the thumbs: the bones of thorax and wrist have no length there.)

    Parameters
    ----------
    motion : Motion
        Exponential maps in the ASF layout.

    Returns
    -------
    Motion
        The same poses in the BVH layout, with its names and order of joints.

    Raises
    ------
    DataError
        When the motion does not hold exponential maps, or its joints are not the CMU skeleton's.
    """
    expmaps = _vectors(motion)
    source, layout = motion.skeleton, cmu_bvh_skeleton()
    asf_name = {bvh: asf for asf, bvh in cmu_bvh_names().items()}
    order = _matching(source, [asf_name[joint] for joint in layout.joints])
    in_parent = np.einsum("jik,fjk->fji", source.axes, expmaps)
    target = replace(layout, offsets=source.offsets[order])
    return _with_expmaps(motion, target, in_parent[:, order])


def to_asf_layout(motion: Motion, skeleton: Skeleton) -> Motion:
    """Convert exponential maps from the BVH layout to the ASF layout of a skeleton.

    Parameters
    ----------
    motion : Motion
        Exponential maps in the BVH layout.
    skeleton : Skeleton
        Skeleton in the ASF layout, whose axes and offsets count.

    Returns
    -------
    Motion
        The same poses on that skeleton: the inverse of :func:`to_bvh_layout`.

    Raises
    ------
    DataError
        When the motion does not hold exponential maps, or its joints or the skeleton's are not the
        CMU skeleton's.
    """
    expmaps = _vectors(motion)
    bvh_name = cmu_bvh_names()
    _matching(skeleton, list(bvh_name))
    order = _matching(motion.skeleton, [bvh_name[joint] for joint in skeleton.joints])
    in_own_axes = np.einsum("jki,fjk->fji", skeleton.axes, expmaps[:, order])
    return _with_expmaps(motion, skeleton, in_own_axes)


def cmu_bvh_names() -> dict[str, str]:
    """Map joints and end joints of CMU's ASF layout to their names in the BVH layout.

    Returns
    -------
    dict of str to str
        Name in the ASF layout to name in the BVH layout.
    """
    table = load_table("cmu_skeleton")
    names = dict(zip(table["joint"], table["bvh_joint"], strict=True))
    tips = [end.removesuffix(END_SUFFIX) for end in cmu_asf_skeleton().end_joints]
    return names | {tip + END_SUFFIX: names[tip] + END_SUFFIX for tip in tips}


def _expmaps_of_angles(
    motion: Motion, published_root: bool
) -> Float[np.ndarray, "frames joints 3"]:
    skeleton = motion.skeleton
    expmaps = np.zeros((len(motion), len(skeleton.joints), 3))
    for order, joints in joints_by_order(skeleton).items():
        # The logarithm of a transpose is minus the logarithm.
        expmaps[:, joints] = -euler_to_expmap(joint_angles(motion, joints, order), order)
    if published_root:
        expmaps[:, 0] = _published_root(motion)
    return expmaps


def _published_root(motion: Motion) -> Float[np.ndarray, "frames 3"]:
    order = motion.skeleton.rotation_orders[0]
    if order != RECORDED_ROOT_ORDER:
        raise DataError(
            f"{motion.trial}: the published files multiply wrongly the angles of a root of order "
            f"{RECORDED_ROOT_ORDER!r}; this one has {order!r}, so leave published_root out"
        )
    angles = joint_angles(motion, [0], PUBLISHED_ROOT_ORDER)[:, 0]
    return -euler_to_expmap(angles, PUBLISHED_ROOT_ORDER)


def _with_expmaps(
    motion: Motion, skeleton: Skeleton, expmaps: Float[np.ndarray, "frames joints 3"]
) -> Motion:
    """The same root positions with the vectors of all joints of a skeleton."""
    vectors = expmaps[:, expmap_joints(skeleton)].reshape(len(motion), -1)
    return replace(
        motion,
        values=np.hstack([root_positions(motion), vectors]),
        channels=tuple(expmap_channels(skeleton)),
        skeleton=skeleton,
        representation=Representation.EXPMAP,
    )


def _vectors(motion: Motion) -> Float[np.ndarray, "frames joints 3"]:
    if motion.representation is not Representation.EXPMAP:
        raise DataError(
            f"{motion.trial}: a layout is changed on exponential maps, and the motion holds Euler "
            "angles; convert it with to_expmap first"
        )
    return joint_expmaps(motion)


def _matching(skeleton: Skeleton, joints: Sequence[str]) -> list[int]:
    """Where the named joints are in a skeleton that must have these and no others."""
    odd = sorted(set(skeleton.joints).symmetric_difference(joints))
    if odd:
        raise DataError(
            f"expected a CMU skeleton with the {len(joints)} joints {joints[0]}, {joints[1]}, ...; "
            f"{len(odd)} differ, such as {', '.join(odd[:4])}"
        )
    return [skeleton.index(joint) for joint in joints]
