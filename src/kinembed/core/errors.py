"""The errors a user can cause and mend; the command line shows their message alone."""

from kinembed.core.addresses import without_passwords

_LONGEST = 2000
"""Characters of what is wrong with a file."""


class KinembedError(Exception):
    """Something in the input, the configuration or the environment that the user can put right.

    The message says what was expected, what came, and where (file and line, or key). Passwords in
    addresses are hidden.

    Parameters
    ----------
    message : str
        The message.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(without_passwords(message))


class FormatError(KinembedError):
    """A file does not hold what its format requires.

    Parameters
    ----------
    file : str
        Name of the file.
    problem : str
        What was expected and what the file holds instead.
    line : int, optional
        Line of the problem, counted from 1; None where it has none.
    """

    def __init__(self, file: str, problem: str, line: int | None = None) -> None:
        problem = _in_one_line(problem)
        where = file if line is None else f"{file}:{line}"
        super().__init__(f"{where}: {problem}")
        self.file = file
        self.problem = problem
        self.line = line

    def __reduce__(self) -> tuple[type["FormatError"], tuple[str, str, int | None]]:
        return type(self), (self.file, self.problem, self.line)


def _in_one_line(problem: str) -> str:
    """Libraries write several lines, and a file may hold a name without an end."""
    line = " ".join(one.strip() for one in problem.splitlines())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


class NotAskedForError(FormatError):
    """A file holds no individual of those that are asked for."""


class DamagedError(FormatError):
    """A stored file, or the digest beside it, is not what was written."""


class DataError(KinembedError):
    """Data that is well-formed but cannot be used as asked."""


class SourceError(KinembedError):
    """Recordings are absent, or a file is not the one that was published."""


class CheckpointError(KinembedError):
    """A stored model or checkpoint does not fit the network or the data."""


MALFORMED = (DataError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What restoring a record from the values of a damaged or foreign file may raise."""
