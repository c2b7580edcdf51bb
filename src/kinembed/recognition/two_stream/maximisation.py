"""Preferred inputs of units of two streams: pictures and their flow, found together.

Brightness stays within [0, 1], black being its centre. Flow is bounded, at every pixel alike, by
the fastest in the clips that the network was trained on.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float

from kinembed.analysis.activation_maximisation import (
    BoundedInput,
    HeldOut,
    MaximisationTask,
    NetworkUnderStudy,
)
from kinembed.analysis.activation_maximisation.log_odds import dense_as_log_odds
from kinembed.core.errors import DataError
from kinembed.motion.windows import overlapping_starts
from kinembed.networks.two_stream import CLASSIFIER, STREAMS
from kinembed.recognition.two_stream.model import TwoStreamClassifier
from kinembed.recognition.two_stream.pictures import channels_of, network_inputs
from kinembed.video.stick_figures import PictureClip, PictureClips

APPEARANCE, FLOW = STREAMS
"""The inputs, as the network reads them."""
TIME, CHANNELS, SPACE = 1, 0, (2, 3)
"""Axes of both."""

Window = Float[np.ndarray, "frames 3 height width"]


def two_stream_task(
    action_classifier: TwoStreamClassifier,
    seen: PictureClips,
    held_out: PictureClips,
    slower: PictureClips,
    labels: Sequence[str],
) -> MaximisationTask:
    """Prepare the search for preferred inputs of the units of two streams.

    Inputs are as long as what the network saw of a clip in training.

    Parameters
    ----------
    action_classifier : TwoStreamClassifier
        Its network is set to evaluate.
    seen : PictureClips
        Clips it was trained on, which bound the inputs.
    held_out : PictureClips
        Clips it was not trained on; longer ones are cut into intervals that overlap by half.
    slower : PictureClips
        The clips `held_out` at half speed: their frame ``2 t`` is frame ``t``.
    labels : sequence of str
        Behaviour of each of the clips `held_out`.

    Returns
    -------
    MaximisationTask
        With two inputs: ``appearance``, shape (1, frames, height, width), and ``flow``, shape
        (2, frames, height, width).

    Raises
    ------
    DataError
        When the names of `slower` are not those of `held_out`, or nothing moves in the clips
        `seen`.
    """
    if slower.names != held_out.names:
        raise DataError("the clips at half speed are not the ones held out; draw both again")
    frames = action_classifier.parameters.crop_frames
    size = (frames, *seen.clips[0].appearance.shape[1:])
    brightest, fastest = (
        np.max([norms.max(axis=0) for norms in of_clips], axis=0)[None, None]
        for of_clips in (
            [clip.appearance for clip in seen.clips],
            [np.linalg.norm(clip.flow, axis=1) for clip in seen.clips],
        )
    )
    inputs = (
        BoundedInput(APPEARANCE, (1, *size), TIME, CHANNELS, brightest, SPACE, nonnegative=True),
        BoundedInput(FLOW, (2, *size), TIME, CHANNELS, fastest, SPACE),
    )
    starts = [
        (index, start)
        for index, length in enumerate(held_out.lengths.tolist())
        for start in overlapping_starts(length, frames).tolist()
    ]
    normal = [_window(held_out.clips[index], start, frames) for index, start in starts]
    slow = [
        _window(slower.clips[index], 2 * start + frames // 2, frames) for index, start in starts
    ]
    return MaximisationTask(
        NetworkUnderStudy(action_classifier.network.eval(), inputs, to_locations=dense_as_log_odds),
        HeldOut(
            _inputs(normal),
            _inputs(slow),
            tuple(held_out.names[index] for index, _ in starts),
            tuple(labels[index] for index, _ in starts),
        ),
        held_out.frame_rate,
        FLOW,
        classifier=CLASSIFIER,
        classes=action_classifier.behaviours,
    )


def _window(clip: PictureClip, start: int, frames: int) -> Window:
    """A number of frames; the clip's last one is held, without flow."""
    return channels_of(clip, start + frames)[start : start + frames]


def _inputs(windows: Sequence[Window]) -> dict[str, Float[np.ndarray, "windows ..."]]:
    streams = network_inputs(torch.as_tensor(np.stack(windows)))
    return {name: values.numpy() for name, values in zip(STREAMS, streams, strict=True)}
