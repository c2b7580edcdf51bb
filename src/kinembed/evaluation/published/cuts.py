"""Where the published program cuts a sequence, and which windows it then embeds."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from kinembed.motion.motion import Motion, Segmentation
from kinembed.motion.windows import WindowLengths, all_starts, edges_of_unseen, intervals_between
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


def windows_between(
    cuts: tuple[int, ...],
    frame_count: int,
    lengths: WindowLengths,
    seen: Bool[np.ndarray, "frames"] | None = None,
) -> CutWindows:
    """Choose windows that advance by the target length inside every interval.

    Parameters
    ----------
    cuts : tuple of int
        Ascending frames at which an interval begins.
    frame_count : int
        Frames of the sequence.
    lengths : WindowLengths
        Source and target frames of a window.
    seen : ndarray of bool, shape (frames,), optional
        Whether enough was seen of each frame; no window holds another. None: of all.

    Returns
    -------
    CutWindows
        All target states of each window are kept; an interval shorter than a window has none.
    """
    starts = [
        start
        for first, stop in intervals_between(frame_count, cuts, seen)
        for start in range(first, stop - lengths.total + 1, lengths.target)
    ]
    unseen = () if seen is None else edges_of_unseen(seen)
    edges, kept = tuple(sorted({*cuts, *unseen})), np.full(len(starts), lengths.target)
    return CutWindows(edges, np.array(starts, dtype=np.int64), kept)


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
    lengths, seen = model.training.windows, motion.seen
    starts = all_starts(len(motion), lengths, seen=seen)
    losses, worst_steps = _errors(model, motion, starts)
    walks = []
    for first, stop in intervals_between(len(motion), (), seen):
        own = slice(*np.searchsorted(starts, [first, stop]))
        walks.append(_walk(losses[own], worst_steps[own], threshold, lengths, first))
    cuts = {cut for walk in walks for cut in walk.cuts} | set(edges_of_unseen(seen))
    return CutWindows(
        tuple(sorted(cuts)),
        np.concatenate([walk.starts for walk in walks]),
        np.concatenate([walk.kept for walk in walks]),
    )


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
    first: int,
) -> CutWindows:
    """Go from window to window; `losses` and `worst_steps` are of windows from frame `first` on."""
    start = 0
    cuts, starts, kept = [], [], []
    while start < len(losses):
        failed = bool(losses[start] > threshold)
        states = int(worst_steps[start]) if failed else lengths.target
        starts.append(first + start)
        kept.append(states)
        if failed:
            start += lengths.source + states
            cuts.append(first + start)
        else:
            start += lengths.target
    return CutWindows(tuple(cuts), np.array(starts, dtype=np.int64), np.array(kept, dtype=np.int64))
