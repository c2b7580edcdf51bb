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
    """Hold content in a temporary file.

    Parameters
    ----------
    content : bytes
        What the file holds.
    suffix : str
        End of its name, such as ``".c3d"``; libraries tell the format by it.

    Yields
    ------
    Path
        The file, which is removed at the end.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"recording{suffix}"
        path.write_bytes(content)
        yield path


def optional_module(name: str, *, file: str) -> ModuleType:
    """Import a module of the extra ``pose``.

    Parameters
    ----------
    name : str
        Full name of the module, such as ``"movement.io"``.
    file : str
        Name of the file that is to be read, for the message.

    Returns
    -------
    module
        The module.

    Raises
    ------
    FormatError
        When it is not installed; the message says how to install it.
    """
    try:
        return import_module(name)
    except ImportError as problem:
        package = name.partition(".")[0]
        raise FormatError(
            file,
            f"reading this takes the package {package!r}, which is not installed: "
            "pip install 'kinembed[pose]'",
        ) from problem
