"""What a file says of the positions of one individual's joints."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

Up = Literal["y", "-y", "z", "-z"]
"""The axis of a file that points up; -y and -z are those of pictures, whose y points down."""
TO_Y_UP: dict[Up, Float[np.ndarray, "3 3"]] = {
    "y": np.eye(3),
    "-y": np.diag([1.0, -1.0, -1.0]),
    "z": np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
    "-z": np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]),
}
"""Rotations (column vectors), so that left stays left."""


@dataclass(frozen=True, eq=False)
class RecordedPositions:
    """What a file says of one individual.

    Attributes
    ----------
    values : ndarray of float, shape (frames, joints, axes)
        Positions in the unit of the file, two axes or three; NaN where a joint was not seen. Frames
        lie at even steps of time: those that a file leaves out are rows of NaN.
    joints : tuple of str
        Names of the joints.
    frame_rate : float or None
        Hz; None where the file does not state it.
    up : {"y", "-y", "z", "-z"} or None
        Axis that points up; None where neither the file nor its format says it.
    confidence : ndarray of float, shape (frames, joints), optional
        Confidence of the tracker, from 0 to 1; NaN counts as 1. None: the file gives none.
    individual : str, default ""
        Whose positions they are; ``""`` where the file holds one individual that has no name.
    file_frames : ndarray of int, shape (frames,), optional
        Number of each frame in the file's own counting; None: from 0 on, by one.
    notes : tuple of str, default ()
        What was read in another way than it is written, or passed over, for the log: each completes
        "<file>: ...".
    """

    values: Float[np.ndarray, "frames joints axes"]
    joints: tuple[str, ...]
    frame_rate: float | None
    up: Up | None
    confidence: Float[np.ndarray, "frames joints"] | None = None
    individual: str = ""
    file_frames: Int[np.ndarray, "frames"] | None = None
    notes: tuple[str, ...] = ()
