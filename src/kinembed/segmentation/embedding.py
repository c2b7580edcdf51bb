"""From a trained network to an embedding: vectors with the frame each of them stands for.

Windows slide over the sequence; every window gives the encoder's state at each source frame and
the decoder's state at each target frame (Su & Shlizerman, arXiv 1905.12176). They are arranged

* by ``frame``: a row for each frame that has a state, averaged over the windows that cover it
  (windows that advance by the target length give the published arrangement, one state a frame);
* by ``window``: a row for each window, its states at a few evenly spaced steps side by side,
  standing for the window's first target frame.

Movements have a phase that a behaviour does not depend on; summaries over an interval of time, the
mean of the states and how much they vary, remove it.

Where a sequence is cut, nothing here reaches from one interval into the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt
from sklearn.decomposition import PCA
from torch import Tensor

from kinembed.core.parameters import Parameters
from kinembed.motion.discontinuities import find_discontinuities
from kinembed.motion.motion import Motion
from kinembed.motion.windows import WindowLengths, edges_of_unseen, frames_of, window_starts
from kinembed.networks.seq2seq import Prediction
from kinembed.segmentation.principal_components import Axes, Basis
from kinembed.segmentation.scatter import Scatter
from kinembed.segmentation.summaries import moments, scales_of, side_by_side
from kinembed.training.devices import DeviceName, Precision
from kinembed.training.window_predictions import BATCH_SIZE, WindowModel, predict_windows

SHOWN_COMPONENTS = 3
"""Of a projection: as many as a figure can show."""


class EmbeddingParameters(Parameters):
    """Which states make the embedding.

    Attributes
    ----------
    states : {"encoder", "decoder", "both"}
        Network, or both, whose states are used.
    arrangement : {"frame", "window"}
        Whether a row stands for a frame or for a window (see the module).
    stride : int
        Frames between the starts of windows.
    steps : int
        States kept of source and target of a window, evenly spaced; for arrangement ``window``.
    components : int or None
        Principal components that are kept; None: states as they are.
    summary_s : float
        Length of the centred interval over which rows are summarised, in seconds; 0: no summary.
    spread : bool
        Whether a summary holds the standard deviation beside the mean.
    discontinuity_threshold : float or None
        A frame is a discontinuity, which no window crosses, if the median over channels of
        acceleration / its 95th percentile is at least this; None: none is sought.
    batch_size : int
        Windows that are computed at once; changes no result.
    device : str
        Where the network is computed; ``auto``: CUDA, MPS, then the CPU.
    precision : str
        Precision of the network; ``auto``: mixed on CUDA, else full.
    """

    states: Literal["encoder", "decoder", "both"] = Field(
        "both", description="of encoder, decoder or both"
    )
    arrangement: Literal["frame", "window"] = Field(
        "frame", description="a row for each frame, or for each window"
    )
    stride: PositiveInt = Field(5, description="frames between the starts of windows")
    steps: PositiveInt = Field(5, description="states kept of each window, evenly spaced")
    components: PositiveInt | None = Field(
        30, description="principal components that are kept; null keeps the states as they are"
    )
    summary_s: NonNegativeFloat = Field(
        0.0,
        description="length (s) of the centred interval of a summary of rows; 0: no summary",
    )
    spread: bool = Field(
        False, description="summarise by the standard deviation beside the mean, not the mean alone"
    )
    discontinuity_threshold: PositiveFloat | None = Field(
        4.0,
        description="a frame is a discontinuity, which no window crosses, if the median over "
        "channels of |acceleration| / its 95th percentile is at least this; null: none is sought",
    )
    batch_size: PositiveInt = Field(BATCH_SIZE, description="windows at once; changes no result")
    device: DeviceName = Field("auto", description="auto: CUDA, MPS, then the CPU")
    precision: Precision = Field("auto", description="auto: mixed on CUDA, else full")


@dataclass(frozen=True, eq=False)
class Embeddings:
    """Vectors of one sequence, ordered by the frame they stand for.

    Attributes
    ----------
    values : ndarray of float, shape (rows, dimensions)
        The vectors.
    frame_index : ndarray of int, shape (rows,)
        Frame that each row stands for, ascending.
    frame_count : int
        Frames of the sequence.
    frame_rate : float
        Frames per second, in Hz.
    cuts : tuple of int
        Ascending frames at which an interval begins; empty: the sequence was not cut.
    basis : Basis or None
        How states became rows; None: the rows were not made by :func:`embed`, or were stored by an
        earlier version.
    seen : ndarray of bool, shape (frames,) or None
        Whether enough was seen of each frame for it to have a cluster; None: all.
    """

    values: Float[np.ndarray, "rows dimensions"]
    frame_index: Int[np.ndarray, "rows"]
    frame_count: int
    frame_rate: float
    cuts: tuple[int, ...] = ()
    basis: Basis | None = None
    seen: Bool[np.ndarray, "frames"] | None = None


@dataclass(frozen=True, eq=False)
class Projection:
    """An embedding reduced for display.

    Attributes
    ----------
    values : ndarray of float, shape (rows, components)
        Coordinates along the principal components.
    frame_index : ndarray of int, shape (rows,)
        Frame that each row stands for, ascending.
    explained_variance : ndarray of float, shape (components,)
        Share of the variance of each component, 0 to 1, descending.
    """

    values: Float[np.ndarray, "rows components"]
    frame_index: Int[np.ndarray, "rows"]
    explained_variance: Float[np.ndarray, "components"]


def embed(
    model: WindowModel,
    motion: Motion,
    parameters: EmbeddingParameters,
    cuts: Sequence[int] = (),
    basis: Basis | None = None,
) -> Embeddings:
    """Embed a motion by the states of a network along it; no window reaches across a cut.

    Parameters
    ----------
    model : WindowModel
        The network, and how motions become its input.
    motion : Motion
        Sequence of the skeleton and frame rate that the network was trained on.
    parameters : EmbeddingParameters
        Which states make the embedding, and at which discontinuities the motion is also cut.
    cuts : sequence of int
        Frames at which an interval begins, ascending.
    basis : Basis or None
        Basis of another embedding by the same network: rows are then comparable with its rows.
        None: a new one is fitted.

    Returns
    -------
    Embeddings
        Rows, the frames they stand for, all cuts, and the basis.

    Raises
    ------
    DataError
        When no interval is as long as one window, cuts do not lie within the sequence, or the
        motion lacks channels of the model.
    """
    return embed_together(model, [motion], parameters, [cuts], basis)[0]


def embed_together(
    model: WindowModel,
    motions: Sequence[Motion],
    parameters: EmbeddingParameters,
    cuts: Sequence[Sequence[int]] | None = None,
    basis: Basis | None = None,
) -> list[Embeddings]:
    """Embed the motions of one model in one basis, so that rows of all are comparable.

    Parameters
    ----------
    model : WindowModel
        The network, and how motions become its input.
    motions : sequence of Motion
        Sequences of the skeleton and frame rate that the network was trained on; at least one. Of
        several, memory holds the states of one at a time: they are computed once for the basis and
        again for the rows.
    parameters : EmbeddingParameters
        As in :func:`embed`.
    cuts : sequence of sequence of int, optional
        Frames of each motion at which an interval begins, ascending; None: none.
    basis : Basis or None
        As in :func:`embed`; None: one is fitted on the rows of all motions.

    Returns
    -------
    list of Embeddings
        One of each motion.

    Raises
    ------
    DataError
        As :func:`embed` does, for any of the motions.
    """
    of_each = _StatesOfEach(model, motions, parameters, cuts or [()] * len(motions))
    axes = basis.axes if basis else _axes(of_each, parameters.components)
    reduced = [replace(one, values=axes.reduce(one.values)) for one in of_each]
    summaries = [_summarised(one, parameters) for one in reduced]
    scales = (
        basis.scales
        if basis
        else scales_of([_stacked(some) for some in zip(*summaries, strict=True)])
    )
    used = Basis(axes, scales)
    return [
        replace(one, values=side_by_side(summary, scales), basis=used)
        for one, summary in zip(reduced, summaries, strict=True)
    ]


@dataclass(frozen=True, eq=False)
class _StatesOfEach:
    """States of every motion as rows, computed anew each time; those of one alone are kept."""

    model: WindowModel
    motions: Sequence[Motion]
    parameters: EmbeddingParameters
    cuts: Sequence[Sequence[int]]

    def __len__(self) -> int:
        return len(self.motions)

    def __iter__(self) -> Iterator[Embeddings]:
        if len(self) == 1:
            yield self._only
            return
        for motion, cuts in zip(self.motions, self.cuts, strict=True):
            yield _states_along(self.model, motion, self.parameters, cuts)

    @cached_property
    def _only(self) -> Embeddings:
        return _states_along(self.model, self.motions[0], self.parameters, self.cuts[0])


def _axes(of_each: _StatesOfEach, components: int | None) -> Axes:
    """Directions of most variance of the states of all."""
    values = (one.values for one in of_each)
    if components is None or len(of_each) == 1:
        return Axes.fit(next(values), components)
    return Axes.of_scatter(Scatter.of(values), components)


def _states_along(
    model: WindowModel, motion: Motion, parameters: EmbeddingParameters, cuts: Sequence[int]
) -> Embeddings:
    """States as rows, before they are reduced."""
    windows = model.training.windows
    cuts = all_cuts(motion, parameters, cuts)
    starts = window_starts(len(motion), windows, parameters.stride, cuts, motion.seen, motion.trial)
    arranged = _by_window if parameters.arrangement == "window" else _by_frame
    values, frames = arranged(model, motion, starts, parameters)
    seen = None if motion.seen.all() else motion.seen
    return Embeddings(values, frames, len(motion), motion.frame_rate, cuts, seen=seen)


def _summarised(
    one: Embeddings, parameters: EmbeddingParameters
) -> list[Float[np.ndarray, "rows dimensions"]]:
    if not parameters.summary_s:
        return [one.values]
    rows = _rows_in(parameters.summary_s * one.frame_rate, one.frame_index)
    return moments(one.values, one.frame_index, one.cuts, rows, parameters.spread)


def _stacked(
    arrays: Sequence[Float[np.ndarray, "_ dimensions"]],
) -> Float[np.ndarray, "_ dimensions"]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def join_embeddings(embeddings: Sequence[Embeddings]) -> Embeddings:
    """Join embeddings in one basis, each an interval of its own.

    Parameters
    ----------
    embeddings : sequence of Embeddings
        Of recordings of one model and frame rate; at least one.

    Returns
    -------
    Embeddings
        Rows of all, their frames counted on; one alone stays as it is.
    """
    if len(embeddings) == 1:
        return embeddings[0]
    counts = [one.frame_count for one in embeddings]
    first = np.concatenate([[0], np.cumsum(counts)]).tolist()
    cuts = [
        [cut + start for cut in (0, *one.cuts)]
        for start, one in zip(first, embeddings, strict=False)
    ]
    seen = [
        np.ones(one.frame_count, dtype=bool) if one.seen is None else one.seen for one in embeddings
    ]
    return replace(
        embeddings[0],
        values=np.concatenate([one.values for one in embeddings]),
        frame_index=np.concatenate(
            [one.frame_index + start for start, one in zip(first, embeddings, strict=False)]
        ),
        frame_count=first[-1],
        cuts=tuple(sorted({cut for some in cuts for cut in some} - {0})),
        seen=None if all(one.seen is None for one in embeddings) else np.concatenate(seen),
    )


def all_cuts(
    motion: Motion, parameters: EmbeddingParameters, cuts: Sequence[int] = ()
) -> tuple[int, ...]:
    """Join cuts with the discontinuities of the motion and the edges of what was not seen.

    Parameters
    ----------
    motion : Motion
        Sequence in which discontinuities are sought.
    parameters : EmbeddingParameters
        Threshold of a discontinuity; None: none is sought.
    cuts : sequence of int
        Frames at which an interval begins, in any order.

    Returns
    -------
    tuple of int
        Frames at which an interval begins, ascending.
    """
    discontinuities = (
        ()
        if parameters.discontinuity_threshold is None
        else find_discontinuities(motion, parameters.discontinuity_threshold)
    )
    return tuple(sorted({*cuts, *discontinuities, *edges_of_unseen(motion.seen)}))


def cuts_of_all(motions: Sequence[Motion], parameters: EmbeddingParameters) -> tuple[int, ...]:
    """Find the cuts of motions that follow one another, counted over all of them.

    Parameters
    ----------
    motions : sequence of Motion
        Sequences in which discontinuities are sought.
    parameters : EmbeddingParameters
        As in :func:`all_cuts`.

    Returns
    -------
    tuple of int
        Frames at which an interval begins, ascending; beginnings of motions are not among them.
    """
    starts = np.cumsum([0, *(len(motion) for motion in motions)]).tolist()
    return tuple(
        start + cut
        for start, motion in zip(starts, motions, strict=False)
        for cut in all_cuts(motion, parameters)
    )


def project(embeddings: Embeddings, components: int = SHOWN_COMPONENTS) -> Projection:
    """Project an embedding onto its principal components (proper orthogonal decomposition).

    Parameters
    ----------
    embeddings : Embeddings
        Embedding to reduce.
    components : int
        Principal components; at most as many as there are rows and dimensions.

    Returns
    -------
    Projection
        Coordinates, frames and shares of variance.
    """
    size = min(components, *embeddings.values.shape)
    pca = PCA(size, svd_solver="full")
    values = pca.fit_transform(embeddings.values)
    return Projection(values, embeddings.frame_index, pca.explained_variance_ratio_)


def _by_window(
    model: WindowModel,
    motion: Motion,
    starts: Int[np.ndarray, "windows"],
    parameters: EmbeddingParameters,
) -> tuple[Float[np.ndarray, "windows dimensions"], Int[np.ndarray, "windows"]]:
    rows = [
        torch.cat([_evenly(states, parameters.steps) for states in of_networks], dim=1).cpu()
        for _, of_networks in _states(model, motion, starts, parameters)
    ]
    values = torch.cat(rows).numpy().astype(np.float64)
    return values, starts + model.training.windows.source


def _by_frame(
    model: WindowModel,
    motion: Motion,
    starts: Int[np.ndarray, "windows"],
    parameters: EmbeddingParameters,
) -> tuple[Float[np.ndarray, "frames units"], Int[np.ndarray, "frames"]]:
    units = model.training.network.units
    sums, counts = torch.zeros(len(motion), units, dtype=torch.float64), torch.zeros(len(motion))
    offset = _first_frame(parameters.states, model.training.windows)
    for batch, of_networks in _states(model, motion, starts, parameters):
        states = torch.cat(of_networks, dim=1).cpu().double()
        frames = torch.as_tensor(frames_of(batch + offset, states.shape[1])).flatten()
        sums.index_add_(0, frames, states.flatten(0, 1))
        counts.index_add_(0, frames, torch.ones(len(frames)))
    seen = torch.nonzero(counts).flatten()
    return (sums[seen] / counts[seen, None]).numpy(), seen.numpy()


def _first_frame(states: str, windows: WindowLengths) -> int:
    """Offset of a window's first state from the window's first frame."""
    return windows.source if states == "decoder" else 0


def _states(
    model: WindowModel,
    motion: Motion,
    starts: Int[np.ndarray, "windows"],
    parameters: EmbeddingParameters,
) -> Iterator[tuple[Int[np.ndarray, "batch"], list[Tensor]]]:
    """States of windows, batch by batch, with the windows' starts."""
    for batch in predict_windows(
        model,
        motion,
        starts,
        batch_size=parameters.batch_size,
        device=parameters.device,
        precision=parameters.precision,
    ):
        yield batch.starts, _chosen(batch.prediction, parameters.states)


def _chosen(prediction: Prediction, states: str) -> list[Tensor]:
    encoder, decoder = prediction.encoder_states.float(), prediction.decoder_states.float()
    return {"encoder": [encoder], "decoder": [decoder], "both": [encoder, decoder]}[states]


def _evenly(
    states: Float[Tensor, "batch frames units"], steps: int
) -> Float[Tensor, "batch kept_units"]:
    """States at evenly spaced steps, the last one included, side by side."""
    frames = states.shape[1]
    kept = np.unique(np.linspace(frames - 1, 0, min(steps, frames), endpoint=False).round())
    return states[:, kept.astype(np.int64)].flatten(1)


def _rows_in(length: float, frames: Int[np.ndarray, "rows"]) -> int:
    """How many rows lie in `length` frames; rows are (nearly) evenly spaced."""
    spacing = float(np.median(np.diff(frames))) if len(frames) > 1 else 1.0
    return max(1, round(length / spacing))
