"""Clips of pictures and their flow, wherever they come from: drawn, or recorded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinembed.core.errors import DataError

Appearance = Float[np.ndarray, "frames height width"]
Flow = Float[np.ndarray, "steps 2 rows columns"]


@dataclass(frozen=True, eq=False)
class PictureClip:
    """Pictures, and where what they show moves to.

    Attributes
    ----------
    appearance : ndarray of float, shape (frames, height, width)
        Brightness in [0, 1].
    flow : ndarray of float, shape (frames, 2, height, width)
        To the right and down, in pixels from one frame to the next.

    Raises
    ------
    DataError
        When the shape of the flow does not fit that of the pictures.
    """

    appearance: Appearance
    flow: Flow

    def __post_init__(self) -> None:
        frames, *size = self.appearance.shape
        if self.flow.shape != (frames, 2, *size):
            raise DataError(
                f"pictures of shape {self.appearance.shape} need flow of shape "
                f"{(frames, 2, *size)}, not {self.flow.shape}"
            )

    def __len__(self) -> int:
        return len(self.appearance)


@dataclass(frozen=True, eq=False)
class PictureClips:
    """Clips of pictures of one size at one frame rate, of different lengths.

    Attributes
    ----------
    names : tuple of str
        Names of the clips.
    clips : tuple of PictureClip
        In the order of the names.
    frame_rate : float
        Hz.

    Raises
    ------
    DataError
        When there is no clip, not one name for each, or pictures differ in size.
    """

    names: tuple[str, ...]
    clips: tuple[PictureClip, ...]
    frame_rate: float

    def __post_init__(self) -> None:
        if not self.names:
            raise DataError("there is no clip of pictures")
        if len(self.names) != len(self.clips):
            raise DataError(f"{len(self.clips)} clips have {len(self.names)} names; give one each")
        size = self.clips[0].appearance.shape[1:]
        for name, clip in zip(self.names, self.clips, strict=True):
            if clip.appearance.shape[1:] != size:
                raise DataError(
                    f"pictures of clip {name!r} have {clip.appearance.shape[1:]} pixels, but those "
                    f"of {self.names[0]!r} have {size}; a network reads one size"
                )

    @property
    def lengths(self) -> Int[np.ndarray, "clips"]:
        """Frames of each clip.

        Returns
        -------
        ndarray of int64, shape (clips,)
            In the order of the names.
        """
        return np.array([len(clip) for clip in self.clips], dtype=np.int64)

    def only(self, names: Sequence[str]) -> "PictureClips":
        """Choose clips by name.

        Parameters
        ----------
        names : sequence of str
            Clips to keep, in this order; one or more.

        Returns
        -------
        PictureClips
            The clips of these names alone.

        Raises
        ------
        DataError
            When a clip is not there, or no name is given.
        """
        index_of = {name: index for index, name in enumerate(self.names)}
        absent = [name for name in names if name not in index_of]
        if absent:
            raise DataError(f"there are no clips {', '.join(absent)}; draw them again")
        chosen = tuple(self.clips[index_of[name]] for name in names)
        return PictureClips(tuple(names), chosen, self.frame_rate)
