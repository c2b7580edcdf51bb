"""IDX, the format of MNIST: arrays of bytes behind a short head, in big-endian order.

Two zero bytes, the type of the values (here always 0x08, unsigned bytes), the number of
dimensions, each dimension in four bytes, then the values.
"""

from math import prod

import numpy as np
from jaxtyping import UInt8

from kinembed.core.errors import FormatError
from kinembed.core.limits import MOST_AXES

_BYTES = 0x08


def parse_idx(content: bytes, *, file: str) -> UInt8[np.ndarray, "..."]:
    """Read the array of an IDX file of bytes.

    Parameters
    ----------
    content : bytes
        Content of the file, decompressed.
    file : str
        Name of the file, for messages.

    Returns
    -------
    ndarray of uint8, any shape
        Values in the shape that the file states; read-only.

    Raises
    ------
    FormatError
        When the file has another format or type of values, more than ``MOST_AXES`` dimensions, no
        values, or is cut off or too long.
    """
    if len(content) < 4 or content[:2] != b"\0\0":
        raise FormatError(file, f"expected an IDX file, found one that begins {content[:4].hex()}")
    if content[2] != _BYTES:
        raise FormatError(file, f"expected values of type 0x08 (bytes), found 0x{content[2]:02x}")
    if content[3] > MOST_AXES:
        raise FormatError(file, f"expected at most {MOST_AXES} dimensions, found {content[3]}")
    head = 4 + 4 * content[3]
    if len(content) < head:
        raise FormatError(file, f"expected a head of {head} bytes, found a file of {len(content)}")
    shape = tuple(np.frombuffer(content, ">u4", content[3], offset=4).tolist())
    values = np.frombuffer(content, np.uint8, offset=head)
    if len(values) != prod(shape) or max(shape, default=0) > len(content):
        raise FormatError(
            file,
            f"expected {' x '.join(map(str, shape))} values, found {len(values)}; "
            "the file is damaged: get it again",
        )
    if not values.size:
        raise FormatError(file, f"expected values, found {' x '.join(map(str, shape))}")
    return values.reshape(shape)
