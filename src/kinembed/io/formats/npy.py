"""Features of frames in NumPy's own format, ``.npy``: one array, a row for each frame.

What has been pickled is refused: reading it could run anything.
"""

from io import BytesIO
from math import prod

import numpy as np
from jaxtyping import Float32

from kinembed.core.errors import FormatError

_NUMBERS = "biuf"


def parse_features(content: bytes, *, file: str) -> Float32[np.ndarray, "frames features"]:
    """Read features of frames from an array in ``.npy``.

    Parameters
    ----------
    content : bytes
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    ndarray of float32, shape (frames, features)
        Features in single precision.

    Raises
    ------
    FormatError
        When the file has another format or holds pickled objects, the array does not have two
        dimensions or is empty, declares more than it holds, or a value is no real number that
        single precision holds.
    """
    values = _array(content, file)
    if values.ndim != 2 or not values.size:
        shape = " x ".join(map(str, values.shape)) or "no dimension"
        raise FormatError(
            file, f"expected frames x features, at least one of each, found an array of {shape}"
        )
    if values.dtype.kind not in _NUMBERS:
        raise FormatError(file, f"expected real numbers, found values of type {values.dtype}")
    with np.errstate(over="ignore"):  # what is too large becomes infinite
        single = values.astype(np.float32)
    wrong = np.argwhere(~np.isfinite(single))
    if len(wrong):
        frame, feature = wrong[0].tolist()
        raise FormatError(
            file,
            f"expected finite values, found {len(wrong)} that are not, or are beyond 3.4e+38, the "
            f"first in frame {frame}, feature {feature}; leave those frames out or fill them",
        )
    return single


def _array(content: bytes, file: str) -> np.ndarray:
    try:
        _refuse_absent_values(content)
        values: np.ndarray = np.lib.format.read_array(BytesIO(content), allow_pickle=False)
    except Exception as problem:  # numpy lets out whatever a broken head makes go wrong
        raise FormatError(file, f"expected an array of numbers in .npy, but {problem}") from problem
    return values


def _refuse_absent_values(content: bytes) -> None:
    """Memory is reserved for what the head declares, so the file must hold as much."""
    stream = BytesIO(content)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    version = np.lib.format.read_magic(stream)
    if version not in readers:
        raise ValueError(f"it is of version {version[0]}.{version[1]}")
    shape, _, kind = readers[version](stream)
    declared, held = prod(shape) * kind.itemsize, len(content) - stream.tell()
    if declared > held and not kind.hasobject:
        raise ValueError(f"it declares {declared} bytes of values and holds {held}")
