"""Skeletons for files that bring none: they say how joints turn, not how long bones are.

``cmu_skeleton.csv`` holds a plain adult body with our own rounded bones (legs down and outward,
arms held out to the sides, y up, facing z, left at positive x). Names, tree, axes and degrees of
freedom are those that the ASF files of mocap.cs.cmu.edu have in common; their BVH conversions name
the same 31 joints differently, ignore the axes and let every joint turn about all three.
``h36m_skeleton.csv`` holds the tree of Human3.6M, where the ends of the body have columns too.
"""

import numpy as np

from kinembed.motion.layouts.bones import (
    END_SUFFIX,
    Bone,
    axis_matrix,
    dof_order,
    skeleton_from_bones,
)
from kinembed.motion.layouts.tables import load_table
from kinembed.motion.skeleton import Skeleton

_BVH_ORDER = "zyx"


def cmu_asf_skeleton() -> Skeleton:
    """Make the skeleton of CMU's ASF files, with our own lengths of bones.

    Returns
    -------
    Skeleton
        31 joints in the order of those files, then 7 end joints; 1 unit is 2.54/0.45 cm.
    """
    table = load_table("cmu_skeleton")
    vectors = table[["bone_x", "bone_y", "bone_z"]].to_numpy(dtype=np.float64)
    axes = table[["axis_x", "axis_y", "axis_z"]].to_numpy(dtype=np.float64)
    return skeleton_from_bones(
        [
            Bone(name, parent or None, vector, axis_matrix(axis, "xyz"), dof_order(dof.split()))
            for name, parent, vector, axis, dof in zip(
                table["joint"], table["parent"], vectors, axes, table["dof"], strict=True
            )
        ]
    )


def cmu_bvh_skeleton() -> Skeleton:
    """Make the skeleton of CMU's BVH conversions, with our own lengths of bones.

    Returns
    -------
    Skeleton
        38 joints in the order of those files, where each end joint follows its joint; 1 unit is
        2.54/0.45 cm.
    """
    body = cmu_asf_skeleton()
    table = load_table("cmu_skeleton")
    names = dict(zip(table["joint"], table["bvh_joint"], strict=True))
    names |= {joint + END_SUFFIX: name + END_SUFFIX for joint, name in names.items()}
    tips = {body.parents[body.index(end)]: body.index(end) for end in body.end_joints}
    order = [i for joint in range(len(table)) for i in (joint, tips.get(joint)) if i is not None]
    index = {old: new for new, old in enumerate(order)} | {-1: -1}
    return Skeleton(
        joints=tuple(names[body.joints[i]] for i in order),
        parents=tuple(index[body.parents[i]] for i in order),
        offsets=body.offsets[order],
        axes=np.tile(np.eye(3), (len(order), 1, 1)),
        rotation_orders=tuple("" if i in tips.values() else _BVH_ORDER for i in order),
    )


def h36m_skeleton() -> Skeleton:
    """Make the skeleton of Human3.6M.

    Returns
    -------
    Skeleton
        32 joints, all of which turn; offsets in millimetres.
    """
    table = load_table("h36m_skeleton")
    position = {name: index for index, name in enumerate(table["joint"])} | {"": -1}
    return Skeleton(
        joints=tuple(table["joint"]),
        parents=tuple(position[parent] for parent in table["parent"]),
        offsets=table[["offset_x", "offset_y", "offset_z"]].to_numpy(dtype=np.float64),
        axes=np.tile(np.eye(3), (len(table), 1, 1)),
        rotation_orders=(_BVH_ORDER,) * len(table),
    )
