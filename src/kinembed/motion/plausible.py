"""Whether the numbers of a recording that was just read keep the limits of all formats."""

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.core.limits import FARTHEST, LARGEST_ANGLE, check_counts, check_name, check_rate
from kinembed.motion.motion import Motion

_LIMITS = {
    "t": (FARTHEST, "a position up to"),
    "r": (LARGEST_ANGLE, "degrees up to"),
    "e": (float(np.radians(LARGEST_ANGLE)), "radians up to"),
}
"""By the first letter of a channel's component."""


def check_motion(motion: Motion, *, file: str) -> Motion:
    """Check a recording against the limits of :mod:`kinembed.core.limits`.

    Parameters
    ----------
    motion : Motion
        The recording, in the units of its file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    Motion
        The same.

    Raises
    ------
    FormatError
        When its rate, its number of frames or joints, the name of a joint, an offset or a value
        lies beyond; with the joint, or the frame and the channel.
    """
    check_rate(motion.frame_rate, file=file)
    check_counts(len(motion), len(motion.skeleton.joints), file=file)
    for joint in motion.skeleton.joints:
        check_name(joint, file=file)
    _check_offsets(motion, file)
    largest = np.maximum(motion.values.max(axis=0), -motion.values.min(axis=0))
    for channel, (name, value) in enumerate(zip(motion.channels, largest.tolist(), strict=True)):
        limit, what = _LIMITS[name.rpartition(".")[2][0]]
        if value > limit:
            raise _beyond(motion.values[:, channel], name, f"{what} {limit:g}", file)
    return motion


def _check_offsets(motion: Motion, file: str) -> None:
    for joint, offset in zip(motion.skeleton.joints, motion.skeleton.offsets, strict=True):
        if not (np.abs(offset) <= FARTHEST).all():
            found = " ".join(f"{value:g}" for value in offset)
            problem = f"expected an offset of {joint!r} up to {FARTHEST:g}, found {found}"
            raise FormatError(file, problem)


def _beyond(values: Float[np.ndarray, "frames"], name: str, what: str, file: str) -> FormatError:
    frame = int(np.abs(values).argmax())
    return FormatError(
        file, f"expected {what}, found {values[frame]:g} in frame {frame}, channel {name!r}"
    )
