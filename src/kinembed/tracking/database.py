"""The database of MLflow in a file of SQLite: made whole or not at all, by one run at a time."""

import logging
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from glob import escape
from pathlib import Path

from filelock import FileLock, Timeout

from kinembed.core.errors import KinembedError

PATIENCE_S = 300.0
"""Seconds to wait for another run that makes the database; it takes up to half a minute."""


@contextmanager
def ready_database(uri: str, open_with: Callable[[str], object]) -> Iterator[None]:
    """Alone with a database that is whole, to look up or make an experiment.

    Absent, it is made. One that was left half-made, or is none, is set aside and made anew, with a
    line; one that holds runs is never touched. A database that is no file of SQLite is left as it
    is.

    Parameters
    ----------
    uri : str
        Address as MLflow takes it.
    open_with : callable
        Opens the database at an address, makes its tables where there are none, and raises
        when it cannot be used.

    Yields
    ------
    None
        No other run makes or changes the database meanwhile.

    Raises
    ------
    KinembedError
        When another run does not finish making it.
    OSError
        When the folder cannot be written.
    """
    path = sqlite_file(uri)
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        _prepare(path, open_with)
        yield


def sqlite_file(uri: str) -> Path | None:
    """Find the file of a database.

    Parameters
    ----------
    uri : str
        Address as MLflow takes it.

    Returns
    -------
    Path or None
        The file of SQLite; None for anything else.
    """
    file = uri.removeprefix("sqlite:///").partition("?")[0]
    return Path(file) if uri.startswith("sqlite:///") and file else None


def advice(uri: str) -> str:
    """Say what can be done about a database that MLflow refuses.

    Parameters
    ----------
    uri : str
        Address as MLflow takes it.

    Returns
    -------
    str
        The end of a message; empty where there is no file of SQLite.
    """
    path = sqlite_file(uri)
    if path is None or not path.exists():
        return ""
    return (
        f'; if an earlier version of MLflow made it: "mlflow db upgrade {uri}"; if it is damaged: '
        f"move {path} away, and the next run makes another (the results themselves are stored)"
    )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = FileLock(path.with_name(f"{path.name}-lock"))
    try:
        lock.acquire(timeout=PATIENCE_S)
    except Timeout:
        raise KinembedError(
            f"another run has been making {path} for over {PATIENCE_S:.0f} s; end it, or wait"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _prepare(path: Path, open_with: Callable[[str], object]) -> None:
    """Make the database, unless there is a whole one or one that holds runs."""
    for left in path.parent.glob(f"{escape(path.name)}-fresh-*"):  # by a run that was killed
        left.unlink()
    if path.exists():
        if _holds_runs(path) or _opens(path, open_with):
            return
        _set_aside(path)
    fresh = _another(path, "fresh")
    open_with(f"sqlite:///{fresh}")
    fresh.replace(path)


def _another(path: Path, purpose: str) -> Path:
    """A name that this process has not used: MLflow keeps what it has once opened under it."""
    return path.with_name(f"{path.name}-{purpose}-{time.time_ns()}")


def _holds_runs(path: Path) -> bool:
    """Whether there is something to lose."""
    try:
        with closing(sqlite3.connect(path)) as database:
            return bool(database.execute("SELECT EXISTS (SELECT 1 FROM runs)").fetchone()[0])
    except sqlite3.OperationalError:  # no such table
        return False
    except sqlite3.DatabaseError:  # no database
        return False


def _opens(path: Path, open_with: Callable[[str], object]) -> bool:
    """Whether MLflow takes a copy as it is, or can finish it; then the finished one is used."""
    copy = _another(path, "fresh")
    shutil.copy(path, copy)
    try:
        open_with(f"sqlite:///{copy}")
        if copy.read_bytes() != path.read_bytes():
            copy.replace(path)
            _log("%s was left half-made: its tables are whole now", path)
    except Exception:  # MLflow's own, SQLAlchemy's, alembic's
        return False
    finally:
        copy.unlink(missing_ok=True)
    return True


def _set_aside(path: Path) -> None:
    """Keep it under another name: only its owner can know that nothing is in it."""
    aside = path.replace(_another(path, "broken"))
    message = "%s was left half-made and holds no runs: it is now %s, and another one is made"
    _log(message, path, aside.name)


def _log(message: str, *values: object) -> None:
    logging.getLogger(__name__).warning(message, *values, extra={"markup": False})
