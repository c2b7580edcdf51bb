"""``kedro run`` in a project, from anywhere.

Kedro is imported when a run starts, inside the project: it reads ``conf/logging.yml`` of the
working directory, and help does not wait for it.
"""

import logging
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path

import click

from kinembed.command.project import EXPERIMENT

CHATTER = ("kedro.pipeline.node", "kedro.runner", "kinembed.hooks.report")
"""Loggers that say which node runs, where results are, and from which node a run can go on."""
READING = "kinembed.io.reading"
"""The logger that names files which cannot be read."""


def run_kedro(
    project: Path, options: Sequence[str], variables: Mapping[str, str], *, passing: bool = False
) -> set[str]:
    """Say which ``kedro run`` it is, and run it.

    Parameters
    ----------
    project : Path
        Folder of the project.
    options : sequence of str
        Of ``kedro run``, without the environment.
    variables : mapping of str to str
        Environment variables that its configurations read.
    passing : bool
        Whether the project is about to be deleted: no results are announced.

    Returns
    -------
    set of str
        What the log said of files that could not be read and were left out.

    Raises
    ------
    kinembed.cli.Complaint
        When the run fails for a reason that the user can mend.
    """
    if "KINEMBED_DATA" in os.environ:  # results go where the command says
        variables = {**variables, "KINEMBED_DATA": "data"}
    arguments = ["--env", EXPERIMENT, *options]
    click.echo(f"This is: {shown(None if passing else project, arguments, variables)}", err=True)
    with chdir(project), _environment(variables):
        from kedro.framework.startup import bootstrap_project

        from kinembed.cli import run

        bootstrap_project(project)
        with _quiet(CHATTER if passing else ()), _left_out() as lines:
            run.main(arguments, prog_name="kedro run", standalone_mode=False)
    return lines


def shown(project: Path | None, arguments: Sequence[str], variables: Mapping[str, str]) -> str:
    """Write a run as one types it.

    Parameters
    ----------
    project : Path or None
        Folder of the project; None: any.
    arguments : sequence of str
        Of ``kedro run``.
    variables : mapping of str to str
        Environment variables.

    Returns
    -------
    str
        A line for a shell.
    """
    there = f"cd {shlex.quote(str(project))} && " if project else ""
    given = "".join(f"{name}={shlex.quote(value)} " for name, value in variables.items())
    return f"{there}{given}{shlex.join(['kedro', 'run', *arguments])}"


class _Lines(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.add(record.getMessage())


@contextmanager
def _quiet(names: Sequence[str]) -> Iterator[None]:
    """Let loggers say errors only; afterwards, what they said before."""
    loggers = {logging.getLogger(name): logging.getLogger(name).level for name in names}
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        yield
    finally:
        for logger, level in loggers.items():
            logger.setLevel(level)


@contextmanager
def _left_out() -> Iterator[set[str]]:
    """Attached late: Kedro's configuration of the log takes earlier handlers away."""
    reading, handler = logging.getLogger(READING), _Lines()
    reading.addHandler(handler)
    try:
        yield handler.lines
    finally:
        reading.removeHandler(handler)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    earlier = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in earlier.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
