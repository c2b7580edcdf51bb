"""Clips of joints as pictures, and pictures as a network of two streams reads them."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Float32
from torch import Tensor

from kinembed.recognition.skeleton import Clips
from kinembed.video.stick_figures import PictureClip, PictureClips, StickFigureParameters, draw


def draw_clips(clips: Clips, parameters: StickFigureParameters) -> PictureClips:
    """Draw stick figures of clips.

    The heading of the first frame is removed in `clips`, so all bodies are seen from one side.

    Parameters
    ----------
    clips : Clips
        Positions of joints.
    parameters : StickFigureParameters
        Size of pictures, view and thickness of bones.

    Returns
    -------
    PictureClips
        Pictures and exact flow, of the same names and frame rate.

    Raises
    ------
    DataError
        When a joint has no position, all joints of a clip coincide, or the graph has no
        bone.
    """
    bones = [(parent, child) for child, parent in enumerate(clips.graph.parents) if parent >= 0]
    drawn = tuple(
        draw(positions, bones, parameters, name)
        for name, positions in zip(clips.names, clips.positions, strict=True)
    )
    return PictureClips(clips.names, drawn, clips.frame_rate)


def at_half_speed(clips: Clips) -> Clips:
    """Slow clips to half speed, for the same frame rate.

    Parameters
    ----------
    clips : Clips
        Clips to slow.

    Returns
    -------
    Clips
        With a pose halfway between each two: ``n`` frames become ``2 n - 1``.
    """
    slower = tuple(_with_halves(positions) for positions in clips.positions)
    return replace(clips, positions=slower)


def channels_of(clip: PictureClip, frames: int = 1) -> Float32[np.ndarray, "_ 3 height width"]:
    """Stack the brightness and the flow of a clip.

    Parameters
    ----------
    clip : PictureClip
        Pictures and flow.
    frames : int
        Frames that the result has at least. The last picture of a shorter clip is held, without
        flow.

    Returns
    -------
    ndarray of float32, shape (frames, 3, height, width)
        Brightness in [0, 1], then flow to the right and down, in pixels per frame.
    """
    channels = np.concatenate([clip.appearance[:, None], clip.flow], axis=1, dtype=np.float32)
    missing = max(0, frames - len(channels))
    if missing == 0:
        return channels
    held = np.repeat(channels[-1:], missing, axis=0)
    held[:, 1:] = 0
    return np.concatenate([channels, held])


def network_inputs(
    channels: Float[Tensor, "batch frames 3 height width"],
) -> tuple[Tensor, ...]:
    """Separate pictures from their flow, as a network of two streams reads them.

    Parameters
    ----------
    channels : Tensor, shape (batch, frames, 3, height, width)
        Brightness, then flow to the right and down.

    Returns
    -------
    appearance : Tensor, shape (batch, 1, frames, height, width)
        Brightness in [0, 1].
    flow : Tensor, shape (batch, 2, frames, height, width)
        To the right and down, in pixels per frame.
    """
    appearance, flow = channels.transpose(1, 2).split((1, 2), dim=1)
    return appearance, flow


def _with_halves(
    positions: Float[np.ndarray, "frames joints 3"],
) -> Float[np.ndarray, "_ joints 3"]:
    """One frame fewer, at equal distances in time."""
    slower = np.repeat(positions, 2, axis=0)[:-1]
    slower[1::2] = (positions[:-1] + positions[1:]) / 2
    return slower
