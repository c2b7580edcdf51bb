"""What was recorded (Motion) and what a person says it shows (Segmentation).

Channels are named ``<joint>.<component>``: ``tx ty tz`` for position in the skeleton's unit of
length, ``rx ry rz`` for Euler angles in degrees, ``ex ey ez`` for exponential maps in radians.
Of a body that turns, only the root has a position; of one recorded by positions, every joint has.
Frames count from 0; a boundary is the first frame of a new segment; segments are half-open.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float, Int

from kinembed.core.errors import DataError
from kinembed.motion.skeleton import Skeleton
from kinembed.motion.visibility import Visibility


class Representation(StrEnum):
    """How a motion's channels describe a pose: by rotations, or by where the joints are."""

    EULER = "euler"
    EXPMAP = "expmap"
    POSITIONS = "positions"


@dataclass(frozen=True, eq=False)
class Motion:
    """One recording: a value per frame and channel, with the skeleton it moves.

    Attributes
    ----------
    values : ndarray of float, shape (frames, channels)
        Finite; at least one frame. Positions in the skeleton's unit of length, Euler angles in
        degrees, exponential maps in radians.
    channels : tuple of str
        Unique names; see the module's conventions.
    skeleton : Skeleton
        Skeleton that the channels move.
    frame_rate : float
        Frame rate in Hz, above 0.
    trial : str
        Name of the recording or of the sequence made from recordings.
    representation : Representation
        Euler angles, exponential maps or positions.
    visibility : Visibility or None
        What was seen of it; None: all of it.
    file_frames : ndarray of int, shape (frames,) or None
        Number of each frame in the counting of the recording's file; None: from 0 on, by one.
    unit : float
        What 1 of a length stands for, in the file's unit of length.

    Raises
    ------
    DataError
        When a field breaks one of these rules.
    """

    values: Float[np.ndarray, "frames channels"]
    channels: tuple[str, ...]
    skeleton: Skeleton
    frame_rate: float
    trial: str
    representation: Representation
    visibility: Visibility | None = None
    file_frames: Int[np.ndarray, "frames"] | None = None
    unit: float = 1.0

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.channels):
            raise DataError(
                f"{self.trial}: {len(self.channels)} channels are named "
                f"but the values have shape {self.values.shape}"
            )
        if len(self.values) == 0:
            raise DataError(f"{self.trial}: a motion needs at least one frame")
        if len(set(self.channels)) != len(self.channels):
            raise DataError(f"{self.trial}: channel names must be unique")
        if not self.frame_rate > 0:
            raise DataError(f"{self.trial}: the frame rate must be positive, not {self.frame_rate}")
        finite = np.isfinite(self.values)
        if not finite.all():
            frame, channel = np.argwhere(~finite)[0]
            raise DataError(
                f"{self.trial}: channel {self.channels[channel]} is not finite at frame {frame}"
            )

        if self.visibility is not None and len(self.visibility.frames) != len(self.values):
            raise DataError(
                f"{self.trial}: visibility has {len(self.visibility.frames)} frames, the values "
                f"have {len(self.values)}"
            )

    def __len__(self) -> int:
        return len(self.values)

    @property
    def seen(self) -> Bool[np.ndarray, "frames"]:
        """Whether enough was seen of each frame for it to be used.

        Returns
        -------
        ndarray of bool, shape (frames,)
            True throughout where nothing is known of what was seen.
        """
        if self.visibility is None:
            return np.ones(len(self), dtype=bool)
        return self.visibility.frames

    @property
    def frame_numbers(self) -> Int[np.ndarray, "frames"]:
        """Number of each frame in the counting of the recording's file.

        Returns
        -------
        ndarray of int, shape (frames,)
            From 0 on, by one, where the file does not count otherwise.
        """
        return np.arange(len(self)) if self.file_frames is None else self.file_frames

    @property
    def duration(self) -> float:
        """Length of the recording.

        Returns
        -------
        float
            Seconds.
        """
        return len(self) / self.frame_rate

    def every(self, step: int) -> "Motion":
        """Keep frames at even steps, from the first on; the frame rate stays.

        Parameters
        ----------
        step : int
            Frames from one that is kept to the next, at least 1.

        Returns
        -------
        Motion
            With what is known of the frames that are left.
        """
        seen, numbers = self.visibility, self.file_frames
        return replace(
            self,
            values=self.values[::step],
            visibility=None if seen is None else seen.at(np.arange(0, len(self), step)),
            file_frames=None if numbers is None else numbers[::step],
        )


NOT_LABELLED = "(not labelled)"
"""Instead of a behaviour: frames of which an annotation says nothing. They are not scored."""


@dataclass(frozen=True, eq=False)
class Segmentation:
    """A recording cut into segments, each the name of one behaviour or :data:`NOT_LABELLED`.

    ``boundaries[i]`` are the (earliest, best, latest) acceptable first frames of segment
    ``i + 1``; segment 0 starts at frame 0 and the last one stops at ``frame_count``.

    Attributes
    ----------
    behaviours : tuple of str
        Behaviour of each segment; at least one.
    boundaries : ndarray of int, shape (boundaries, 3)
        Earliest, best and latest first frame of every segment but the first; best frames ascend.
    frame_count : int
        Number of frames of the recording.
    trial : str
        Name of the recording.

    Raises
    ------
    DataError
        When there is no segment, a segment is empty, or boundaries do not fit the behaviours or are
        out of order.
    """

    behaviours: tuple[str, ...]
    boundaries: Int[np.ndarray, "boundaries 3"]
    frame_count: int
    trial: str

    def __post_init__(self) -> None:
        if len(self.behaviours) == 0:
            raise DataError(f"{self.trial}: a segmentation needs at least one segment")
        if len(self.boundaries) != len(self.behaviours) - 1:
            raise DataError(
                f"{self.trial}: {len(self.behaviours)} segments need "
                f"{len(self.behaviours) - 1} boundaries, not {len(self.boundaries)}"
            )
        for number, (earliest, best, latest) in enumerate(self.boundaries.tolist(), start=1):
            if not earliest <= best <= latest:
                raise DataError(
                    f"{self.trial}: boundary {number} must be earliest <= best <= latest, "
                    f"not {earliest} {best} {latest}"
                )
        edges = [0, *self.boundaries[:, 1].tolist(), self.frame_count]
        for number, (start, stop) in enumerate(pairwise(edges), start=1):
            if not start < stop:
                raise DataError(
                    f"{self.trial}: segment {number} ({self.behaviours[number - 1]}) must end "
                    f"after it starts, not run from {start} to {stop}"
                )

    @property
    def edges(self) -> Int[np.ndarray, "edges"]:
        """First frame of every segment, then the frame count.

        Returns
        -------
        ndarray of int, shape (segments + 1,)
            Ascending from 0; boundaries count by their best frame.
        """
        return np.concatenate([[0], self.boundaries[:, 1], [self.frame_count]]).astype(np.int64)

    @property
    def number_of_behaviours(self) -> int:
        """Count distinct behaviours.

        Returns
        -------
        int
            Without :data:`NOT_LABELLED`.
        """
        return len(set(self.behaviours) - {NOT_LABELLED})

    @property
    def labelled(self) -> Bool[np.ndarray, "frames"]:
        """Tell which frames have a behaviour.

        Returns
        -------
        ndarray of bool, shape (frames,)
            False where the annotation says nothing.
        """
        names = np.asarray(self.behaviours, dtype=object)
        return np.repeat(names != NOT_LABELLED, np.diff(self.edges))

    def without_labels(self, names: Collection[str]) -> "Segmentation":
        """Take some behaviours to be none.

        Parameters
        ----------
        names : collection of str
            Behaviours that mean that a frame is not labelled.

        Returns
        -------
        Segmentation
            With :data:`NOT_LABELLED` instead of them.
        """
        behaviours = (NOT_LABELLED if one in names else one for one in self.behaviours)
        return replace(self, behaviours=tuple(behaviours))

    def between(self, start: int, stop: int) -> "Segmentation":
        """Keep a range of frames.

        Parameters
        ----------
        start : int
            First frame.
        stop : int
            Frame after the last.

        Returns
        -------
        Segmentation
            Segments that reach into the range, cut at its ends.
        """
        if (start, stop) == (0, self.frame_count):
            return self
        inside = (self.boundaries[:, 1] > start) & (self.boundaries[:, 1] < stop)
        first = int(np.searchsorted(self.edges, start, side="right")) - 1
        kept = self.behaviours[first : first + 1 + int(inside.sum())]
        boundaries = np.clip(self.boundaries[inside] - start, 0, stop - start)
        return replace(self, behaviours=kept, boundaries=boundaries, frame_count=stop - start)

    def of_frames(self, kept: Bool[np.ndarray, "frames"]) -> "Segmentation":
        """Leave frames out, and with them the segments of which none is left.

        Parameters
        ----------
        kept : ndarray of bool, shape (frames,)
            Whether a frame is kept; at least one is.

        Returns
        -------
        Segmentation
            Of the frames that are kept, one after the other.
        """
        before = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
        edges = before[self.edges]
        names: list[str] = []
        rows: list[Int[np.ndarray, 3]] = []
        for index in np.flatnonzero(np.diff(edges)).tolist():
            if names and names[-1] == self.behaviours[index]:
                continue
            if names:
                rows.append(before[self.boundaries[index - 1]])
            names.append(self.behaviours[index])
        boundaries = np.array(rows, dtype=np.int64).reshape(-1, 3)
        return replace(
            self, behaviours=tuple(names), boundaries=boundaries, frame_count=int(before[-1])
        )

    def frame_labels(self) -> list[str]:
        """Name the behaviour of every frame, cut at the best boundaries.

        Returns
        -------
        list of str
            As many as frames.
        """
        return list(np.repeat(np.asarray(self.behaviours, dtype=object), np.diff(self.edges)))
