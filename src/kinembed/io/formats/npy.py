"""Features of frames in NumPy's own format, ``.npy``: one array, a row for each frame.

What has been pickled is refused: reading it could run anything.
"""

from io import BytesIO

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
        dimensions or is empty, or a value is not a finite real number.
    """
    try:
        values = np.lib.format.read_array(BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError) as problem:
        raise FormatError(file, f"expected an array of numbers in .npy, but {problem}") from problem
    if values.ndim != 2 or not values.size:
        shape = " x ".join(map(str, values.shape)) or "no dimension"
        raise FormatError(
            file, f"expected frames x features, at least one of each, found an array of {shape}"
        )
    if values.dtype.kind not in _NUMBERS:
        raise FormatError(file, f"expected real numbers, found values of type {values.dtype}")
    wrong = np.argwhere(~np.isfinite(values))
    if len(wrong):
        frame, feature = wrong[0].tolist()
        raise FormatError(
            file,
            f"expected finite values, found {len(wrong)} that are not, the first in frame {frame}, "
            f"feature {feature}; leave those frames out or fill them",
        )
    return values.astype(np.float32)
