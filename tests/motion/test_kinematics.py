from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.motion.exponential_maps import to_expmap
from kinembed.motion.kinematics import (
    channel_values,
    forward_kinematics,
    global_rotations,
    ground_motion,
    heading,
    joint_angles,
    joint_expmaps,
    joints_by_order,
    local_rotations,
    rate_of_change,
    root_positions,
    root_relative,
    without_heading,
)
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.rotations import euler_to_matrix
from kinembed.motion.skeleton import Skeleton

QUARTER_ABOUT_X = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])


def arm(elbow_axes: np.ndarray) -> Skeleton:
    """Root, elbow one unit along x, tip one unit further; the elbow is a hinge about z."""
    return Skeleton(
        joints=("root", "elbow", "tip"),
        parents=(-1, 0, 1),
        offsets=np.array([[0.0, 0, 0], [1, 0, 0], [1, 0, 0]]),
        axes=np.array([np.eye(3), elbow_axes, np.eye(3)]),
        rotation_orders=("zyx", "z", ""),
    )


def arm_motion(*frames: list[float], elbow_axes: np.ndarray | None = None) -> Motion:
    """Frames of root position, root angles x y z and elbow angle."""
    names = ("root.tx", "root.ty", "root.tz", "root.rx", "root.ry", "root.rz", "elbow.rz")
    skeleton = arm(np.eye(3) if elbow_axes is None else elbow_axes)
    return Motion(np.array(frames), names, skeleton, 100.0, "arm", Representation.EULER)


def random_motion(seed: int) -> Motion:
    rng = np.random.default_rng(seed)
    orders = ("zyx", "xy", "", "y", "zxy", "zx", "", "")
    joints = tuple(f"j{number}" for number in range(len(orders)))
    skeleton = Skeleton(
        joints=joints,
        parents=(-1, 0, 1, 1, 3, 0, 5, 4),
        offsets=rng.normal(size=(len(joints), 3)),
        axes=euler_to_matrix(rng.uniform(-3, 3, (len(joints), 3)), "zyx"),
        rotation_orders=orders,
    )
    channels = ["j0.tx", "j0.ty", "j0.tz"]
    channels += [f"{j}.r{axis}" for j, order in zip(joints, orders, strict=True) for axis in order]
    rng.shuffle(channels)
    values = rng.uniform(-180, 180, (9, len(channels)))
    return Motion(values, tuple(channels), skeleton, 120.0, "random", Representation.EULER)


def elementary(axis: str, degrees: float) -> np.ndarray:
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    rows = {"x": [[1, 0, 0], [0, c, -s], [0, s, c]], "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]]}
    return np.array(rows.get(axis, [[c, -s, 0], [s, c, 0], [0, 0, 1]]))


def one_frame_after_the_other(motion: Motion) -> np.ndarray:
    """Positions by recursion from joint to joint, written without regard to speed."""
    skeleton = motion.skeleton
    frames = []
    for row in motion.values:
        value = dict(zip(motion.channels, row, strict=True))
        rotations: list[np.ndarray] = []
        positions: list[np.ndarray] = []
        for joint, name in enumerate(skeleton.joints):
            own = np.eye(3)
            for axis in skeleton.rotation_orders[joint]:
                own = own @ elementary(axis, value[f"{name}.r{axis}"])
            local = skeleton.axes[joint] @ own @ skeleton.axes[joint].T
            parent = skeleton.parents[joint]
            if parent < 0:
                rotations.append(local)
                positions.append(np.array([value[f"{name}.t{axis}"] for axis in "xyz"]))
            else:
                rotations.append(rotations[parent] @ local)
                positions.append(positions[parent] + rotations[parent] @ skeleton.offsets[joint])
        frames.append(positions)
    return np.array(frames)


def test_an_arm_at_rest_is_stretched_along_x() -> None:
    positions = forward_kinematics(arm_motion([5.0, 6, 7, 0, 0, 0, 0]))
    np.testing.assert_array_equal(positions, [[[5, 6, 7], [6, 6, 7], [7, 6, 7]]])


def test_a_bent_arm_is_where_geometry_puts_it() -> None:
    motion = arm_motion([0.0, 0, 0, 0, 0, 90, -90], [1.0, 0, 0, 0, 90, 0, 90])
    expected = [[[0, 0, 0], [0, 1, 0], [1, 1, 0]], [[1, 0, 0], [1, 0, -1], [1, 1, -1]]]
    np.testing.assert_allclose(forward_kinematics(motion), expected, atol=1e-15)


def test_a_joint_turns_about_its_own_axes() -> None:
    # A quarter turn about x leads the elbow's z onto minus y of the arm.
    motion = arm_motion([0.0, 0, 0, 0, 0, 0, 90], elbow_axes=QUARTER_ABOUT_X)
    np.testing.assert_allclose(forward_kinematics(motion)[0, 2], [1, 0, 1], atol=1e-15)


def test_the_root_turns_by_its_order() -> None:
    motion = arm_motion([0.0, 0, 0, 30, 40, 50, 0])
    expected = elementary("z", 50) @ elementary("y", 40) @ elementary("x", 30)
    np.testing.assert_allclose(local_rotations(motion)[0, 0], expected, atol=1e-15)
    np.testing.assert_array_equal(local_rotations(motion)[0, 2], np.eye(3))


def test_no_offset_is_added_to_the_place_of_the_root() -> None:
    motion = arm_motion([1.0, 2, 3, 0, 0, 0, 0])
    offsets = motion.skeleton.offsets + np.array([[10.0], [0.0], [0.0]])
    elsewhere = replace(motion, skeleton=replace(motion.skeleton, offsets=offsets))
    np.testing.assert_array_equal(forward_kinematics(elsewhere), forward_kinematics(motion))


@pytest.mark.parametrize("seed", range(4))
def test_positions_are_those_of_a_plain_loop_over_frames(seed: int) -> None:
    motion = random_motion(seed)
    expected = one_frame_after_the_other(motion)
    np.testing.assert_allclose(forward_kinematics(motion), expected, atol=1e-13)
    np.testing.assert_allclose(forward_kinematics(to_expmap(motion)), expected, atol=1e-13)


def test_both_representations_give_the_same_rotations() -> None:
    motion = random_motion(7)
    expected = local_rotations(motion)
    np.testing.assert_allclose(local_rotations(to_expmap(motion)), expected, atol=1e-13)


def test_global_rotations_multiply_along_the_chain() -> None:
    motion = random_motion(2)
    local = local_rotations(motion)
    expected = local[:, 0] @ local[:, 1] @ local[:, 3] @ local[:, 4]
    np.testing.assert_allclose(global_rotations(motion)[:, 4], expected, atol=1e-13)


def test_bones_keep_their_length() -> None:
    motion = random_motion(3)
    positions = forward_kinematics(motion)
    for parent, child in motion.skeleton.bones:
        lengths = np.linalg.norm(positions[:, child] - positions[:, parent], axis=-1)
        np.testing.assert_allclose(lengths, np.linalg.norm(motion.skeleton.offsets[child]))


def test_joints_are_grouped_by_their_order() -> None:
    groups = joints_by_order(random_motion(0).skeleton)
    assert groups == {"zyx": [0], "xy": [1], "y": [3], "zxy": [4], "zx": [5]}


def test_angles_come_in_radians_as_the_order_names_them() -> None:
    motion = arm_motion([0.0, 0, 0, 90, 180, -90, 0])
    angles = joint_angles(motion, [0], "zyx")
    np.testing.assert_allclose(angles, [[[-np.pi / 2, np.pi, np.pi / 2]]])


def test_end_joints_have_no_vector() -> None:
    expmaps = joint_expmaps(to_expmap(arm_motion([0.0, 0, 0, 0, 0, 0, 90])))
    np.testing.assert_allclose(expmaps, [[[0, 0, 0], [0, 0, -np.pi / 2], [0, 0, 0]]])


def test_channels_are_found_by_name() -> None:
    motion = arm_motion([1.0, 2, 3, 4, 5, 6, 7])
    np.testing.assert_array_equal(channel_values(motion, ["elbow.rz", "root.tx"]), [[7, 1]])
    np.testing.assert_array_equal(root_positions(motion), [[1, 2, 3]])


@pytest.mark.parametrize("calculate", [forward_kinematics, local_rotations, to_expmap])
def test_a_channel_that_is_absent_is_named(calculate: Callable[[Motion], object]) -> None:
    motion = arm_motion([1.0, 2, 3, 4, 5, 6, 7])
    short = replace(motion, values=motion.values[:, :6], channels=motion.channels[:6])
    with pytest.raises(DataError, match=r"arm: expected a channel 'elbow.rz'.*has root.tx, root.t"):
        calculate(short)


def test_root_relative_positions_forget_the_place() -> None:
    here = forward_kinematics(arm_motion([0.0, 0, 0, 10, 20, 30, 40]))
    there = forward_kinematics(arm_motion([5.0, 6, 7, 10, 20, 30, 40]))
    np.testing.assert_allclose(root_relative(there), root_relative(here), atol=1e-14)
    np.testing.assert_array_equal(root_relative(there)[:, 0], np.zeros((1, 3)))


@pytest.mark.parametrize("degrees", [-170.0, -90.0, 0.0, 45.0, 179.0])
@pytest.mark.parametrize("lean", [0.0, 60.0, -100.0])
def test_heading_is_the_turn_about_the_vertical_under_any_lean(degrees: float, lean: float) -> None:
    rotation = elementary("y", degrees) @ elementary("x", lean)
    assert heading(rotation) == pytest.approx(np.deg2rad(degrees))
    assert heading(rotation.reshape(1, 1, 3, 3)).shape == (1, 1)


def test_heading_is_the_nearest_turn() -> None:
    rotation = euler_to_matrix(np.array([0.4, -1.3, 0.9]), "zyx")
    turns = np.linspace(-np.pi, np.pi, 3601)
    away = np.linalg.norm(euler_to_matrix(turns[:, None], "y") - rotation, axis=(1, 2))
    assert heading(rotation) == pytest.approx(turns[away.argmin()], abs=1e-3)


def test_without_heading_a_body_looks_the_same_whichever_way_it_faces() -> None:
    lean = elementary("z", 20) @ elementary("x", 35)
    turns = euler_to_matrix(np.linspace(-3, 3, 8)[:, None], "y")
    body = np.random.default_rng(0).normal(size=(5, 3))
    rotations = turns @ lean
    positions = np.einsum("fij,kj->fki", rotations, body)
    facing = without_heading(positions, heading(rotations))
    np.testing.assert_allclose(facing, np.broadcast_to(facing[0], facing.shape), atol=1e-14)
    np.testing.assert_allclose(facing[..., 1], positions[..., 1], atol=1e-14)


def test_without_heading_a_turned_body_faces_forward() -> None:
    quarter = np.array([np.pi / 2])
    facing = without_heading(np.array([[[1.0, 2.0, 0.0]]]), quarter)
    np.testing.assert_allclose(facing, [[[0.0, 2.0, 1.0]]], atol=1e-15)


def test_uniform_motion_has_one_rate_of_change() -> None:
    values = 7 + np.arange(6)[:, None] * [0.5, -2.0]
    np.testing.assert_allclose(rate_of_change(values, 10.0), np.tile([5.0, -20.0], (6, 1)))
    np.testing.assert_array_equal(rate_of_change(values[:1], 10.0), [[0.0, 0.0]])


def test_ground_motion_is_height_and_horizontal_speed() -> None:
    frames = np.zeros((5, 7))
    frames[:, :3] = np.arange(5)[:, None] * [0.03, 0.5, -0.04] + [9.0, 1.0, 2.0]
    ground = ground_motion(arm_motion(*frames.tolist()))
    np.testing.assert_allclose(ground[:, 0], [1.0, 1.5, 2.0, 2.5, 3.0])
    np.testing.assert_allclose(ground[:, 1], 5.0)


def test_ground_motion_ignores_place_and_heading() -> None:
    rng = np.random.default_rng(1)
    frames = rng.normal(size=(20, 7))
    elsewhere = frames.copy()
    elsewhere[:, :3] = frames[:, :3] @ elementary("y", 130).T + [3.0, 0.0, -8.0]
    np.testing.assert_allclose(
        ground_motion(arm_motion(*elsewhere.tolist())), ground_motion(arm_motion(*frames.tolist()))
    )


def test_a_single_frame_stands_still() -> None:
    motion = arm_motion([1.0, 2, 3, 0, 10, 0, 0])
    np.testing.assert_array_equal(ground_motion(motion), [[2.0, 0.0]])
