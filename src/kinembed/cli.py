"""``kedro run``, with one clear message for every error that its user can mend.

Errors of the program itself keep their traceback; KINEMBED_TRACEBACK=1 keeps it for all.
"""

import errno
import logging
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from threading import current_thread, main_thread
from types import TracebackType
from typing import IO, Any

import click
from kedro.config import MissingConfigException
from kedro.framework.cli.project import run as kedro_run
from kedro.framework.project import settings
from kedro.io.core import DatasetError
from kedro.utils import find_kedro_project
from kedro.validation.exceptions import ParameterValidationError
from pydantic import ValidationError

from kinembed.core.addresses import without_passwords
from kinembed.core.errors import KinembedError
from kinembed.core.exception_chain import causes, find_cause
from kinembed.core.renames import EXPERIMENTS
from kinembed.parameter_names import setting_names, suggestion
from kinembed.runtime_parameters import split_parameters

STORAGE_ERRORS = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)
"""Storage that may not, or cannot, be written: its owner can mend it."""

CONFIGURATION = ("kedro.", "omegaconf.", "yaml.")
"""Where the errors are defined that say what is wrong with the catalog, a key or a file."""

STOPPED = (
    "Stopped. Results that were stored are kept. The same command starts anew, but a training that "
    "has reached a checkpoint (training.checkpoint_every) goes on from there."
)

NOTHING_RAN = "No nodes ran."
"""With these words Kedro's runners bid the user repeat a command that failed at once, without
saying that what is wrong must be put right first."""

UNKNOWN_KEY = "Extra inputs are not permitted"
"""Pydantic's words for a setting that does not exist."""

RUNNERS = ("sequential_runner", "thread_runner", "parallel_runner")

ECHOES = ("kedro.pipeline.node", "kedro.validation.parameter_validator")
"""Loggers that repeat an error which is raised as well."""


class Complaint(click.ClickException):
    """An error for the user: its message alone, on stderr."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message.

        Parameters
        ----------
        file : text stream, optional
            Where the message goes; None means stderr.
        """
        click.secho(self.message, fg="red", err=file is None, file=file)


class Interruption(Complaint):
    """The user pressed Ctrl-C."""

    exit_code = 130  # 128 + SIGINT


class Termination(Complaint):
    """The system, or a scheduler of jobs, asked the run to end."""

    exit_code = 143  # 128 + SIGTERM


class Terminated(KeyboardInterrupt):
    """SIGTERM came: everything that is open is closed, as after Ctrl-C."""


@click.group(name="kinembed")
def cli() -> None:
    """Commands of this project."""


def _options() -> list[click.Parameter]:
    """Those of ``kedro run``; ``--params`` keeps names that are written like numbers."""
    options = [copy(option) for option in kedro_run.params]
    for option in options:
        if option.name == "params":
            option.callback = split_parameters
    return options


@cli.command(params=_options(), help=kedro_run.help)
@click.pass_context
def run(context: click.Context, /, **options: Any) -> Any:
    """Hand everything to Kedro's own command.

    Parameters
    ----------
    context : click.Context
        The context of this command, which invokes Kedro's.
    **options : object
        Options of ``kedro run``, as click has parsed them.

    Returns
    -------
    object
        What Kedro's command returns.

    Raises
    ------
    Complaint
        Instead of an error that the user can mend (see :func:`explanation`), unless
        KINEMBED_TRACEBACK is set.
    Interruption
        When the user presses Ctrl-C, unless KINEMBED_TRACEBACK is set.
    Termination
        When the process gets SIGTERM, unless KINEMBED_TRACEBACK is set.
    """
    with _closed_by_sigterm():
        if os.environ.get("KINEMBED_TRACEBACK", "0") not in {"", "0"}:
            return context.invoke(kedro_run, **options)
        _check_environment(options["env"], options["conf_source"])
        with _clear_errors():
            return context.invoke(kedro_run, **options)


@cli.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--prediction", default="estimated", help="column with the clusters", show_default=True
)
def agreement(files: tuple[Path, ...], prediction: str) -> None:
    """Say which behaviours of a recording are found again with other seeds.

    FILES are its stored predictions, one Parquet file of each run.

    Parameters
    ----------
    files : tuple of pathlib.Path
        Parquet files.
    prediction : str
        Column with the clusters.

    Raises
    ------
    Complaint
        Instead of an error that the user can mend.
    """
    from kinembed.evaluation.seed_agreement import rand_indices, read_runs, stability

    with _clear_errors():
        runs = read_runs(files, prediction)
        for table in (rand_indices(runs), stability(runs)):
            click.echo(table.round(3).to_csv(index=False))


def _check_environment(name: str | None, conf_source: str | None) -> None:
    """Refuse an unknown environment at once: Kedro does, too, but after seconds of imports."""
    project = find_kedro_project(Path.cwd()) or Path.cwd()
    source = Path(conf_source or project / settings.CONF_SOURCE)
    name = name or os.environ.get("KEDRO_ENV")
    if not name or name in EXPERIMENTS or not source.is_dir() or (source / name).is_dir():
        return
    there = sorted(path.name for path in source.iterdir() if path.is_dir() and path.name != "base")
    listed = ", ".join(one for one in there if not one.startswith("."))
    raise Complaint(f"Error: there is no environment {name!r} in {source}; there are {listed}")


def explanation(error: BaseException) -> str | None:
    """Find the message for an error that the user can mend.

    Parameters
    ----------
    error : BaseException
        The error, with those that it was raised from.

    Returns
    -------
    str or None
        What is wrong and what to do, one line or more; None for an error of the program itself.
    """
    for explain in (_ours, _experiment, _parameters, _invalid, _storage, _misuse):
        message = explain(error)
        if message is not None:
            return message
    return None


@contextmanager
def _closed_by_sigterm() -> Iterator[None]:
    """By default SIGTERM ends a process where it stands: workers and half a folder would stay."""
    if current_thread() is not main_thread():  # signals come to that one alone
        yield
        return
    earlier = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)


def _terminate(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a second one ends it at once
    raise Terminated


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Turn errors into complaints, and keep Kedro from logging them as well."""
    runners = [f"kedro.runner.{name}" for name in RUNNERS]
    loggers = [logging.getLogger(name) for name in (*ECHOES, *runners)]
    for logger in loggers:
        logger.addFilter(_no_echo)
    try:
        yield
    except Terminated:
        raise Termination(STOPPED) from None
    except KeyboardInterrupt:
        raise Interruption(STOPPED) from None
    except Exception as error:
        message = explanation(error)
        if message is None:
            raise
        said = "\n".join([f"Error: {message}", *_notes(error)])
        raise Complaint(without_passwords(said)) from error
    finally:
        for logger in loggers:
            logger.removeFilter(_no_echo)


def _no_echo(record: logging.LogRecord) -> bool:
    advice = record.getMessage().startswith(NOTHING_RAN)
    return record.levelno < logging.ERROR and not advice


def _notes(error: BaseException) -> list[str]:
    """Where in the pipeline it happened, as far as hooks have noted it."""
    notes = [f"({note})" for cause in causes(error) for note in getattr(cause, "__notes__", [])]
    return list(dict.fromkeys(notes))


def _ours(error: BaseException) -> str | None:
    cause = find_cause(error, KinembedError)
    return None if cause is None else str(cause)


def _experiment(error: BaseException) -> str | None:
    """An experiment under its earlier name is no folder of conf/ any more."""
    cause = find_cause(error, MissingConfigException)
    folder = Path(str(cause).rpartition(": ")[2]).name
    if cause is None or folder not in EXPERIMENTS:
        return None
    name = EXPERIMENTS[folder]
    return f"the experiment {folder} is now part of {name}: --env {name}"


def _parameters(error: BaseException) -> str | None:
    """Kedro reports parameters that do not fit their model as a text of pydantic's making."""
    cause = find_cause(error, ParameterValidationError)
    if cause is None:
        return None
    lines: list[str] = []
    group = location = ""
    for line in str(cause).splitlines():
        if started := re.match(r"- Parameter '(.+?)': (.*)", line):
            group, location = started[1], ""
            if "validation error" not in started[2]:
                lines.append(f"{group}: {started[2]}")
        elif problem := re.match(
            r"  (\S.*?) \[type=\w+, input_value=(.*), input_type=\w+\]$", line
        ):
            key = f"{group}.{location}".strip(".")
            lines.append(_problem(key, problem[1], problem[2]) + _meant(key, problem[1]))
        elif not line.startswith(" "):
            location = line
    return "\n".join(["wrong parameters", *lines]) if lines else str(cause)


def _invalid(error: BaseException) -> str | None:
    cause = find_cause(error, ValidationError)
    if cause is None:
        return None
    lines = [
        _problem(".".join(map(str, problem["loc"])), problem["msg"], repr(problem["input"]))
        for problem in cause.errors()
    ]
    return "\n".join([f"wrong settings ({cause.title})", *lines])


def _problem(key: str, what: str, value: str) -> str:
    return f"  {key}: {what} (it is {value})"


def _meant(key: str, what: str) -> str:
    """The setting whose name was misspelt."""
    hint = suggestion(key, setting_names()) if what == UNKNOWN_KEY else ""
    return f"; {hint}" if hint else ""


def _storage(error: BaseException) -> str | None:
    cause = find_cause(error, OSError)
    if cause is None or cause.errno not in STORAGE_ERRORS:
        return None
    file = cause.filename2 or cause.filename  # a copy names what it reads first
    where = f"{file}" if file else f"{error}".split("\n", maxsplit=1)[0]
    return f"{cause.strerror}: {where}\nEarlier results are untouched."


def _misuse(error: BaseException) -> str | None:
    """A complaint of Kedro's own about names, options, files and configuration."""
    chain = [cause for cause in causes(error) if not type(cause).__module__.startswith("joblib.")]
    first = chain[-1]
    kedros = _raised_in(first.__traceback__).startswith("kedro.")
    configuration = type(first).__module__.startswith(CONFIGURATION)
    absent = isinstance(error, DatasetError) and isinstance(first, FileNotFoundError)
    return str(error).strip() if kedros or configuration or absent else None


def _raised_in(traceback: TracebackType | None) -> str:
    """Name of the module that raised."""
    module = ""
    while traceback is not None:
        module = traceback.tb_frame.f_globals.get("__name__", "")
        traceback = traceback.tb_next
    return module
