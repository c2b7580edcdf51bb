"""A small drawing of the first good frame of a recording, as numbers that a page can draw."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from kinembed.motion.kinematics import GROUND, UP, forward_kinematics
from kinembed.motion.motion import Motion
from kinembed.motion.positions import Plane, picture_plane
from kinembed.motion.visibility import Point
from kinembed.report.ingestion_page.layout import Dot, arrange


@dataclass(frozen=True)
class View:
    """The skeleton as seen from one side.

    Attributes
    ----------
    caption : str
        From which side.
    dots : tuple of Dot
        Of each joint.
    """

    caption: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class PoseDrawing:
    """A drawing of one frame.

    Attributes
    ----------
    frame : int
        Its number in the counting of the file.
    masked : tuple of bool
        Whether each joint is masked in this frame.
    lines : tuple of (int, int)
        Pairs of joints that a line joins.
    plane : {"top", "side"} or None
        Plane of a recording in two dimensions; None: three.
    turns : bool
        Whether the recording holds rotations, not positions.
    views : tuple of View
        The picture plane, or two views of a body in three dimensions.
    """

    frame: int
    masked: tuple[bool, ...]
    lines: tuple[tuple[int, int], ...]
    plane: Plane | None
    turns: bool
    views: tuple[View, ...]


def draw_pose(motion: Motion) -> PoseDrawing:
    """Draw the first frame of a recording in which the most joints were seen.

    Parameters
    ----------
    motion : Motion
        A recording in any representation.

    Returns
    -------
    PoseDrawing
        Joints, names and lines, in pixels of the drawing.

    Raises
    ------
    DataError
        When a channel of the skeleton is absent.
    """
    frame, plane = first_good_frame(motion), picture_plane(motion)
    masked = _masked(motion, frame)
    single = replace(motion, values=motion.values[[frame]], visibility=None, file_frames=None)
    pose = _masked_nearby(forward_kinematics(single)[0], masked)
    return PoseDrawing(
        frame=int(motion.frame_numbers[frame]),
        masked=tuple(masked.tolist()),
        lines=motion.skeleton.lines,
        plane=plane,
        turns=motion.skeleton.turns,
        views=tuple(
            View(caption, arrange(points, motion.skeleton.joints))
            for caption, points in _sides(pose, plane, ~masked)
        ),
    )


def first_good_frame(motion: Motion) -> int:
    """Find the first frame in which the most joints were seen.

    Parameters
    ----------
    motion : Motion
        A recording in any representation.

    Returns
    -------
    int
        Index of the frame, from 0.
    """
    if motion.visibility is None:
        return 0
    return int((motion.visibility.points == Point.SEEN).sum(axis=1).argmax())


def _masked(motion: Motion, frame: int) -> Bool[np.ndarray, "joints"]:
    if motion.visibility is None:
        return np.zeros(len(motion.skeleton.joints), dtype=bool)
    return np.asarray(motion.visibility.points[frame] == Point.MASKED)


def _masked_nearby(
    pose: Float[np.ndarray, "joints 3"], masked: Bool[np.ndarray, "joints"]
) -> Float[np.ndarray, "joints 3"]:
    """Bring placeholders beside the other joints: far away, they would make the body tiny."""
    there = pose[~masked]
    return np.asarray(np.clip(pose, there.min(axis=0), there.max(axis=0)))


def _sides(
    pose: Float[np.ndarray, "joints 3"], plane: Plane | None, seen: Bool[np.ndarray, "joints"]
) -> list[tuple[str, Float[np.ndarray, "joints 2"]]]:
    """What a drawing shows to the right and downwards, of each view."""
    down = -pose[:, UP]
    if plane == "top":
        return [("picture plane", pose[:, GROUND])]
    if plane == "side":
        return [("picture plane", np.column_stack([pose[:, 0], down]))]
    ground = pose[:, GROUND]
    broad = _broadest(ground[seen])
    across = np.array([-broad[1], broad[0]])
    views = (("broad side", broad), ("turned by 90°", across))
    return [(caption, np.column_stack([ground @ axis, down])) for caption, axis in views]


def _broadest(ground: Float[np.ndarray, "seen 2"]) -> Float[np.ndarray, "2"]:
    """Horizontal direction in which a pose extends the most; it points to the right."""
    _, _, axes = np.linalg.svd(ground - ground.mean(axis=0), full_matrices=True)
    first: np.ndarray = axes[0]
    return first if first[np.abs(first).argmax()] > 0 else -first
