"""What stands in the header of a stored network."""

import json
from typing import Any

from safetensors import deserialize


def read_header(content: bytes, form: str) -> dict[str, Any]:
    """Plain values that a safetensors file holds under the name of its form.

    Raises SafetensorError for another kind of file, KeyError or ValueError for another form.
    """
    deserialize(content)  # checks the file's structure
    length = int.from_bytes(content[:8], "little")
    header: dict[str, Any] = json.loads(json.loads(content[8 : 8 + length])["__metadata__"][form])
    return header
