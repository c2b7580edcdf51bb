"""A recogniser's movements: what is optimised are the positions of joints over time.

Each joint may go as far from its mean place as it does in the clips the network was trained on, and
neighbours along bones are near one another: what is found is a movement of a body that one can
watch, but bones may stretch.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from kinembed.maximisation import BoundedInput, HeldOut, Specimen, Study, half_speed
from kinembed.recognition.clips import Clips, held
from kinembed.recognition.model import LOGITS, Recogniser

MOVEMENT = "movement"
"""The one input of a recogniser."""
TIME, CHANNELS, JOINTS = 1, 0, 2
"""Axes of a movement, as the network takes it."""

Windows = Float[np.ndarray, "windows 3 frames joints"]


def recogniser_study(
    recogniser: Recogniser, seen: Clips, held_out: Clips, labels: Sequence[str]
) -> Study:
    """What a recogniser's units look for, as long as what it saw of a clip in training.

    Parameters
    ----------
    recogniser:
        Its network is set to evaluate.
    seen:
        Clips it was trained on, which bound what is found.
    held_out, labels:
        Clips it was not trained on, and what they show; longer ones are looked at in parts that
        overlap by half.
    """
    frames = recogniser.parameters.crop_frames
    around, _ = windows(seen, frames)
    parents = recogniser.graph.parents
    movement = BoundedInput.around(
        MOVEMENT,
        around,
        time=TIME,
        channels=CHANNELS,
        joints=JOINTS,
        bones=[(parent, child) for child, parent in enumerate(parents) if parent >= 0],
    )
    values, of_clip = windows(held_out, frames)
    return Study(
        Specimen(recogniser.network.eval(), (movement,)),
        HeldOut(
            {MOVEMENT: values},
            {MOVEMENT: half_speed(movement, values)},
            tuple(held_out.names[index] for index in of_clip),
            tuple(labels[index] for index in of_clip),
        ),
        held_out.frame_rate,
        MOVEMENT,
        LOGITS,
        recogniser.behaviours,
    )


def windows(clips: Clips, frames: int) -> tuple[Windows, list[int]]:
    """Parts of so many frames that overlap by half, and which clip each is of.

    The last part of a clip ends with it; a shorter clip is held at its last pose.
    """
    parts, of_clip = [], []
    for index, positions in enumerate(clips.positions):
        whole = held(positions, frames)
        last = len(whole) - frames
        starts = sorted({*range(0, last + 1, max(1, frames // 2)), last})
        parts += [whole[start : start + frames].transpose(2, 0, 1) for start in starts]
        of_clip += [index] * len(starts)
    return np.stack(parts), of_clip
