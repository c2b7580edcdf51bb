"""Stick figures of a body that moves, and their flow.

Conventions
-----------
* The view is orthographic and ``y`` points up. A body at heading 0 faces ``+z``: from azimuth 0
  it is seen from in front, from 90 degrees from its left.
* The root stays in the middle of the picture; the joint that is ever farthest from it just
  touches the border, whatever the azimuth.
* Centres of pixels have whole coordinates (column to the right, row down).
* A pixel shows the bone that covers most of it, of several that cover as much the one in front.
  Coverage falls linearly over one pixel at a bone's edge (anti-aliasing by distance).
* Flow at a pixel is how far the bone's point nearest to it moves to the next frame, in pixels,
  right and down; of the last frame, since the one before. Where no bone is, it is 0.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from pydantic import Field

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.motion.kinematics import root_relative
from kinembed.motion.rotations import euler_to_matrix
from kinembed.video.stick_figures.clips import PictureClip

OfBones = Float[np.ndarray, "frames bones 1"]
"""A value for each bone, to be combined with those of pixels."""
AtPixels = Float[np.ndarray, "frames bones pixels"]


class StickFigureParameters(Parameters):
    """How a body is drawn.

    Attributes
    ----------
    pixels : int
        Height and width of a picture, 8 to 512.
    azimuth : float
        Degrees from the body's front to its left, from where it is seen.
    thickness : float
        Of a bone, in pixels, above 0 and at most 8.
    """

    pixels: int = Field(32, ge=8, le=512, description="height and width of a picture")
    azimuth: float = Field(45.0, description="degrees from the body's front to its left")
    thickness: float = Field(2.0, gt=0, le=8, description="of a bone, in pixels")


class _View(NamedTuple):
    """Joints as a viewer sees them, in pixels.

    Attributes
    ----------
    in_picture : ndarray of float, shape (frames, joints, 2)
        Column and row.
    nearness : ndarray of float, shape (frames, joints)
        Distance towards the viewer.
    """

    in_picture: Float[np.ndarray, "frames joints 2"]
    nearness: Float[np.ndarray, "frames joints"]


def draw(
    positions: Float[np.ndarray, "frames joints 3"],
    bones: Sequence[tuple[int, int]],
    parameters: StickFigureParameters,
    name: str = "clip",
) -> PictureClip:
    """Draw a body, white on black, and compute the flow of every pixel.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        Of joints, in any unit of length; the first joint is the root, and ``y`` points up.
    bones : sequence of (int, int)
        Indices of the joints that each bone connects; a bone without length is drawn as a dot.
    parameters : StickFigureParameters
        Size of pictures, view and thickness of bones.
    name : str
        Of the clip, for messages.

    Returns
    -------
    PictureClip
        In single precision.

    Raises
    ------
    DataError
        When a joint has no finite position, all joints coincide, or there is no bone.
    """
    _check(positions, bones, name)
    in_picture, nearness = _view(positions, parameters)
    moved = np.diff(in_picture, axis=0, append=in_picture[-1:] + _last_step(in_picture))
    along, distance = _nearest_points(in_picture, bones, parameters.pixels)
    coverage = np.clip(parameters.thickness / 2 + 0.5 - distance, 0, 1)
    shown = _shown(coverage, _between(nearness, bones, along))
    bright = np.take_along_axis(coverage, shown, axis=1)[:, 0]
    flow = _flow(moved, bones, np.take_along_axis(along, shown, axis=1)[:, 0], shown[:, 0])
    flow *= (bright > 0)[:, None]
    size = (parameters.pixels, parameters.pixels)
    return PictureClip(
        bright.reshape(len(bright), *size).astype(np.float32),
        flow.reshape(len(flow), 2, *size).astype(np.float32),
    )


def _check(
    positions: Float[np.ndarray, "frames joints 3"], bones: Sequence[tuple[int, int]], name: str
) -> None:
    finite = np.isfinite(positions).all(axis=2)
    if not finite.all():
        frame, joint = np.argwhere(~finite)[0]
        raise DataError(
            f"{name}: joint {joint} has no position at frame {frame}; fill the gap or leave the "
            "clip out"
        )
    if not bones:
        raise DataError(f"{name}: a body without bones cannot be drawn")
    if not np.any(root_relative(positions)):
        raise DataError(f"{name}: all joints coincide, so there is no body to draw")


def _view(
    positions: Float[np.ndarray, "frames joints 3"], parameters: StickFigureParameters
) -> _View:
    body = root_relative(np.asarray(positions, dtype=np.float64))
    turn = euler_to_matrix(np.radians([-parameters.azimuth]), "y")
    right, up, near = np.moveaxis(body @ turn.T, -1, 0)
    reach = np.linalg.norm(body, axis=2).max()
    scale = (parameters.pixels - parameters.thickness - 1) / 2 / reach
    middle = (parameters.pixels - 1) / 2
    in_picture = np.stack([middle + scale * right, middle - scale * up], axis=-1)
    return _View(in_picture.astype(np.float32), (scale * near).astype(np.float32))


def _last_step(
    in_picture: Float[np.ndarray, "frames joints 2"],
) -> Float[np.ndarray, "last joints 2"]:
    """By how much the last frame differs from the one before; 0 if there is none."""
    return np.asarray(in_picture[-1:] - in_picture[-2:][:1])


def _of_bones(
    values: Float[np.ndarray, "frames joints"], bones: Sequence[tuple[int, int]]
) -> tuple[OfBones, OfBones]:
    """Values where bones start, and what is added on the way to their ends."""
    starts, ends = np.transpose(bones)
    first = values[:, starts, None]
    return first, values[:, ends, None] - first


def _between(
    values: Float[np.ndarray, "frames joints"], bones: Sequence[tuple[int, int]], along: AtPixels
) -> AtPixels:
    """Values of bones at shares of the way from their start to their end."""
    first, added = _of_bones(values, bones)
    return np.asarray(first + along * added)


def _nearest_points(
    in_picture: Float[np.ndarray, "frames joints 2"], bones: Sequence[tuple[int, int]], pixels: int
) -> tuple[AtPixels, AtPixels]:
    """Which share of a bone lies before its point nearest to a pixel, and how far that is."""
    rows, columns = np.indices((pixels, pixels), dtype=np.float32).reshape(2, 1, 1, -1)
    (x, dx), (y, dy) = (_of_bones(in_picture[..., axis], bones) for axis in (0, 1))
    squares = np.maximum(dx**2 + dy**2, np.finfo(np.float32).tiny)  # a bone may point at the viewer
    along = np.clip(((columns - x) * dx + (rows - y) * dy) / squares, 0, 1)
    return along, np.hypot(x + along * dx - columns, y + along * dy - rows)


def _shown(coverage: AtPixels, nearness: AtPixels) -> Int[np.ndarray, "frames 1 pixels"]:
    """The bone that each pixel shows."""
    most = coverage == coverage.max(axis=1, keepdims=True)
    return np.asarray(np.where(most, nearness, -np.inf).argmax(axis=1, keepdims=True))


def _flow(
    moved: Float[np.ndarray, "frames joints 2"],
    bones: Sequence[tuple[int, int]],
    along: Float[np.ndarray, "frames pixels"],
    shown: Int[np.ndarray, "frames pixels"],
) -> Float[np.ndarray, "frames 2 pixels"]:
    """How far the points of the bones that are shown move."""
    frame = np.arange(len(moved))[:, None]
    starts, ends = (np.asarray(one)[shown] for one in np.transpose(bones))
    share = along[..., None]
    flow = (1 - share) * moved[frame, starts] + share * moved[frame, ends]
    return np.asarray(flow.transpose(0, 2, 1))
