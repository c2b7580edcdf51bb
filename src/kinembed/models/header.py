"""Arrays in a safetensors file, and what stands in its header."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors import deserialize
from safetensors.numpy import save


def write_arrays(arrays: Mapping[str, np.ndarray], form: str, header: object) -> bytes:
    """The content of a file: arrays, and plain values under the name of its form.

    safetensors writes memory as it lies, whatever the order of an array's axes, so each is laid
    out anew where that differs.
    """
    laid_out = {name: np.ascontiguousarray(values) for name, values in arrays.items()}
    content: bytes = save(laid_out, {form: json.dumps(header)})
    return content


def read_header(content: bytes, form: str) -> dict[str, Any]:
    """Plain values that a safetensors file holds under the name of its form.

    Raises SafetensorError for another kind of file, KeyError or ValueError for another form.
    """
    deserialize(content)  # checks the file's structure
    length = int.from_bytes(content[:8], "little")
    header: dict[str, Any] = json.loads(json.loads(content[8 : 8 + length])["__metadata__"][form])
    return header
