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
    """Standardised joint positions of each clip, by its name.

    Attributes
    ----------
    values : dict of str to ndarray of float, shape (frames, channels)
        Name of a clip -> its positions. Channels are those that vary, named like ``<joint>.x``.
    """

    values: dict[str, Float[np.ndarray, "_ channels"]]

    @classmethod
    def of(cls, clips: Clips, known: Sequence[str]) -> "FrameFeatures":
        """Standardise all clips by the mean and standard deviation of the known ones.

        Parameters
        ----------
        clips : Clips
            Clips to standardise.
        known : sequence of str
            Names of the clips that mean and standard deviation are measured on.

        Returns
        -------
        FrameFeatures
            Of all clips; channels that do not vary in the known ones are left out.

        Raises
        ------
        DataError
            When no channel of the known clips varies.
        KeyError
            When a known clip is not among `clips`.
        """
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
        """Join clips one after the other.

        Parameters
        ----------
        names : sequence of str
            Clips to join, in this order.
        least : int
            Frames that each has at least: the last pose of a shorter one is held.

        Returns
        -------
        values : ndarray of float, shape (frames, channels)
            The clips in a row.
        cuts : list of int
            First frame of each clip but the first.

        Raises
        ------
        KeyError
            When a clip is not there.
        """
        positions = [held(self.values[name], least) for name in names]
        return np.concatenate(positions), np.cumsum([len(clip) for clip in positions])[:-1].tolist()

    def windows(
        self, names: Sequence[str], frames: int, along: Float[np.ndarray, "clips"]
    ) -> Float[np.ndarray, "clips frames channels"]:
        """Cut one window from each clip.

        Parameters
        ----------
        names : sequence of str
            Clips, in the order of the windows.
        frames : int
            Length of a window; the last pose of a shorter clip is held.
        along : ndarray of float, shape (clips,)
            Where each window begins, in [0, 1): 0 is the earliest start, 0.5 the middle one.

        Returns
        -------
        ndarray of float32, shape (clips, frames, channels)
            A window of each clip.

        Raises
        ------
        KeyError
            When a clip is not there.
        ValueError
            When `along` has not one value for each clip.
        """
        positions = [held(self.values[name], frames) for name in names]
        starts = [
            int(share * (len(clip) - frames + 1))
            for share, clip in zip(along, positions, strict=True)
        ]
        cut = [clip[start : start + frames] for start, clip in zip(starts, positions, strict=True)]
        return np.stack(cut).astype(np.float32)
