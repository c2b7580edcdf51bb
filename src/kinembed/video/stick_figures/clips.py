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
    appearance: brightness in [0, 1].
    flow: to the right and down, in pixels from one frame to the next.
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
    """Clips of pictures of one size at one frame rate (Hz), of different lengths."""

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
                    f"of {self.names[0]!r} have {size}; a network takes one size"
                )

    @property
    def lengths(self) -> Int[np.ndarray, "clips"]:
        """Frames of each clip."""
        return np.array([len(clip) for clip in self.clips], dtype=np.int64)

    def only(self, names: Sequence[str]) -> "PictureClips":
        """The clips of these names, in that order; raises DataError for one that is not there."""
        place = {name: index for index, name in enumerate(self.names)}
        absent = [name for name in names if name not in place]
        if absent:
            raise DataError(f"there are no clips {', '.join(absent)}; draw them again")
        chosen = tuple(self.clips[place[name]] for name in names)
        return PictureClips(tuple(names), chosen, self.frame_rate)
