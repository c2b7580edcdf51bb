"""Rotations as Euler angles, matrices, unit quaternions and exponential maps.

Conventions
-----------
* Column vectors: a matrix ``M`` turns ``v`` into ``M @ v``. Angles are in radians.
* An order of Euler angles names the axes in lower case, leftmost factor first, and the angles
  come in that order: ``"zyx"`` with ``(a, b, c)`` is ``Rz(a) @ Ry(b) @ Rx(c)``. One to three axes.
* A quaternion is ``(w, x, y, z)`` of unit length; ``q`` and ``-q`` are the same rotation.
* An exponential map is the unit axis times the angle (Grassia, "Practical parameterization of
  rotations using the exponential map", Journal of Graphics Tools 3(3), 1998). What is converted
  to one has an angle in [0, pi]; at pi both signs of the axis are the same rotation.
* Leading axes of an array are a batch.
"""

import re
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial.transform import Rotation

from kinembed.core.errors import DataError

_NO_AXIS_BELOW = 1e-12
"""Sine of half an angle: the axis of so small a rotation is rounding noise."""


def euler_to_matrix(
    angles: Float[np.ndarray, "*batch n"], order: str
) -> Float[np.ndarray, "*batch 3 3"]:
    """Multiply the elementary rotations of Euler angles.

    Parameters
    ----------
    angles : ndarray of float, shape (..., axes)
        In radians, in the order of `order`.
    order : str
        One to three axes, leftmost factor first, such as ``"zyx"``.

    Returns
    -------
    ndarray of float, shape (..., 3, 3)
        Rotation matrices.

    Raises
    ------
    DataError
        When the order is none, or the number of angles differs from that of its axes.
    """
    _check_order(order)
    if angles.shape[-1] != len(order):
        raise DataError(f"order {order!r} needs {len(order)} angles, not {angles.shape[-1]}")
    # Multiplying matrices ourselves takes a fifth of the time of scipy's product of three.
    factors = [
        Rotation.from_euler(axis, angles[..., index].reshape(-1, 1)).as_matrix()
        for index, axis in enumerate(order)
    ]
    return reduce(np.matmul, factors).reshape(*angles.shape[:-1], 3, 3)


def euler_to_expmap(
    angles: Float[np.ndarray, "*batch n"], order: str
) -> Float[np.ndarray, "*batch 3"]:
    """Convert Euler angles to exponential maps.

    Parameters
    ----------
    angles : ndarray of float, shape (..., axes)
        In radians, in the order of `order`.
    order : str
        One to three axes, leftmost factor first, such as ``"zyx"``.

    Returns
    -------
    ndarray of float, shape (..., 3)
        Exponential maps with angles in [0, pi].

    Raises
    ------
    DataError
        When the order is none, or the number of angles differs from that of its axes.
    """
    matrices = euler_to_matrix(angles, order)
    # A product of elementary rotations needs no mending, which takes most of the time.
    rotations = Rotation.from_matrix(matrices.reshape(-1, 3, 3), assume_valid=True)
    return rotations.as_rotvec().reshape(matrices.shape[:-1])


def matrix_to_euler(
    matrix: Float[np.ndarray, "*batch 3 3"], order: str
) -> Float[np.ndarray, "*batch n"]:
    """Decompose rotations into Euler angles.

    An order of one or two axes fits a joint that cannot turn about the others: what the matrix
    turns about those is left out. In gimbal lock only the sum or the difference of the outer angles
    is determined, and one of them is 0.

    Parameters
    ----------
    matrix : ndarray of float, shape (..., 3, 3)
        Rotation matrices; rounding is mended by taking the nearest rotation.
    order : str
        One to three axes, leftmost factor first, such as ``"zyx"``.

    Returns
    -------
    ndarray of float, shape (..., axes)
        In radians, in the order of `order`. Outer angles are in [-pi, pi], the middle one is in
        [-pi/2, pi/2], or in [0, pi] when the outer axes are the same.

    Raises
    ------
    DataError
        When the order is none, or a determinant is not positive.
    """
    _check_order(order)
    whole: Any = _complete(order).upper()  # scipy's type hints list every order by itself
    angles: np.ndarray = _from_matrix(matrix).as_euler(whole, suppress_warnings=True)
    kept = range(3) if len(order) == 3 else [whole.index(axis) for axis in order.upper()]
    return angles[:, kept].reshape(*matrix.shape[:-2], len(order))


def expmap_to_matrix(expmap: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 3 3"]:
    """Convert exponential maps to matrices by Rodrigues' formula.

    Parameters
    ----------
    expmap : ndarray of float, shape (..., 3)
        Exponential maps of any angle, in radians.

    Returns
    -------
    ndarray of float, shape (..., 3, 3)
        Rotation matrices.
    """
    return _from_expmap(expmap).as_matrix().reshape(*expmap.shape, 3)


def matrix_to_expmap(matrix: Float[np.ndarray, "*batch 3 3"]) -> Float[np.ndarray, "*batch 3"]:
    """Compute the logarithms of rotations.

    Parameters
    ----------
    matrix : ndarray of float, shape (..., 3, 3)
        Rotation matrices; rounding is mended by taking the nearest rotation.

    Returns
    -------
    ndarray of float, shape (..., 3)
        Exponential maps with angles in [0, pi].

    Raises
    ------
    DataError
        When a determinant is not positive.
    """
    return _from_matrix(matrix).as_rotvec().reshape(matrix.shape[:-1])


def expmap_to_quaternion(expmap: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 4"]:
    """Convert exponential maps to quaternions, continuously.

    Parameters
    ----------
    expmap : ndarray of float, shape (..., 3)
        Exponential maps of any angle, in radians.

    Returns
    -------
    ndarray of float, shape (..., 4)
        Unit quaternions, scalar first; the scalar is the cosine of half the angle, and so signed.
    """
    return _from_expmap(expmap).as_quat(scalar_first=True).reshape(*expmap.shape[:-1], 4)


def quaternion_to_expmap(
    quaternion: Float[np.ndarray, "*batch 4"],
) -> Float[np.ndarray, "*batch 3"]:
    """Convert quaternions to exponential maps.

    Parameters
    ----------
    quaternion : ndarray of float, shape (..., 4)
        Scalar first, of any length but zero.

    Returns
    -------
    ndarray of float, shape (..., 3)
        Exponential maps with angles in [0, pi].

    Raises
    ------
    DataError
        When a quaternion has length zero.
    """
    return _from_quaternion(quaternion).as_rotvec().reshape(*quaternion.shape[:-1], 3)


def matrix_to_quaternion(
    matrix: Float[np.ndarray, "*batch 3 3"],
) -> Float[np.ndarray, "*batch 4"]:
    """Convert rotation matrices to quaternions.

    Parameters
    ----------
    matrix : ndarray of float, shape (..., 3, 3)
        Rotation matrices; rounding is mended by taking the nearest rotation.

    Returns
    -------
    ndarray of float, shape (..., 4)
        Unit quaternions, scalar first; the scalar is not negative.

    Raises
    ------
    DataError
        When a determinant is not positive.
    """
    rotation = _from_matrix(matrix)
    return rotation.as_quat(canonical=True, scalar_first=True).reshape(*matrix.shape[:-2], 4)


def quaternion_to_matrix(
    quaternion: Float[np.ndarray, "*batch 4"],
) -> Float[np.ndarray, "*batch 3 3"]:
    """Convert quaternions to rotation matrices.

    Parameters
    ----------
    quaternion : ndarray of float, shape (..., 4)
        Scalar first, of any length but zero.

    Returns
    -------
    ndarray of float, shape (..., 3, 3)
        Rotation matrices.

    Raises
    ------
    DataError
        When a quaternion has length zero.
    """
    return _from_quaternion(quaternion).as_matrix().reshape(*quaternion.shape[:-1], 3, 3)


def unwrap_expmaps(
    expmaps: Float[np.ndarray, "frames *batch 3"],
) -> Float[np.ndarray, "frames *batch 3"]:
    """Choose for each rotation the vector that continues the one of the frame before.

    A rotation is ``axis * (angle + 2 pi k)`` for every integer ``k``. The quaternion is followed
    through its sign, the axis likewise, and then the angle about that axis is unwrapped; vectors of
    angles in [0, pi] keep the first frame. Two motions are not continuous under any choice: one
    that jumps from frame to frame, and the end of a full turn that misses the identity by a little,
    where the axis swings round quickly.

    Parameters
    ----------
    expmaps : ndarray of float, shape (frames, ..., 3)
        Exponential maps in radians.

    Returns
    -------
    ndarray of float, shape (frames, ..., 3)
        The same rotations, whose angles may exceed pi.
    """
    quaternions = expmap_to_quaternion(expmaps)
    quaternions *= _continuous_signs(quaternions)[..., None]
    sines: np.ndarray = np.linalg.norm(quaternions[..., 1:], axis=-1)
    axes = quaternions[..., 1:] / np.maximum(sines, _NO_AXIS_BELOW)[..., None]
    axes = _hold(axes, sines > _NO_AXIS_BELOW)
    axes *= _continuous_signs(axes)[..., None]
    half_angles = np.arctan2(_dot(quaternions[..., 1:], axes), quaternions[..., 0])
    unwrapped: np.ndarray = axes * np.unwrap(2 * half_angles, period=4 * np.pi, axis=0)[..., None]
    return unwrapped


def _hold(
    values: Float[np.ndarray, "frames *batch 3"], known: Bool[np.ndarray, "frames *batch"]
) -> Float[np.ndarray, "frames *batch 3"]:
    """Each value that is not known, replaced by the last one that is."""
    frames = np.arange(len(values)).reshape(-1, *[1] * (known.ndim - 1))
    latest = np.maximum.accumulate(np.where(known, frames, 0), axis=0)
    return np.take_along_axis(values, latest[..., None], axis=0)


def _continuous_signs(
    vectors: Float[np.ndarray, "frames *batch n"],
) -> Float[np.ndarray, "frames *batch"]:
    """Signs that turn every vector to the side of the one before it."""
    flips = np.ones(vectors.shape[:-1])
    flips[1:] = np.where(_dot(vectors[1:], vectors[:-1]) < 0, -1.0, 1.0)
    return np.cumprod(flips, axis=0)


def _dot(
    left: Float[np.ndarray, "*batch n"], right: Float[np.ndarray, "*batch n"]
) -> Float[np.ndarray, "*batch"]:
    return np.asarray(np.einsum("...i,...i->...", left, right))


def _check_order(order: str) -> None:
    if not re.fullmatch(r"(?!.*(.)\1)[xyz]{1,3}", order):
        raise DataError(
            f"an order of Euler angles is one to three of x, y, z in lower case, leftmost factor "
            f"first and no axis twice in a row, not {order!r}"
        )


def _complete(order: str) -> str:
    """Three axes that contain the order, with the first one absent from it in the middle.

    In the middle the angle of the axis that was added is 0 and so far from gimbal lock.
    """
    absent = [axis for axis in "xyz" if axis not in order]
    middle = "".join(absent[: 3 - len(order)])
    return order[0] + middle + order[1:]


def _from_expmap(expmap: Float[np.ndarray, "*batch 3"]) -> Rotation:
    return Rotation.from_rotvec(expmap.reshape(-1, 3))


def _from_matrix(matrix: Float[np.ndarray, "*batch 3 3"]) -> Rotation:
    return _rotations(Rotation.from_matrix, matrix.reshape(-1, 3, 3))


def _from_quaternion(quaternion: Float[np.ndarray, "*batch 4"]) -> Rotation:
    x_y_z_w = quaternion.reshape(-1, 4)[:, [1, 2, 3, 0]]
    return _rotations(Rotation.from_quat, x_y_z_w)


def _rotations(
    build: Callable[[np.ndarray], Rotation], values: Float[np.ndarray, "batch ..."]
) -> Rotation:
    try:
        return build(values)
    except ValueError as problem:
        raise DataError(f"these values are no rotations: {problem}") from problem
