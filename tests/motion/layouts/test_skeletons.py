import numpy as np

from kinembed.motion.layouts.bones import bones_of
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton, cmu_bvh_skeleton, h36m_skeleton
from kinembed.motion.skeleton import Skeleton

CM_PER_UNIT = 2.54 / 0.45


def rest_positions(skeleton: Skeleton) -> np.ndarray:
    positions = skeleton.offsets.copy()
    for parent, child in skeleton.bones:
        positions[child] += positions[parent]
    return positions


def place(skeleton: Skeleton, joint: str) -> np.ndarray:
    return rest_positions(skeleton)[skeleton.index(joint)]


def test_asf_skeleton_has_the_joints_and_channels_of_the_cmu_recordings() -> None:
    skeleton = cmu_asf_skeleton()
    assert len(skeleton.joints) == 38
    assert len(skeleton.end_joints) == 7
    assert skeleton.joints[:4] == ("root", "lhipjoint", "lfemur", "ltibia")
    assert skeleton.joints[30:32] == ("rthumb", "ltoes_end")
    assert 3 + sum(map(len, skeleton.rotation_orders)) == 62
    turns = dict(zip(skeleton.joints, skeleton.rotation_orders, strict=True))
    assert (turns["lfoot"], turns["rclavicle"], turns["lwrist"]) == ("zx", "zy", "y")
    assert (turns["lhipjoint"], turns["rtibia"], turns["root"]) == ("", "x", "zyx")


def test_axes_of_the_hand_point_along_it() -> None:
    skeleton = cmu_asf_skeleton()
    # axis 0 90 90: Rz(90) @ Ry(90), so the hand's y axis is the body's -x.
    np.testing.assert_allclose(
        skeleton.axes[skeleton.index("lhand")] @ [0, 1, 0], [-1, 0, 0], atol=1e-15
    )


def test_bvh_skeleton_is_the_same_body_with_other_names() -> None:
    asf, bvh = cmu_asf_skeleton(), cmu_bvh_skeleton()
    assert bvh.joints[:8] == (
        *("Hips", "LHipJoint", "LeftUpLeg", "LeftLeg", "LeftFoot", "LeftToeBase"),
        *("LeftToeBase_end", "RHipJoint"),
    )
    assert [index for index, name in enumerate(bvh.joints) if name in bvh.end_joints] == [
        *(6, 12, 19, 26, 28, 35, 37)
    ]
    assert set(bvh.rotation_orders) == {"zyx", ""}
    for one, other in [("lradius", "LeftForeArm"), ("rtoes_end", "RightToeBase_end")]:
        np.testing.assert_array_equal(place(asf, one), place(bvh, other))


def test_cmu_body_is_a_symmetric_adult_with_its_arms_held_out() -> None:
    skeleton = cmu_asf_skeleton()
    left = [joint for joint in skeleton.joints if joint.startswith("l") and "back" not in joint]
    for joint in (name for name in left if "neck" not in name):
        mirrored = place(skeleton, f"r{joint[1:]}") * [-1, 1, 1]
        np.testing.assert_array_equal(place(skeleton, joint), mirrored)
    reach = np.ptp(rest_positions(skeleton), axis=0) * CM_PER_UNIT
    assert 150 < reach[0] < 180
    assert 150 < reach[1] < 170  # to the middle of the head, with straddled legs


def test_legs_of_the_cmu_body_lie_along_their_axes() -> None:
    bones = {bone.name: bone for bone in bones_of(cmu_asf_skeleton())}
    for name in ("lfemur", "rtibia", "lhumerus", "rradius"):
        along = bones[name].axes.T @ bones[name].vector
        np.testing.assert_allclose(np.abs(along) / np.linalg.norm(along), [0, 1, 0], atol=0.02)


def test_h36m_skeleton_has_the_published_tree_in_millimetres() -> None:
    skeleton = h36m_skeleton()
    assert len(skeleton.joints) == 32
    assert skeleton.end_joints == ()
    assert skeleton.parents == (
        *(-1, 0, 1, 2, 3, 4, 0, 6, 7, 8, 9, 0, 11, 12, 13, 14),
        *(12, 16, 17, 18, 19, 20, 19, 22, 12, 24, 25, 26, 27, 28, 27, 30),
    )
    np.testing.assert_array_equal(skeleton.offsets[2], [0, -442.9, 0])
    assert place(skeleton, "LeftUpLeg")[0] > 0 > place(skeleton, "RightUpLeg")[0]
