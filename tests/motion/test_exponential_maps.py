from dataclasses import replace

import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.motion.exponential_maps import (
    cmu_bvh_names,
    to_asf_layout,
    to_bvh_layout,
    to_euler,
    to_expmap,
)
from kinembed.motion.kinematics import forward_kinematics, joint_expmaps, local_rotations
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton, cmu_bvh_skeleton
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.rotations import euler_to_matrix, matrix_to_expmap
from kinembed.motion.skeleton import Skeleton

ROOT = ("root.tx", "root.ty", "root.tz", "root.rx", "root.ry", "root.rz")
BVH_ORDER = (
    "Hips LHipJoint LeftUpLeg LeftLeg LeftFoot LeftToeBase LeftToeBase_end "
    "RHipJoint RightUpLeg RightLeg RightFoot RightToeBase RightToeBase_end "
    "LowerBack Spine Spine1 Neck Neck1 Head Head_end "
    "LeftShoulder LeftArm LeftForeArm LeftHand LeftFingerBase LeftHandIndex1 LeftHandIndex1_end "
    "LThumb LThumb_end RightShoulder RightArm RightForeArm RightHand RightFingerBase "
    "RightHandIndex1 RightHandIndex1_end RThumb RThumb_end"
)


def leg_motion(*frames: list[float], axes: np.ndarray | None = None) -> Motion:
    """Root, a hip that cannot turn, a foot that turns about x and z, a toe."""
    skeleton = Skeleton(
        joints=("root", "hip", "foot", "toe"),
        parents=(-1, 0, 1, 2),
        offsets=np.array([[0.0, 0, 0], [0, 0, 0], [0, -1, 0], [0, 0, 1]]),
        axes=np.tile(np.eye(3), (4, 1, 1)) if axes is None else axes,
        rotation_orders=("zyx", "", "zx", ""),
    )
    channels = (*ROOT, "foot.rx", "foot.rz")
    return Motion(np.array(frames), channels, skeleton, 120.0, "leg", Representation.EULER)


def cmu_motion(frames: int = 20) -> Motion:
    """Every joint of the CMU skeleton turning as it may, in the ASF layout."""
    skeleton = cmu_asf_skeleton()
    channels = [f"root.t{axis}" for axis in "xyz"]
    for joint, order in zip(skeleton.joints, skeleton.rotation_orders, strict=True):
        channels += [f"{joint}.r{axis}" for axis in order]
    values = np.random.default_rng(0).uniform(-80, 80, (frames, len(channels)))
    return Motion(values, tuple(channels), skeleton, 120.0, "made_up", Representation.EULER)


def test_a_vector_is_the_logarithm_of_the_transpose() -> None:
    expmap = to_expmap(leg_motion([1.0, 2, 3, 0, 90, 0, 30, 0]))
    assert expmap.representation is Representation.EXPMAP
    np.testing.assert_allclose(
        expmap.values, [[1, 2, 3, 0, -np.pi / 2, 0, 0, 0, 0, -np.pi / 6, 0, 0]], atol=1e-15
    )


def test_every_joint_but_the_ends_has_three_channels() -> None:
    channels = to_expmap(leg_motion([0.0] * 8)).channels
    assert channels[:6] == ("root.tx", "root.ty", "root.tz", "root.ex", "root.ey", "root.ez")
    assert channels[6:] == ("hip.ex", "hip.ey", "hip.ez", "foot.ex", "foot.ey", "foot.ez")
    assert len(to_expmap(cmu_motion(1)).channels) == 96


def test_angles_multiply_from_left_to_right_and_absent_ones_are_zero() -> None:
    expmap = to_expmap(leg_motion([0.0, 0, 0, 10, 20, 30, 40, 50]))
    root = euler_to_matrix(np.radians([30.0, 20, 10]), "zyx")
    foot = euler_to_matrix(np.radians([50.0, 0, 40]), "zyx")
    np.testing.assert_allclose(joint_expmaps(expmap)[0, 0], matrix_to_expmap(root.T), atol=1e-15)
    np.testing.assert_allclose(joint_expmaps(expmap)[0, 2], matrix_to_expmap(foot.T), atol=1e-15)


def test_the_axes_of_a_joint_do_not_enter_its_vector() -> None:
    frame = [0.0, 0, 0, 10, 20, 30, 40, 50]
    axes = euler_to_matrix(np.random.default_rng(0).normal(size=(4, 3)), "xyz")
    np.testing.assert_array_equal(
        to_expmap(leg_motion(frame, axes=axes)).values, to_expmap(leg_motion(frame)).values
    )


def test_everything_else_is_kept() -> None:
    motion = leg_motion([0.0] * 8)
    expmap = to_expmap(motion)
    assert (expmap.trial, expmap.frame_rate) == ("leg", 120.0)
    assert expmap.skeleton is motion.skeleton


def test_angles_are_at_most_pi() -> None:
    expmaps = joint_expmaps(to_expmap(leg_motion([0.0, 0, 0, 0, 0, 350, 0, 190])))
    np.testing.assert_allclose(expmaps[0, 0], [0, 0, np.radians(10)], atol=1e-15)
    np.testing.assert_allclose(expmaps[0, 2], [0, 0, np.radians(170)], atol=1e-15)


def test_exponential_maps_stay_as_they_are() -> None:
    expmap = to_expmap(leg_motion([0.0, 0, 0, 10, 20, 30, 40, 50]))
    assert to_expmap(expmap) is expmap
    assert to_expmap(expmap, published_root=True) is expmap


def spin() -> Motion:
    frames = np.zeros((60, 8))
    frames[:, 4] = 10.0 * np.arange(60)
    return leg_motion(*frames.tolist())


def test_unwrapping_lets_an_angle_grow_past_pi() -> None:
    expected = -np.radians(10.0 * np.arange(60))
    for motion in (spin(), to_expmap(spin())):
        unwrapped = to_expmap(motion, unwrap=True)
        np.testing.assert_allclose(joint_expmaps(unwrapped)[:, 0, 1], expected, atol=1e-12)
    assert np.abs(to_expmap(spin()).values).max() <= np.pi


def test_unwrapping_moves_no_joint() -> None:
    np.testing.assert_allclose(
        forward_kinematics(to_expmap(spin(), unwrap=True)), forward_kinematics(spin()), atol=1e-12
    )


def test_the_published_root_swaps_two_factors_of_the_root_alone() -> None:
    motion = leg_motion([0.0, 0, 0, 30, 40, 50, 60, 70])
    right, published = to_expmap(motion), to_expmap(motion, published_root=True)
    expected = euler_to_matrix(np.radians([50.0, 30, 40]), "zxy").T
    np.testing.assert_allclose(
        joint_expmaps(published)[0, 0], matrix_to_expmap(expected), atol=1e-15
    )
    np.testing.assert_array_equal(published.values[:, 6:], right.values[:, 6:])
    assert np.abs(published.values - right.values).max() > 0.1


def test_the_published_root_is_a_defect_of_one_order_only() -> None:
    motion = leg_motion([0.0] * 8)
    skeleton = replace(motion.skeleton, rotation_orders=("yxz", "", "zx", ""))
    with pytest.raises(DataError, match="leg: .*order 'zyx'; this one has 'yxz'"):
        to_expmap(replace(motion, skeleton=skeleton), published_root=True)


def test_euler_angles_come_back() -> None:
    motion = leg_motion([1.0, 2, 3, 10, 20, 30, 40, 50], [1.0, 2, 3, -100, -80, 170, 120, -150])
    back = to_euler(to_expmap(motion))
    columns = [back.channels.index(channel) for channel in motion.channels]
    assert len(back.channels) == len(motion.channels)
    np.testing.assert_allclose(back.values[:, columns], motion.values, atol=1e-12)
    assert to_euler(motion) is motion


def test_euler_angles_of_a_whole_body_are_the_same_movement() -> None:
    motion = cmu_motion()
    back = to_euler(to_expmap(motion))
    np.testing.assert_allclose(forward_kinematics(back), forward_kinematics(motion), atol=1e-11)


def test_the_bvh_layout_has_the_published_joints_in_the_published_order() -> None:
    converted = to_bvh_layout(to_expmap(cmu_motion()))
    assert converted.skeleton.joints == tuple(BVH_ORDER.split())
    assert converted.channels[:3] == ("Hips.tx", "Hips.ty", "Hips.tz")
    assert len(converted.channels) == 96
    np.testing.assert_array_equal(converted.skeleton.axes, np.tile(np.eye(3), (38, 1, 1)))


def test_a_vector_turns_by_the_axes_of_its_bone() -> None:
    motion = to_expmap(cmu_motion())
    converted = to_bvh_layout(motion)
    asf, bvh = motion.skeleton.index("lhumerus"), converted.skeleton.index("LeftArm")
    expected = joint_expmaps(motion)[:, asf] @ motion.skeleton.axes[asf].T
    np.testing.assert_allclose(joint_expmaps(converted)[:, bvh], expected, atol=1e-14)


def test_a_layout_moves_no_joint() -> None:
    motion = cmu_motion()
    converted = to_bvh_layout(to_expmap(motion))
    order = [converted.skeleton.index(name) for name in _bvh(motion.skeleton)]
    np.testing.assert_allclose(
        forward_kinematics(converted)[:, order], forward_kinematics(motion), atol=1e-12
    )
    np.testing.assert_allclose(
        local_rotations(converted)[:, order], local_rotations(motion), atol=1e-13
    )


def _bvh(skeleton: Skeleton) -> list[str]:
    names = cmu_bvh_names()
    return [names[joint] for joint in skeleton.joints]


def test_layouts_invert_each_other() -> None:
    motion = to_expmap(cmu_motion())
    back = to_asf_layout(to_bvh_layout(motion), motion.skeleton)
    assert back.channels == motion.channels
    assert back.skeleton == motion.skeleton
    np.testing.assert_allclose(back.values, motion.values, atol=1e-14)


def test_joints_are_matched_by_name_whatever_their_order() -> None:
    motion = to_expmap(cmu_motion())
    skeleton = motion.skeleton
    order = [0, *range(11, 31), *range(1, 11), *range(31, 38)]
    shuffled = replace(
        skeleton,
        joints=tuple(skeleton.joints[i] for i in order),
        parents=(-1, *(order.index(skeleton.parents[i]) for i in order[1:])),
        offsets=skeleton.offsets[order],
        axes=skeleton.axes[order],
        rotation_orders=tuple(skeleton.rotation_orders[i] for i in order),
    )
    np.testing.assert_array_equal(
        to_bvh_layout(replace(motion, skeleton=shuffled)).values, to_bvh_layout(motion).values
    )


def test_a_layout_is_changed_on_exponential_maps_only() -> None:
    motion = cmu_motion()
    with pytest.raises(DataError, match="made_up: .*convert it with to_expmap first"):
        to_bvh_layout(motion)
    with pytest.raises(DataError, match="made_up: .*convert it with to_expmap first"):
        to_asf_layout(motion, motion.skeleton)


def test_joints_of_another_body_are_named() -> None:
    leg = to_expmap(leg_motion([0.0] * 8))
    with pytest.raises(DataError, match=r"the 38 joints root, .*differ, such as foot, head"):
        to_bvh_layout(leg)
    with pytest.raises(DataError, match=r"the 38 joints root, .*differ, such as foot, head"):
        to_asf_layout(to_bvh_layout(to_expmap(cmu_motion())), leg.skeleton)
    with pytest.raises(DataError, match=r"the 38 joints Hips, LHipJoint"):
        to_asf_layout(leg, cmu_asf_skeleton())


def test_a_motion_in_the_bvh_layout_already_is_refused() -> None:
    converted = to_bvh_layout(to_expmap(cmu_motion()))
    assert converted.skeleton.joints == cmu_bvh_skeleton().joints
    with pytest.raises(DataError, match="76 differ"):
        to_bvh_layout(converted)
