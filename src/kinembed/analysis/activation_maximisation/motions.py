"""Preferred inputs of units of the network that predicts motion: its source window is a motion.

The sequence is the only recording that has the network's channels, so it stands for held-out clips:
its windows bound each channel and tell what excites a unit. Layers are ``encoder[0]``, which reads
the source, and ``encoder[3]``, the third step of a decoder that shares its weights; of one that
does not, ``own_decoder[2]``.
"""

from dataclasses import replace
from functools import partial

import numpy as np
from jaxtyping import Float, Float32
from torch import Tensor

from kinembed.analysis.activation_maximisation.inputs import BoundedInput
from kinembed.analysis.activation_maximisation.measures import half_speed
from kinembed.analysis.activation_maximisation.network_under_study import Given, NetworkUnderStudy
from kinembed.analysis.activation_maximisation.task import HeldOut, MaximisationTask
from kinembed.motion.kinematics import forward_kinematics, root_relative
from kinembed.motion.motion import Motion
from kinembed.motion.windows import frames_of, overlapping_starts
from kinembed.training.trained_model import TrainedModel

SOURCE = "source"
"""The one input."""
TIME, CHANNELS, JOINTS = 1, 0, 2
"""Axes of a source window (1, frames, channels): every channel of the motion is a location."""
SPEED = ".ground_speed"
"""The end of names of channels that hold a speed, which halves at half speed."""

Windows = Float32[np.ndarray, "windows 1 frames channels"]


def predictor_task(model: TrainedModel, motion: Motion) -> MaximisationTask:
    """Prepare the task of a motion-predicting network on the windows of the motion that it learned.

    Parameters
    ----------
    model : TrainedModel
        The trained network, with the way from a motion to its input; it is set to evaluate.
    motion : Motion
        The motion; its windows of source length, half overlapping, are the clips.

    Returns
    -------
    MaximisationTask
        One input, ``source``, of shape (1, frames, channels) in standard deviations, bounded in
        each channel by the largest value of the motion.

    Raises
    ------
    DataError
        When the motion has other joints, or rotations where the model has positions.
    """
    frames, target = model.training.windows.source, model.training.windows.target
    values = model.inputs(motion).numpy()
    starts = overlapping_starts(len(values), frames)
    windows = values[frames_of(starts, frames)][:, None]
    bound = np.abs(values).max(axis=0)
    source = BoundedInput(SOURCE, windows.shape[1:], TIME, CHANNELS, bound, joints=JOINTS)
    network = model.network.eval()
    return MaximisationTask(
        NetworkUnderStudy(network, (source,), run=partial(_run, model, target)),
        HeldOut(
            {SOURCE: windows},
            {SOURCE: _at_half_speed(model, source, windows)},
            tuple(f"{motion.trial} at {start / motion.frame_rate:.2f} s" for start in starts),
        ),
        motion.frame_rate,
        SOURCE,
        motion.skeleton.parents,
        partial(positions_of, model, motion),
    )


def positions_of(
    model: TrainedModel, motion: Motion, window: Float[np.ndarray, "1 frames channels"]
) -> Float[np.ndarray, "frames joints 3"]:
    """Compute the positions of joints in a source window, relative to the root.

    Channels that the network does not read are those of the motion's first frame.

    Parameters
    ----------
    model : TrainedModel
        The trained network, whose standardiser is inverted.
    motion : Motion
        A motion with the skeleton and channels of the window.
    window : ndarray of float, shape (1, frames, channels)
        A source window, standardised as the network reads it.

    Returns
    -------
    ndarray of float, shape (frames, joints, 3)
        Positions, in the skeleton's unit of length.

    Raises
    ------
    DataError
        When the motion lacks a channel that its skeleton needs.
    """
    values = np.repeat(motion.values[:1], window.shape[1], axis=0)
    columns = {channel: index for index, channel in enumerate(motion.channels)}
    known = model.standardiser.invert(window[0].astype(np.float64))
    for known_values, channel in zip(known.T, model.standardiser.channels, strict=True):
        if channel in columns:
            values[:, columns[channel]] = known_values
    return root_relative(forward_kinematics(replace(motion, values=values)))


def _run(model: TrainedModel, target: int, given: Given) -> object:
    source: Tensor = given[SOURCE][:, 0]
    return model.network(source, target)


def _at_half_speed(model: TrainedModel, source: BoundedInput, windows: Windows) -> Windows:
    slower, scale = half_speed(source, windows), model.standardiser
    speeds = np.array([channel.endswith(SPEED) for channel in scale.channels])
    # A speed s is seen as (s - mean) / std; half of it is to be.
    slower[..., speeds] = (slower[..., speeds] - (scale.mean / scale.std)[speeds]) / 2
    return slower
