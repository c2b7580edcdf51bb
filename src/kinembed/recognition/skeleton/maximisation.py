"""An action classifier's movements: what is optimised are the bones of a body over time.

Each bone may go as far from its mean as it does in the clips the network was trained on. What is
found is a movement of a body that can be animated, but its bones may change their length.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kinembed.analysis.activation_maximisation import (
    BoundedInput,
    HeldOut,
    MaximisationTask,
    NetworkUnderStudy,
    half_speed,
)
from kinembed.analysis.activation_maximisation.bones import bones_of, paths_from_root
from kinembed.analysis.activation_maximisation.log_odds import dense_as_log_odds
from kinembed.analysis.activation_maximisation.network_under_study import Given
from kinembed.motion.windows import overlapping_starts
from kinembed.networks.stgcn import StGcn
from kinembed.recognition.skeleton.clips import Clips, held
from kinembed.recognition.skeleton.model import LOGITS, ActionClassifier

MOVEMENT = "movement"
"""The one input of an action classifier."""
TIME, CHANNELS, BONES = 1, 0, 2
"""Axes of a movement."""

Windows = Float[np.ndarray, "windows 3 frames joints"]


def action_classifier_task(
    action_classifier: ActionClassifier, seen: Clips, held_out: Clips, labels: Sequence[str]
) -> MaximisationTask:
    """Prepare the search for preferred inputs of an action classifier's units.

    Inputs are as long as what the network saw of a clip in training.

    Parameters
    ----------
    action_classifier : ActionClassifier
        Its network is set to evaluate.
    seen : Clips
        Clips it was trained on, which bound the inputs.
    held_out : Clips
        Clips it was not trained on; longer ones are cut into intervals that overlap by half.
    labels : sequence of str
        Behaviour of each of the clips `held_out`.

    Returns
    -------
    MaximisationTask
        With one input, ``movement``, of shape (3, frames, bones).

    Raises
    ------
    DataError
        When nothing moves in the clips `seen`.
    """
    frames = action_classifier.parameters.crop_frames
    parents = action_classifier.graph.parents
    known, _ = windows(seen, frames)
    movement = BoundedInput.around(
        MOVEMENT, bones_of(known, parents), time=TIME, channels=CHANNELS, joints=BONES
    )
    positions, of_clip = windows(held_out, frames)
    values = bones_of(positions, parents)
    network = action_classifier.network.eval()
    return MaximisationTask(
        NetworkUnderStudy(
            network,
            (movement,),
            run=partial(_run, network, torch.as_tensor(paths_from_root(parents))),
            to_locations=dense_as_log_odds,
        ),
        HeldOut(
            {MOVEMENT: values},
            {MOVEMENT: half_speed(movement, values)},
            tuple(held_out.names[index] for index in of_clip),
            tuple(labels[index] for index in of_clip),
        ),
        held_out.frame_rate,
        MOVEMENT,
        parents,
        partial(_positions, paths_from_root(parents)),
        LOGITS,
        action_classifier.behaviours,
    )


def _run(network: StGcn, to_joints: Float[Tensor, "bones joints"], given: Given) -> Tensor:
    bones = given[MOVEMENT]
    logits: Tensor = network(bones @ to_joints.to(bones.device))
    return logits


def _positions(
    to_joints: Float[np.ndarray, "bones joints"], movement: Float[np.ndarray, "3 frames bones"]
) -> Float[np.ndarray, "frames joints 3"]:
    return np.asarray((movement.astype(np.float64) @ to_joints).transpose(1, 2, 0))


def windows(clips: Clips, frames: int) -> tuple[Windows, list[int]]:
    """Cut clips into intervals of equal length that overlap by half.

    Parameters
    ----------
    clips : Clips
        One clip or more.
    frames : int
        Length of an interval; a shorter clip is held at its last pose.

    Returns
    -------
    values : ndarray of float32, shape (windows, 3, frames, joints)
        The intervals, clip by clip. The last one of a clip ends with it.
    of_clip : list of int
        Index of the clip that each is from.
    """
    cut, of_clip = [], []
    for index, positions in enumerate(clips.positions):
        whole = held(positions, frames)
        starts = overlapping_starts(len(whole), frames)
        cut += [whole[start : start + frames].transpose(2, 0, 1) for start in starts]
        of_clip += [index] * len(starts)
    return np.stack(cut), of_clip
