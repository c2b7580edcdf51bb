"""Bones and ground, projected and put on axes.

Conventions
-----------
* Positions are joint points in world coordinates, y up, in the skeleton's unit of length.
* The projection is parallel; coordinates of a picture are (right, up, depth), depth growing
  along the ground towards the viewer. Bones that are further away are paler.
* Pictures follow the root over the ground, which moves instead, but not up and down.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap

from kinembed.core.errors import DataError
from kinembed.motion.skeleton import Skeleton

BONE_COLOURS = LinearSegmentedColormap.from_list("depth", ["#ABABAB", "#101010"])
GROUND_COLOUR = "#D8D8D8"
GROUND_LINES = 8
MARGIN = 0.04


@dataclass(frozen=True)
class View:
    """Where the camera stands; at azimuth 0 it points along -z, x to its right.

    Attributes
    ----------
    azimuth : float
        Angle about the vertical axis, in degrees.
    elevation : float
        Angle above the ground, in degrees; 90 is from above.
    """

    azimuth: float = 30.0
    elevation: float = 15.0

    def project(self, points: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 3"]:
        """Project points on the picture.

        Parameters
        ----------
        points : ndarray of float, shape (..., 3)
            World coordinates x, y (up), z.

        Returns
        -------
        ndarray of float, shape (..., 3)
            Right, up and depth, which grows towards the viewer; in the unit of the points.
        """
        azimuth, elevation = np.radians([self.azimuth, self.elevation])
        x, y, z = np.moveaxis(points, -1, 0)
        right = np.cos(azimuth) * x - np.sin(azimuth) * z
        depth = np.sin(azimuth) * x + np.cos(azimuth) * z
        up = np.cos(elevation) * y - np.sin(elevation) * depth
        return np.stack([right, up, depth], axis=-1)


DEFAULT_VIEW = View()
FROM_ABOVE = View(azimuth=0.0, elevation=90.0)


def view_of(positions: Float[np.ndarray, "frames joints 3"]) -> View:
    """Choose the view.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        Positions of joints, y up.

    Returns
    -------
    View
        From above where all is at one height, as a camera there recorded it; else the usual view.
    """
    return FROM_ABOVE if np.ptp(positions[..., 1]) == 0 else DEFAULT_VIEW


@dataclass(frozen=True, eq=False)
class Pictures:
    """Lines to draw for each frame, projected.

    Attributes
    ----------
    bones : ndarray of float, shape (frames, bones, 2, 2)
        Both ends of each bone: right, up.
    depths : ndarray of float, shape (frames, bones)
        Mean depth of each bone, which grows towards the viewer.
    ground : ndarray of float, shape (frames, lines, 2, 2)
        Both ends of each line of the ground: right, up.
    """

    bones: Float[np.ndarray, "frames bones 2 2"]
    depths: Float[np.ndarray, "frames bones"]
    ground: Float[np.ndarray, "frames lines 2 2"]


class Stage:
    """A skeleton and the ground on axes; showing another frame moves them, redrawing nothing.

    Parameters
    ----------
    ax : Axes
        Axes to draw on; they get limits that hold every frame.
    pictures : Pictures
        Lines of all frames.
    """

    def __init__(self, ax: Axes, pictures: Pictures) -> None:
        self._pictures = pictures
        self._ground = LineCollection([], colors=GROUND_COLOUR, linewidths=0.8)
        self._bones = LineCollection([], cmap=BONE_COLOURS, linewidths=2.6, capstyle="round")
        if pictures.depths.size:
            self._bones.set_clim(float(pictures.depths.min()), float(pictures.depths.max()))
        ax.add_collection(self._ground, autolim=False)
        ax.add_collection(self._bones, autolim=False)
        _fit(ax, pictures)
        self.show(0)

    @property
    def artists(self) -> tuple[Artist, ...]:
        """What :meth:`show` moves.

        Returns
        -------
        tuple of Artist
            From back to front: ground, bones.
        """
        return self._ground, self._bones

    def show(self, frame: int) -> None:
        """Move everything to where it is at one frame.

        Parameters
        ----------
        frame : int
            Position among the pictures, from 0.
        """
        self._ground.set_segments(list(self._pictures.ground[frame]))
        self._bones.set_segments(list(self._pictures.bones[frame]))
        self._bones.set_array(self._pictures.depths[frame])


def pictures_of(
    positions: Float[np.ndarray, "frames given 3"], skeleton: Skeleton, view: View
) -> Pictures:
    """Project all frames at once.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        Positions of joints, y up, the root first.
    skeleton : Skeleton
        Joints and bones.
    view : View
        Where the camera stands.

    Returns
    -------
    Pictures
        Bones and ground; the root stays in the middle, and the ground moves.

    Raises
    ------
    DataError
        When the positions are not those of the skeleton's joints.
    """
    if positions.shape[1] != len(skeleton.joints):
        raise DataError(
            f"the skeleton has {len(skeleton.joints)} joints, "
            f"but there are positions of {positions.shape[1]}"
        )
    followed = positions[:, :1] * np.array([1.0, 0.0, 1.0])
    ends = np.array(skeleton.lines, dtype=np.int64).reshape(-1, 2)
    bones = view.project(positions - followed)[:, ends]
    ground = view.project(_ground(positions, followed[:, 0]))
    return Pictures(bones[..., :2], bones[..., 2].mean(axis=-1), ground[..., :2])


def _ground(
    positions: Float[np.ndarray, "frames joints 3"], followed: Float[np.ndarray, "frames 3"]
) -> Float[np.ndarray, "frames lines 2 3"]:
    """Grid lines at fixed positions in the world, as far as they are near the root.

    A line that leaves the square around the root comes back on its other side.
    """
    lowest, highest = positions[..., 1].min(), positions[..., 1].max()
    aside = np.abs(positions - followed[:, None])[..., [0, 2]].max()
    reach = max(0.45 * (highest - lowest) or aside, 1e-9)
    lines_at = np.arange(GROUND_LINES) * 2 * reach / GROUND_LINES
    across = (lines_at - followed[:, [0, 2], None]) % (2 * reach) - reach
    lines = np.full((len(positions), 2, GROUND_LINES, 2, 3), lowest, dtype=np.float64)
    lines[:, 0, :, :, 0] = across[:, 0, :, None]
    lines[:, 1, :, :, 2] = across[:, 1, :, None]
    lines[:, 0, :, :, 2] = lines[:, 1, :, :, 0] = [-reach, reach]
    return lines.reshape(len(positions), 2 * GROUND_LINES, 2, 3)


def _fit(ax: Axes, pictures: Pictures) -> None:
    """Limits that hold every frame, the same scale both ways, and no frame around it."""
    points = np.concatenate([pictures.bones.reshape(-1, 2), pictures.ground.reshape(-1, 2)])
    lowest, highest = points.min(axis=0), points.max(axis=0)
    margin = MARGIN * (highest - lowest).max()
    ax.set_xlim(lowest[0] - margin, highest[0] + margin)
    ax.set_ylim(lowest[1] - margin, highest[1] + margin)
    ax.set_aspect("equal")
    ax.set_axis_off()
