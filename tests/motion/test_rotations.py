import warnings

import numpy as np
import pytest
from scipy.linalg import expm

from kinembed.core.errors import DataError
from kinembed.motion.rotations import (
    euler_to_expmap,
    euler_to_matrix,
    expmap_to_matrix,
    expmap_to_quaternion,
    matrix_to_euler,
    matrix_to_expmap,
    matrix_to_quaternion,
    quaternion_to_expmap,
    quaternion_to_matrix,
    unwrap_expmaps,
)

THREE_AXES = ("xyz", "xzy", "yxz", "yzx", "zxy", "zyx")
FEWER_AXES = ("x", "y", "z", "xy", "xz", "yx", "yz", "zx", "zy")
AXES = np.eye(3)


def elementary(axis: str, angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return {
        "x": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]),
        "y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
        "z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]),
    }[axis]


def cross_matrix(v: np.ndarray) -> np.ndarray:
    return np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])


@pytest.mark.parametrize(("axis", "turned", "onto"), [("x", 1, 2), ("y", 2, 0), ("z", 0, 1)])
def test_a_quarter_turn_leads_one_axis_onto_the_next(axis: str, turned: int, onto: int) -> None:
    matrix = euler_to_matrix(np.array([np.pi / 2]), axis)
    np.testing.assert_allclose(matrix @ AXES[turned], AXES[onto], atol=1e-15)


@pytest.mark.parametrize("order", [*THREE_AXES, *FEWER_AXES, "zxz"])
def test_an_order_is_a_product_from_left_to_right(order: str) -> None:
    angles = np.array([0.3, -1.1, 2.5])[: len(order)]
    expected = np.eye(3)
    for axis, angle in zip(order, angles, strict=True):
        expected = expected @ elementary(axis, angle)
    np.testing.assert_allclose(euler_to_matrix(angles, order), expected, atol=1e-15)


def test_the_leading_axes_are_a_batch() -> None:
    angles = np.random.default_rng(0).normal(size=(4, 5, 3))
    matrices = euler_to_matrix(angles, "zyx")
    assert matrices.shape == (4, 5, 3, 3)
    np.testing.assert_array_equal(matrices[2, 3], euler_to_matrix(angles[2, 3], "zyx"))
    assert euler_to_expmap(angles, "zyx").shape == (4, 5, 3)
    assert matrix_to_euler(matrices, "zx").shape == (4, 5, 2)
    assert matrix_to_quaternion(matrices).shape == (4, 5, 4)


@pytest.mark.parametrize("order", ["", "XYZ", "zz", "xyzx", "w", "zyy"])
def test_an_order_that_is_none_is_named(order: str) -> None:
    with pytest.raises(DataError, match=rf"one to three of x, y, z in lower case.*not '{order}'"):
        euler_to_matrix(np.zeros(len(order)), order)
    with pytest.raises(DataError, match="one to three of x, y, z"):
        matrix_to_euler(np.eye(3), order)


def test_angles_must_be_as_many_as_axes() -> None:
    with pytest.raises(DataError, match="order 'zx' needs 2 angles, not 3"):
        euler_to_matrix(np.zeros((7, 3)), "zx")


@pytest.mark.parametrize("order", THREE_AXES)
def test_three_angles_come_back(order: str) -> None:
    angles = np.array([[-3.0, 1.5, 3.0], [0.2, -1.4, -0.1], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(matrix_to_euler(euler_to_matrix(angles, order), order), angles)


@pytest.mark.parametrize("order", FEWER_AXES)
def test_fewer_angles_come_back_from_all_round_without_gimbal_lock(order: str) -> None:
    angle = np.array([-3.1, -np.pi / 2, -0.4, 0.0, np.pi / 2, 2.0, 3.1])
    angles = np.stack(np.meshgrid(*[angle] * len(order)), axis=-1)
    np.testing.assert_allclose(
        matrix_to_euler(euler_to_matrix(angles, order), order), angles, atol=1e-15
    )


def test_what_a_joint_cannot_turn_about_is_left_out() -> None:
    matrix = euler_to_matrix(np.array([0.5, 0.1, -0.7]), "zyx")
    np.testing.assert_allclose(matrix_to_euler(matrix, "zx"), [0.5, -0.7])


@pytest.mark.parametrize("order", THREE_AXES)
@pytest.mark.parametrize("middle", [-np.pi / 2, np.pi / 2])
def test_gimbal_lock_gives_one_of_the_solutions_in_silence(order: str, middle: float) -> None:
    matrix = euler_to_matrix(np.array([0.4, middle, 0.3]), order)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        angles = matrix_to_euler(matrix, order)
    assert 0 in angles
    np.testing.assert_allclose(euler_to_matrix(angles, order), matrix, atol=1e-15)


@pytest.mark.parametrize(
    "angle", [0.0, 1e-12, 1e-4, 1.0, np.pi - 1e-9, np.pi, 4.0, 2 * np.pi, 20.0]
)
def test_the_exponential_is_that_of_the_cross_product_matrix(angle: float) -> None:
    expmap = angle * np.array([2.0, -1.0, 2.0]) / 3
    np.testing.assert_allclose(expmap_to_matrix(expmap), expm(cross_matrix(expmap)), atol=1e-13)


@pytest.mark.parametrize("axis", [*AXES, np.array([2.0, -1.0, 2.0]) / 3])
@pytest.mark.parametrize("angle", [0.0, 1e-15, 1e-8, 0.5, np.pi - 1e-6, np.pi - 1e-12])
def test_the_logarithm_keeps_its_precision_near_0_and_pi(axis: np.ndarray, angle: float) -> None:
    expmap = angle * axis
    np.testing.assert_allclose(matrix_to_expmap(expmap_to_matrix(expmap)), expmap, atol=3e-15)
    np.testing.assert_allclose(
        quaternion_to_expmap(expmap_to_quaternion(expmap)), expmap, atol=3e-15
    )


@pytest.mark.parametrize("axis", [*AXES, -AXES[0], np.array([0.6, 0.0, -0.8])])
def test_at_pi_the_logarithm_is_the_axis_with_either_sign(axis: np.ndarray) -> None:
    expmap = matrix_to_expmap(2 * np.outer(axis, axis) - np.eye(3))
    assert np.linalg.norm(expmap) == pytest.approx(np.pi, abs=1e-15)
    assert abs(expmap @ axis) == pytest.approx(np.pi, abs=1e-14)


def test_an_angle_above_pi_is_wrapped() -> None:
    wrapped = matrix_to_expmap(expmap_to_matrix(np.array([0.0, 1.5 * np.pi, 0.0])))
    np.testing.assert_allclose(wrapped, [0.0, -0.5 * np.pi, 0.0], atol=1e-15)


def test_euler_angles_to_expmaps_are_the_logarithm_of_their_matrix() -> None:
    angles = np.random.default_rng(1).uniform(-3, 3, (50, 3))
    through_matrix = matrix_to_expmap(euler_to_matrix(angles, "zyx"))
    np.testing.assert_allclose(euler_to_expmap(angles, "zyx"), through_matrix, atol=1e-13)


def test_a_quaternion_begins_with_the_cosine_of_half_the_angle() -> None:
    quaternion = expmap_to_quaternion(np.array([0.0, np.pi / 3, 0.0]))
    expected = [np.sqrt(3) / 2, 0.0, 0.5, 0.0]
    np.testing.assert_allclose(quaternion, expected, atol=1e-15)
    np.testing.assert_allclose(
        matrix_to_quaternion(elementary("y", np.pi / 3)), expected, atol=1e-15
    )


def test_the_quaternion_of_an_expmap_is_signed_by_its_half_angle() -> None:
    quaternion = expmap_to_quaternion(np.array([1.5 * np.pi, 0.0, 0.0]))
    np.testing.assert_allclose(quaternion, [-np.sqrt(0.5), np.sqrt(0.5), 0, 0], atol=1e-15)
    assert matrix_to_quaternion(elementary("x", 1.5 * np.pi))[0] > 0


def test_neither_length_nor_sign_of_a_quaternion_matters() -> None:
    quaternion = np.array([0.5, 0.5, -0.5, 0.5])
    np.testing.assert_allclose(
        quaternion_to_matrix(-3 * quaternion), quaternion_to_matrix(quaternion), atol=1e-15
    )
    np.testing.assert_allclose(
        quaternion_to_expmap(-3 * quaternion), quaternion_to_expmap(quaternion)
    )


def test_a_quaternion_of_no_length_is_no_rotation() -> None:
    with pytest.raises(DataError, match=r"no rotations.*zero norm"):
        quaternion_to_matrix(np.zeros((2, 4)))


@pytest.mark.parametrize("matrix", [-np.eye(3), np.zeros((3, 3)), np.diag([1.0, 1.0, -1.0])])
def test_a_reflection_is_no_rotation(matrix: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"no rotations.*determinant"):
        matrix_to_expmap(matrix)


def test_unwrapping_carries_on_through_pi() -> None:
    path = np.linspace(0.1, 6.0, 50)[:, None] * np.array([2.0, -1.0, 2.0]) / 3
    wrapped = matrix_to_expmap(expmap_to_matrix(path))
    assert np.linalg.norm(wrapped, axis=-1).max() <= np.pi
    np.testing.assert_allclose(unwrap_expmaps(wrapped), path, atol=1e-13)


@pytest.mark.parametrize("axis", [AXES[1], -AXES[2], np.array([2.0, -1.0, 2.0]) / 3])
@pytest.mark.parametrize("steps", [7, 36])
def test_unwrapping_counts_whole_turns_about_a_fixed_axis(axis: np.ndarray, steps: int) -> None:
    path = np.arange(4 * steps)[:, None] * (2 * np.pi / steps) * axis
    wrapped = matrix_to_expmap(expmap_to_matrix(path))
    np.testing.assert_allclose(unwrap_expmaps(wrapped), path, atol=1e-11)


def test_unwrapping_swings_to_and_fro_through_pi() -> None:
    angle = np.pi + 0.3 * np.sin(np.linspace(0, 20, 200))
    path = angle[:, None] * np.array([0.6, 0.0, 0.8])
    wrapped = matrix_to_expmap(expmap_to_matrix(path))
    assert np.abs(np.diff(wrapped, axis=0)).max() > 3
    unwrapped = unwrap_expmaps(wrapped)
    same_side = np.sign(unwrapped[0] @ path[0])
    expected = path if same_side > 0 else path * (1 - 2 * np.pi / angle)[:, None]
    np.testing.assert_allclose(unwrapped, expected, atol=1e-13)


def nearest_to_the_frame_before(expmaps: np.ndarray) -> np.ndarray:
    result = [expmaps[0]]
    for vector in expmaps[1:]:
        axis = vector / np.linalg.norm(vector)
        candidates = [vector + 2 * np.pi * k * axis for k in range(-4, 5)]
        result.append(min(candidates, key=lambda v: np.linalg.norm(v - result[-1])))
    return np.array(result)


@pytest.mark.parametrize("seed", range(5))
def test_unwrapping_chooses_the_nearest_vector_on_smooth_paths(seed: int) -> None:
    times = np.linspace(0, 1, 400)[:, None]
    rng = np.random.default_rng(seed)
    path = rng.normal(size=3) + 1.5 * np.sin(6 * times * rng.normal(size=3)) + 2 * times
    wrapped = matrix_to_expmap(expmap_to_matrix(path))
    np.testing.assert_allclose(
        unwrap_expmaps(wrapped), nearest_to_the_frame_before(wrapped), atol=1e-12
    )


def test_unwrapping_treats_every_joint_by_itself_and_leaves_its_input_alone() -> None:
    wrapped = np.random.default_rng(3).uniform(-1.8, 1.8, (30, 4, 3))
    before = wrapped.copy()
    unwrapped = unwrap_expmaps(wrapped)
    np.testing.assert_array_equal(wrapped, before)
    for joint in range(4):
        np.testing.assert_allclose(unwrapped[:, joint], unwrap_expmaps(wrapped[:, joint]))


def test_unwrapping_rest_leaves_rest() -> None:
    np.testing.assert_array_equal(unwrap_expmaps(np.zeros((5, 2, 3))), np.zeros((5, 2, 3)))
    np.testing.assert_allclose(unwrap_expmaps(np.array([[1.0, 2.0, -0.5]])), [[1.0, 2.0, -0.5]])
