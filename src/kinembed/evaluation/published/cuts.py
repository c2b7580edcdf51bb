"""Where the published program cuts a sequence, and which windows it then embeds."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinembed.motion.motion import Motion, Segmentation
from kinembed.motion.windows import WindowLengths, all_starts
from kinembed.training.trained_model import TrainedModel
from kinembed.training.window_predictions import predict_windows


@dataclass(frozen=True, eq=False)
class CutWindows:
    """Windows of a sequence that was cut.

    Attributes
    ----------
    cuts : tuple of int
        Ascending frames at which a new interval begins; no state is kept beyond the next one.
    starts : ndarray of int, shape (windows,)
        First frames of the windows, ascending.
    kept : ndarray of int, shape (windows,)
        How many of a window's decoder states count, from the first on.
    """

    cuts: tuple[int, ...]
    starts: Int[np.ndarray, "windows"]
    kept: Int[np.ndarray, "windows"]


def annotated_cuts(segmentation: Segmentation) -> tuple[int, ...]:
    """Cut at the annotated boundaries: what a person found, not the network.

    Parameters
    ----------
    segmentation : Segmentation
        Annotation of the sequence.

    Returns
    -------
    tuple of int
        Best frame of each boundary, ascending.
    """
    return tuple(segmentation.boundaries[:, 1].tolist())


def windows_between(cuts: tuple[int, ...], frame_count: int, lengths: WindowLengths) -> CutWindows:
    """Choose windows that advance by the target length inside every interval.

    Parameters
    ----------
    cuts : tuple of int
        Ascending frames at which an interval begins.
    frame_count : int
        Frames of the sequence.
    lengths : WindowLengths
        Source and target frames of a window.

    Returns
    -------
    CutWindows
        All target states of each window are kept; an interval shorter than a window has none.
    """
    stops = [stop - lengths.total + 1 for stop in (*cuts, frame_count)]
    starts = np.concatenate(
        [
            np.arange(first, stop, lengths.target)
            for first, stop in zip((0, *cuts), stops, strict=True)
        ]
    )
    return CutWindows(cuts, starts, np.full(len(starts), lengths.target))


def loss_cuts(model: TrainedModel, motion: Motion, threshold: float) -> CutWindows:
    """Cut wherever the network fails to predict, as ``published_loss_cuts`` does.

    Windows advance by the target length. Where a window's loss exceeds the threshold, the sequence
    is cut at the step of largest error, and windows begin anew at the cut.

    Parameters
    ----------
    model : TrainedModel
        Network that predicts, with its windows.
    motion : Motion
        Sequence to cut.
    threshold : float
        Largest mean squared error of a window that is not cut, in channel variances.

    Returns
    -------
    CutWindows
        Of a window that is cut, the states before the step of largest error are kept.

    Raises
    ------
    DataError
        When the motion is shorter than a window or lacks channels of the model.
    """
    lengths = model.training.windows
    losses, worst_steps = _errors(model, motion, all_starts(len(motion), lengths))
    return _walk(losses, worst_steps, threshold, lengths)


def _errors(
    model: TrainedModel, motion: Motion, starts: Int[np.ndarray, "windows"]
) -> tuple[Float[np.ndarray, "windows"], Int[np.ndarray, "windows"]]:
    """Mean squared error of windows, and their steps of largest mean absolute error."""
    losses, worst_steps = [], []
    training = model.training
    for batch in predict_windows(
        model, motion, starts, device=training.device, precision=training.precision
    ):
        error = batch.prediction.target.float() - batch.target
        losses.append(error.square().mean(dim=(1, 2)).cpu().numpy())
        worst_steps.append(error.abs().mean(dim=2).argmax(dim=1).cpu().numpy())
    return np.concatenate(losses), np.concatenate(worst_steps)


def _walk(
    losses: Float[np.ndarray, "frames"],
    worst_steps: Int[np.ndarray, "frames"],
    threshold: float,
    lengths: WindowLengths,
) -> CutWindows:
    """Go from window to window; `losses` and `worst_steps` are those of the window at a frame."""
    start = 0
    cuts, starts, kept = [], [], []
    while start < len(losses):
        failed = bool(losses[start] > threshold)
        states = int(worst_steps[start]) if failed else lengths.target
        starts.append(start)
        kept.append(states)
        if failed:
            start += lengths.source + states
            cuts.append(start)
        else:
            start += lengths.target
    return CutWindows(tuple(cuts), np.array(starts), np.array(kept))
