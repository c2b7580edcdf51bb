"""Clips of joints as pictures, and pictures as a network of two streams takes them."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Float32
from torch import Tensor

from kinembed.recognition.skeleton import Clips
from kinembed.video.stick_figures import PictureClip, PictureClips, StickFigureParameters, draw


def draw_clips(clips: Clips, parameters: StickFigureParameters) -> PictureClips:
    """Stick figures of clips, seen alike: the heading at the first frame is taken away."""
    bones = [(parent, child) for child, parent in enumerate(clips.graph.parents) if parent >= 0]
    drawn = tuple(
        draw(positions, bones, parameters, name)
        for name, positions in zip(clips.names, clips.positions, strict=True)
    )
    return PictureClips(clips.names, drawn, clips.frame_rate)


def at_half_speed(clips: Clips) -> Clips:
    """The same clips with a pose halfway between each two, to be shown at the same frame rate."""
    slower = tuple(_with_halves(positions) for positions in clips.positions)
    return replace(clips, positions=slower)


def channels_of(clip: PictureClip, frames: int = 1) -> Float32[np.ndarray, "_ 3 height width"]:
    """Brightness and flow of a clip that is long enough.

    Of a shorter clip the last picture is held, without flow: nothing moves from there.
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
    """Appearance (batch, 1, frames, height, width) and flow (batch, 2, ...)."""
    appearance, flow = channels.transpose(1, 2).split((1, 2), dim=1)
    return appearance, flow


def _with_halves(
    positions: Float[np.ndarray, "frames joints 3"],
) -> Float[np.ndarray, "_ joints 3"]:
    """One frame fewer, at equal distances in time."""
    slower = np.repeat(positions, 2, axis=0)[:-1]
    slower[1::2] = (positions[:-1] + positions[1:]) / 2
    return slower
