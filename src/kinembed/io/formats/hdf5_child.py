"""Checks what an HDF5 file says of itself in a process of its own: broken ones crash or halt HDF5.

It is a script: ``python hdf5_child.py <file> <largest> <spare> <tightest>`` ends well, or says on
its last line why the file is refused. It imports nothing of this package, to begin quickly.
"""

import sys
from contextlib import suppress
from functools import partial
from io import BytesIO
from math import prod
from pathlib import Path
from typing import Any

import h5py

_SCALES = "DIMENSION_LIST"
"""Attribute with a list for each dimension; HDF5 crashes where there are more than dimensions."""

_CHUNK_BYTES = 1 << 13
"""What HDF5 keeps in memory for each chunk that it reads, beside the values: about 7,000 bytes."""

_SPARE_MEMORY = 1 << 29
"""What the process may take beside the content: texts may stand for one another, without end."""


def main(source: str, largest: int, spare: int, tightest: int) -> None:
    """Check all links, datasets and attributes.

    Parameters
    ----------
    source : str
        Path of the file.
    largest, spare, tightest : int
        A chunked dataset may unpack to at most ``largest`` bytes, and to ``spare`` and
        ``tightest`` times the bytes that it has in the file.
    """
    content = Path(source).read_bytes()
    _limit_memory(_SPARE_MEMORY + len(content))
    with h5py.File(BytesIO(content), "r") as stored:
        unpacked = partial(_unpacked, largest=largest, spare=spare, tightest=tightest)
        check = partial(_object_problem, length=len(content), unpacked=unpacked)
        problem = (
            stored.visititems_links(_link_problem)
            or check("the file", stored)
            or stored.visititems(check)
        )
    if problem:
        raise ValueError(problem)


def _limit_memory(most: int) -> None:
    """Let the process take no more data than that, or than it may, on systems with such limits."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, hard))


def _unpacked(stored: int, *, largest: int, spare: int, tightest: int) -> int:
    return min(largest, spare + tightest * stored)


def _link_problem(name: str, link: Any) -> str | None:
    if isinstance(link, h5py.ExternalLink):
        return f"{name} lies in another file ({link.filename}); save it as one"
    return None


def _object_problem(name: str, one: Any, *, length: int, unpacked: Any) -> str | None:
    if isinstance(one, h5py.Dataset) and one.shape is not None:
        problem = _dataset_problem(name, one, length, unpacked)
        if problem:
            return problem
    return _attribute_problem(name, one, length)


def _dataset_problem(name: str, one: Any, length: int, unpacked: Any) -> str | None:
    if _SCALES in one.attrs and one.attrs.get_id(_SCALES).shape != (one.ndim,):
        return f"{name} names scales of other dimensions than its own"
    if one.external or one.is_virtual:
        return f"the values of {name} lie in another file; save it as one"
    stored = min(length, int(one.id.get_storage_size()))
    if _declared(one) > (length if one.chunks is None else unpacked(stored)):
        declared = f"{name} declares {_declared(one)} bytes"
        return f"{declared}, more than a file of {length} bytes can hold"
    with suppress(TypeError):  # of a type that h5py does not know
        _follow(one)
    return None


def _follow(one: Any) -> None:
    """Go the ways to its values that may have no end: a heap of texts, an index of chunks."""
    if one.dtype.hasobject:
        one[()]
    elif one.chunks:
        one.id.get_num_chunks()


def _declared(one: Any) -> int:
    """Bytes that reading takes: of all values and chunks, or of a chunk."""
    if not one.chunks:
        return int(one.nbytes)
    counts = (-(-length // chunk) for length, chunk in zip(one.shape, one.chunks, strict=True))
    chunk = prod(map(int, one.chunks)) * int(one.dtype.itemsize)
    return max(int(one.nbytes) + _CHUNK_BYTES * prod(map(int, counts)), chunk)


def _attribute_problem(name: str, one: Any, length: int) -> str | None:
    for key in one.attrs:
        with suppress(Exception):  # of a type that h5py does not know, and that nobody asks for
            kept = one.attrs.get_id(key)
            if prod(kept.shape or ()) * kept.dtype.itemsize > length:
                return f"attribute {key} of {name} declares more than {length} bytes can hold"
            one.attrs[key]
    return None


if __name__ == "__main__":
    try:
        main(sys.argv[1], *map(int, sys.argv[2:]))
    except Exception as problem:  # its text reaches the parent
        sys.exit(f"{problem}")
