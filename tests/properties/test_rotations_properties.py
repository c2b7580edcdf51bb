from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

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

pytestmark = pytest.mark.slow

THREE_AXES = st.permutations("xyz").map("".join)
ORDERS = st.tuples(THREE_AXES, st.integers(1, 3)).map(lambda pair: pair[0][: pair[1]])
ANGLES = st.floats(-10, 10)
NO_DEADLINE = settings(deadline=None)
"""How long an example takes says more about the machine than about the code."""


def vectors(largest: float) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float64, 3, elements=st.floats(-largest, largest))


def sequences(largest: float) -> st.SearchStrategy[np.ndarray]:
    shapes = array_shapes(min_dims=1, max_dims=2, max_side=12).map(lambda shape: (*shape, 3))
    return shapes.flatmap(
        lambda shape: arrays(np.float64, shape, elements=st.floats(-largest, largest))
    )


def assert_same_rotation(left: np.ndarray, right: np.ndarray) -> None:
    np.testing.assert_allclose(left, right, atol=1e-11)


@NO_DEADLINE
@given(ORDERS, st.data())
def test_euler_angles_give_a_rotation(order: str, data: st.DataObject) -> None:
    angles = data.draw(arrays(np.float64, len(order), elements=ANGLES))
    matrix = euler_to_matrix(angles, order)
    assert_same_rotation(matrix @ matrix.T, np.eye(3))
    assert np.linalg.det(matrix) > 0


@NO_DEADLINE
@given(ORDERS, st.data())
def test_an_order_composes_elementary_rotations(order: str, data: st.DataObject) -> None:
    angles = data.draw(arrays(np.float64, len(order), elements=ANGLES))
    elementary = [euler_to_matrix(angles[[i]], axis) for i, axis in enumerate(order)]
    assert_same_rotation(euler_to_matrix(angles, order), reduce(np.matmul, elementary))


@NO_DEADLINE
@given(ORDERS, st.data())
def test_a_matrix_survives_euler_angles(order: str, data: st.DataObject) -> None:
    matrix = euler_to_matrix(data.draw(arrays(np.float64, len(order), elements=ANGLES)), order)
    np.testing.assert_allclose(
        euler_to_matrix(matrix_to_euler(matrix, order), order), matrix, atol=1e-7
    )


@NO_DEADLINE
@given(vectors(1.8))
def test_vectors_shorter_than_pi_survive_matrices_and_quaternions(expmap: np.ndarray) -> None:
    np.testing.assert_allclose(matrix_to_expmap(expmap_to_matrix(expmap)), expmap, atol=1e-12)
    np.testing.assert_allclose(
        quaternion_to_expmap(expmap_to_quaternion(expmap)), expmap, atol=1e-12
    )


@NO_DEADLINE
@given(vectors(20))
def test_logarithms_are_no_longer_than_pi_and_the_same_rotation(expmap: np.ndarray) -> None:
    matrix = expmap_to_matrix(expmap)
    logarithm = matrix_to_expmap(matrix)
    assert np.linalg.norm(logarithm) <= np.pi + 1e-12
    assert_same_rotation(expmap_to_matrix(logarithm), matrix)


@NO_DEADLINE
@given(vectors(20))
def test_matrices_and_quaternions_say_the_same(expmap: np.ndarray) -> None:
    matrix = expmap_to_matrix(expmap)
    assert_same_rotation(quaternion_to_matrix(expmap_to_quaternion(expmap)), matrix)
    assert_same_rotation(quaternion_to_matrix(matrix_to_quaternion(matrix)), matrix)


@NO_DEADLINE
@given(vectors(20))
def test_minus_the_logarithm_is_that_of_the_transpose(expmap: np.ndarray) -> None:
    assert_same_rotation(expmap_to_matrix(-expmap), expmap_to_matrix(expmap).T)


@NO_DEADLINE
@given(vectors(20), vectors(20))
def test_turning_the_logarithm_conjugates_the_rotation(
    turn: np.ndarray, expmap: np.ndarray
) -> None:
    axes = expmap_to_matrix(turn)
    conjugated = axes @ expmap_to_matrix(expmap) @ axes.T
    assert_same_rotation(expmap_to_matrix(axes @ expmap), conjugated)


@NO_DEADLINE
@given(arrays(np.float64, (6, 3), elements=ANGLES), THREE_AXES)
def test_euler_angles_to_expmaps_are_the_same_rotation(angles: np.ndarray, order: str) -> None:
    assert_same_rotation(
        expmap_to_matrix(euler_to_expmap(angles, order)), euler_to_matrix(angles, order)
    )


@NO_DEADLINE
@given(sequences(15))
def test_unwrapping_changes_no_rotation(expmaps: np.ndarray) -> None:
    assert_same_rotation(expmap_to_matrix(unwrap_expmaps(expmaps)), expmap_to_matrix(expmaps))


@NO_DEADLINE
@given(sequences(15))
def test_unwrapping_twice_is_unwrapping_once(expmaps: np.ndarray) -> None:
    once = unwrap_expmaps(matrix_to_expmap(expmap_to_matrix(expmaps)))
    np.testing.assert_allclose(unwrap_expmaps(once), once, atol=1e-9)


@NO_DEADLINE
@given(
    arrays(np.float64, (3, 3), elements=st.floats(-0.8, 0.8)), st.floats(0, 2.5), st.floats(0, 2.5)
)
def test_unwrapping_recovers_a_smooth_path(
    amplitudes: np.ndarray, phase: float, start: float
) -> None:
    times = np.linspace(0, 2 * np.pi, 200)[:, None]
    path = sum(a * np.sin((i + 1) * times + phase) for i, a in enumerate(amplitudes))
    path = path - path[0] + start * np.array([0.6, 0.0, 0.8])
    path = path / max(1.0, np.linalg.norm(path, axis=-1).max() / 6)
    np.testing.assert_allclose(
        unwrap_expmaps(matrix_to_expmap(expmap_to_matrix(path))), path, atol=1e-9
    )
