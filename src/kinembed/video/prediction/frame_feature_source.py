"""Frame features as a source of windows: whole sequences are held out, and no window crosses two.

Channels are standardised by what is trained on; those that do not vary there are left out.
"""

from collections.abc import Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int64
from pydantic import Field, PositiveFloat
from torch import Tensor

from kinembed.core.errors import DataError
from kinembed.core.parameters import Names, Parameters
from kinembed.io.sources.frame_features import FrameFeatures
from kinembed.motion.standardise import Standardiser
from kinembed.motion.windows import WindowLengths, all_starts
from kinembed.video.prediction.sources import (
    Draw,
    Videos,
    check_lengths,
    cut_windows,
    none_long_enough,
)


class FrameFeatureParameters(Parameters):
    """Which frame features are used, and which of them are held out.

    Attributes
    ----------
    folder : Path or None
        Folder of ``.npy`` files; None: joint positions that pipeline ``frame_features`` made.
    frame_rate : float
        Hz, of joint positions.
    held_out : list of str
        Names or patterns of sequences that are scored; ``*`` stands for anything.
    leave_out : list of str
        Names or patterns of sequences that are not used.
    """

    folder: Path | None = Field(
        None, description="of .npy files; null: joint positions, from pipeline frame_features"
    )
    frame_rate: PositiveFloat = Field(30.0, description="Hz, of joint positions")
    held_out: Names = Field([], description="names or patterns of sequences that are tried")
    leave_out: Names = Field([], description="and of those that are not used at all")


class FrameFeatureSource:
    """Windows of sequences of frame features.

    Parameters
    ----------
    frame_features : FrameFeatures
        Sequences by name.
    parameters : FrameFeatureParameters
        Which of them are held out or left out.

    Raises
    ------
    DataError
        When no sequence is held out, none is left to train on, or no channel varies.
    """

    def __init__(self, frame_features: FrameFeatures, parameters: FrameFeatureParameters) -> None:
        left_out = _fitting(frame_features.values, parameters.leave_out)
        used = {name: one for name, one in frame_features.values.items() if name not in left_out}
        names = _held_out(used, parameters.held_out)
        known = {name: one for name, one in used.items() if name not in names}
        if not known:
            raise DataError(
                "video.frame_features.held_out: nothing is left to train on; hold out less"
            )
        together = np.concatenate([*known.values()]).astype(np.float64)
        scale = Standardiser.fit(together, frame_features.channels)
        every = {name: scale.apply(one, frame_features.channels) for name, one in used.items()}
        self.known = {name: every[name].astype(np.float32) for name in known}
        self.tried = {name: every[name].astype(np.float32) for name in names}
        self.name, self.channels = frame_features.name, scale.channels
        self.frame_shape = (len(self.channels),)
        self.shown: tuple[int | None, ...] = (None,)

    def identity(self) -> tuple[Mapping[str, object], Tensor]:
        """Return what determines the windows, for a checkpoint's name.

        Returns
        -------
        lengths : dict of str to int
            Frames of each sequence to train on.
        values : Tensor of float32, shape (frames, channels)
            These sequences in a row, standardised.
        """
        lengths = {name: len(one) for name, one in self.known.items()}
        return lengths, torch.as_tensor(np.concatenate([*self.known.values()]))

    def training(self, windows: WindowLengths, number: int, device: torch.device) -> Draw:
        """Prepare to draw windows to train on.

        Parameters
        ----------
        windows : WindowLengths
            Frames of source and target.
        number : int
            Windows in a draw.
        device : torch.device
            Where the windows are made.

        Returns
        -------
        callable
            From a seed to :class:`Videos`, which it determines.

        Raises
        ------
        DataError
            When a sequence, held out or not, is shorter than a window.
        """
        lengths = {name: len(one) for name, one in (self.known | self.tried).items()}
        check_lengths(lengths, windows)
        data, starts = _joined([*self.known.values()], windows)
        return partial(draw_windows, data.to(device), starts, windows, number)

    def held_out(
        self,
        windows: WindowLengths,
        number: int,
        shown: int | None = None,  # noqa: ARG002
    ) -> Videos:
        """Draw windows of the held-out sequences that are long enough, always the same.

        Parameters
        ----------
        windows : WindowLengths
            Frames of source and target.
        number : int
            Windows to draw.
        shown : None
            Has no effect.

        Returns
        -------
        Videos
            On the CPU, standardised.

        Raises
        ------
        DataError
            When no held-out sequence is as long as a window.
        """
        long = [one for one in self.tried.values() if len(one) >= windows.total]
        if not long:
            raise none_long_enough(windows, max(map(len, self.tried.values())))
        return draw_windows(*_joined(long, windows), windows, number, 0)


def draw_windows(
    values: Float[Tensor, "frames channels"],
    starts: Int64[Tensor, "starts"],
    windows: WindowLengths,
    number: int,
    seed: int,
) -> Videos:
    """Draw windows at starts that the seed chooses, each as likely as the other.

    Parameters
    ----------
    values : Tensor of float, shape (frames, channels)
        Sequences in a row.
    starts : Tensor of int64, shape (starts,)
        First frames to choose from.
    windows : WindowLengths
        Frames of source and target.
    number : int
        Windows to draw; one may be drawn again.
    seed : int
        Determines the windows.

    Returns
    -------
    Videos
        On the device of `values`.
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = starts[torch.randint(len(starts), (number, 1), generator=generator)]
    frames = (drawn + torch.arange(windows.total)).to(values.device)
    return cut_windows(values[frames], windows)


def _held_out(names: Collection[str], patterns: Sequence[str]) -> list[str]:
    found = _fitting(names, patterns)
    if not found:
        raise DataError(
            f"video.frame_features.held_out: {' or '.join(patterns) or 'nothing'} fits none of the "
            f"sequences {', '.join(names)}; name some that are tried"
        )
    return found


def _fitting(names: Collection[str], patterns: Sequence[str]) -> list[str]:
    return [name for name in names if any(fnmatchcase(name, one) for one in patterns)]


def _joined(
    sequences: Sequence[Float[np.ndarray, "_ channels"]], windows: WindowLengths
) -> tuple[Float[Tensor, "frames channels"], Int64[Tensor, "starts"]]:
    """Sequences in a row, and where windows begin that lie within one."""
    cuts = np.cumsum([len(one) for one in sequences])
    starts = all_starts(int(cuts[-1]), windows, cuts[:-1].tolist())
    return torch.as_tensor(np.concatenate(sequences)), torch.as_tensor(starts)
