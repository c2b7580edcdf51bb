"""Names of a motion's channels that formats share."""

from kinembed.core.errors import DataError
from kinembed.motion.motion import Motion, Representation


def require(representation: Representation, motion: Motion, file_format: str) -> None:
    """Check that a motion describes poses as a format does.

    Parameters
    ----------
    representation : Representation
        What the format holds.
    motion : Motion
        Motion that is to be written.
    file_format : str
        Name of the format, for the message.

    Raises
    ------
    DataError
        When the motion has another representation.
    """
    if motion.representation is not representation:
        raise DataError(
            f"{motion.trial}: {file_format} holds the representation {representation.value!r}, "
            f"the motion has {motion.representation.value!r}; convert it first"
        )
