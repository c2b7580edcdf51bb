"""What files may hold: all limits of numbers, counts and sizes.

Beyond them lie damage, another unit, or a file that is made to exhaust memory. docs/recordings.md
states the same limits.
"""

import re

from kinembed.core.errors import FormatError

FARTHEST = 1e9
"""Positions, offsets and all numbers in tables of text, in whichever unit; also below 0."""
LARGEST_ANGLE = 1e6
"""Degrees, some 2,800 turns; also below 0. Exponential maps: the same in radians."""
SLOWEST, FASTEST = 1.0, 10_000.0
"""Frame rates in Hz."""
MOST_FRAMES = 50_000_000
"""Five days at 120 Hz."""
MOST_JOINTS = 1000
"""Of one individual."""
MOST_PIXELS = 1 << 26
"""Of a frame of a video: 8192 x 8192."""
MOST_AXES = 4
"""Dimensions of an array of pictures."""
DEEPEST = 32
"""Values in one another, in YAML and JSON; ours have about six."""
LONGEST_NAME = 200
"""Bytes of a name in UTF-8, of recordings, joints, behaviours; files' names may have 255."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

LARGEST_FILE = 1 << 32
"""Bytes of a file that is read whole: 4 GiB."""
SPARE_BYTES = 1 << 25
"""What may be unpacked of any file, however small: 32 MiB; readers take some ten times as much."""
TIGHTEST = 100
"""By which factor recordings are compressed at most: gzip, Parquet, MATLAB."""
TIGHTEST_HDF5 = 1100
"""The same for HDF5, whose files may hold nothing but NaN; deflate reaches 1032."""


def check_rate(rate: float, *, file: str, line: int | None = None) -> None:
    """Check a frame rate.

    Parameters
    ----------
    rate : float
        Hz.
    file : str
        Name of the file, for messages.
    line : int, optional
        Line that states it.

    Raises
    ------
    FormatError
        When it lies outside ``SLOWEST`` to ``FASTEST``, or is NaN.
    """
    if not SLOWEST <= rate <= FASTEST:
        problem = f"expected a frame rate of {SLOWEST:g} to {FASTEST:g} Hz, found {rate:g} Hz"
        raise FormatError(file, problem, line)


def check_counts(frames: int, joints: int, *, file: str) -> None:
    """Check how many frames and joints a recording has.

    Parameters
    ----------
    frames, joints : int
        Counts of one individual.
    file : str
        Name of the file, for messages.

    Raises
    ------
    FormatError
        When they exceed ``MOST_FRAMES`` or ``MOST_JOINTS``.
    """
    for count, most, what in ((frames, MOST_FRAMES, "frames"), (joints, MOST_JOINTS, "joints")):
        if count > most:
            raise FormatError(file, f"expected at most {most} {what}, found {count}")


def check_name(name: str, *, file: str, of: str = "joint") -> None:
    """Check a name that a file gives, which stands in tables, pages and messages.

    Parameters
    ----------
    name : str
        The name.
    file : str
        Name of the file, for messages.
    of : str, default "joint"
        What has the name, for messages.

    Raises
    ------
    FormatError
        When it is blank, longer than ``LONGEST_NAME`` bytes, or holds a control character.
    """
    long = len(name.encode("utf-8", "replace")) > LONGEST_NAME
    if long or not name.strip() or _CONTROL.search(name):
        problem = f"expected the name of a {of} in 1 to {LONGEST_NAME} bytes of one line"
        raise FormatError(file, f"{problem}, found {name[:40]!r}")


def unpacked_limit(stored: int) -> int:
    """Compute how much may be unpacked of a file.

    Parameters
    ----------
    stored : int
        Bytes of the file, or of the part that is unpacked.

    Returns
    -------
    int
        Bytes.
    """
    return min(LARGEST_FILE, SPARE_BYTES + TIGHTEST * stored)


def check_unpacked(unpacked: int, stored: int, *, file: str, what: str) -> None:
    """Check what a file declares or unpacks to, before memory is reserved for it.

    Parameters
    ----------
    unpacked : int
        Bytes that it needs in memory.
    stored : int
        Bytes of the file.
    file : str
        Name of the file, for messages.
    what : str
        What needs them, such as ``"its text"``.

    Raises
    ------
    FormatError
        When that is more than :func:`unpacked_limit` allows.
    """
    most = unpacked_limit(stored)
    if unpacked > most:
        raise FormatError(
            file,
            f"expected a recording: {what} would fill more than {most} bytes, too much for a file "
            f"of {stored} bytes",
        )
