"""Clips as an LSTM sees them: standardised positions, and windows of as many frames as it learned.

A clip that is shorter than a window holds its last pose.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinembed.motion.standardise import Standardiser
from kinembed.recognition.skeleton.clips import Clips, held


@dataclass(frozen=True, eq=False)
class FrameFeatures:
    """Standardised joint positions of each clip, by its name."""

    values: dict[str, Float[np.ndarray, "_ channels"]]

    @classmethod
    def of(cls, clips: Clips, known: Sequence[str]) -> "FrameFeatures":
        """All clips, by the mean and spread of the known ones."""
        flat = {
            name: one.reshape(len(one), -1).astype(np.float64)
            for name, one in zip(clips.names, clips.positions, strict=True)
        }
        axes = [f"{joint}.{axis}" for joint in clips.graph.joints for axis in "xyz"]
        scale = Standardiser.fit(np.concatenate([flat[name] for name in known]), tuple(axes))
        return cls({name: scale.apply(values, tuple(axes)) for name, values in flat.items()})

    def joined(
        self, names: Sequence[str], least: int
    ) -> tuple[Float[np.ndarray, "frames channels"], list[int]]:
        """Clips that are long enough, in a row, and where each but the first begins."""
        parts = [held(self.values[name], least) for name in names]
        return np.concatenate(parts), np.cumsum([len(part) for part in parts])[:-1].tolist()

    def windows(
        self, names: Sequence[str], frames: int, along: Float[np.ndarray, "clips"]
    ) -> Float[np.ndarray, "clips frames channels"]:
        """A window of each clip, at a share of the way from the earliest to the last."""
        parts = [held(self.values[name], frames) for name in names]
        starts = [
            int(share * (len(part) - frames + 1)) for share, part in zip(along, parts, strict=True)
        ]
        cut = [part[start : start + frames] for start, part in zip(starts, parts, strict=True)]
        return np.stack(cut).astype(np.float32)
