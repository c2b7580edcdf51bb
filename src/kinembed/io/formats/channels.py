"""Names of a motion's channels that formats share."""

from kinembed.core.errors import DataError
from kinembed.motion.motion import Motion, Representation


def require(representation: Representation, motion: Motion, file_format: str) -> None:
    """Raise DataError unless a motion's channels describe rotation as a format does."""
    if motion.representation is not representation:
        raise DataError(
            f"{motion.trial}: {file_format} holds the representation {representation.value!r}, "
            f"the motion has {motion.representation.value!r}; convert it first"
        )
