"""Libraries in C read files, not bytes: a copy of a recording on this machine."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

from kinembed.core.errors import FormatError


@contextmanager
def local_copy(content: bytes, suffix: str) -> Generator[Path, None, None]:
    """A file of that content, gone at the end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"recording{suffix}"
        path.write_bytes(content)
        yield path


def optional_module(name: str, *, file: str) -> ModuleType:
    """A module of the extra `pose`; raises FormatError, saying how to get it, if it is absent."""
    try:
        return import_module(name)
    except ImportError as problem:
        package = name.partition(".")[0]
        raise FormatError(
            file,
            f"reading this takes the package {package!r}, which is not installed: "
            "pip install 'kinembed[pose]'",
        ) from problem
