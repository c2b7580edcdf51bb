"""What can be typed after ``kinembed``. Everything heavy is imported when a command runs."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from kinembed import __version__
from kinembed.command.project import (
    EXPERIMENT,
    MODELS,
    make_project,
    open_project,
    project_beside,
    shipped,
)
from kinembed.command.runs import run_kedro
from kinembed.command.serve import find_report, serve

_FOLDER = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path)
)
_PARAMS = click.option(
    "--params", metavar="KEY=VALUE,...", help="Further settings, as kedro run takes them."
)
_LEAVE_OUT = {"ingestion.damaged": "leave_out"}
_NewFolder = click.Path(file_okay=False, path_type=Path)


class Incomplete(click.ClickException):
    """All is done but for some recordings, which could not be read."""

    exit_code = 3


@click.group(
    epilog="Exit codes: 0 done, 1 input or run failed, 2 wrong usage, 3 done but for recordings "
    "that could not be read, 130 Ctrl-C."
)
@click.version_option(__version__)
def kinembed() -> None:
    """Find behaviours in recordings of movement, without labels, and see why."""


@kinembed.command("discover")
@_FOLDER
@click.option("--out", type=_NewFolder, help="For results. Default: <name of FOLDER>_behaviours.")
@click.option(
    "--behaviours", type=click.IntRange(min=1), help="How many there are. Default: estimated."
)
@click.option("--seed", type=click.IntRange(min=0), help="Of all random draws. Default: 0.")
@_PARAMS
def _discover(
    folder: Path, out: Path | None, behaviours: int | None, seed: int | None, params: str | None
) -> None:
    """Find behaviours in FOLDER and write a report.

    The results lie in a Kedro project, whose conf/ may be changed; run the command again to apply
    changes, or to go on after an interruption.
    """
    results = out or Path(f"{folder.name}_behaviours")
    _check_apart(folder, results)
    project = open_project(results)
    settings = {**_LEAVE_OUT, "clustering.number": behaviours, "seed": seed}
    left_out = run_kedro(project, _given(settings, params), _recordings(folder))
    click.echo(f"See the report: kinembed report {results}", err=True)
    _name_again(left_out)


@kinembed.command("label")
@_FOLDER
@click.option(
    "--model",
    required=True,
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    help="Results of kinembed discover.",
)
@click.option("--out", type=_NewFolder, help="For the labels. Default: the folder of the model.")
@_PARAMS
def _label(folder: Path, model: Path, out: Path | None, params: str | None) -> None:
    """Label recordings by a stored model.

    Where several models are stored, choose one: --params inference.model=NAME.
    """
    if not (model / MODELS / EXPERIMENT / "cluster_models").is_dir():
        problem = f"{model} holds no model; kinembed discover FOLDER --out {model} makes one"
        raise click.ClickException(problem)
    settings, variables = _given(_LEAVE_OUT, params), _recordings(folder)
    project = model
    if out is not None:
        _check_apart(folder, out)
        variables["KINEMBED_MODELS"] = str(model / MODELS)
        project = project_beside(model, out)
    _name_again(run_kedro(project, ["--pipelines", "inference", *settings], variables))


@kinembed.command("check")
@_FOLDER
@_PARAMS
def _check(folder: Path, params: str | None) -> None:
    """List the recordings in FOLDER.

    They are read; nothing is trained or kept.
    """
    with TemporaryDirectory() as scratch:
        project = make_project(Path(scratch), shipped())
        untracked = project / "conf" / EXPERIMENT / "mlflow.yml"
        untracked.write_text("enabled: false\n", encoding="utf-8")
        options = ["--pipelines", "ingestion", *_given(_LEAVE_OUT, params)]
        _name_again(run_kedro(project, options, _recordings(folder), passing=True))


@kinembed.command("report")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, path_type=Path))
@click.option("--open/--no-open", "browser", default=True, help="Whether the browser opens it.")
def _report(folder: Path, *, browser: bool) -> None:
    """Show the report of the results in DIR, until Ctrl-C."""
    serve(find_report(folder), browser=browser)


@kinembed.command("new")
@click.argument("folder", metavar="DIR", type=_NewFolder)
def _new(folder: Path) -> None:
    """Make a Kedro project in DIR, with its conf/ to change."""
    make_project(folder, shipped())
    click.echo(
        f"cd {folder}\n"
        "kedro run   # a synthetic sample\n"
        f"KINEMBED_RECORDINGS=/path/to/folder kedro run --env {EXPERIMENT}"
    )


def _recordings(folder: Path) -> dict[str, str]:
    return {"KINEMBED_RECORDINGS": str(folder)}


def _name_again(left_out: set[str]) -> None:
    """At the end, where they are not overlooked."""
    if left_out:
        raise Incomplete(
            "\n".join(["some recordings could not be read; the rest is done", *sorted(left_out)])
        )


def _given(settings: Mapping[str, Any], params: str | None) -> list[str]:
    """Settings as an option of ``kedro run``."""
    pairs = [f"{key}={value}" for key, value in settings.items() if value is not None]
    pairs += [params] if params else []
    return ["--params", ",".join(pairs)] if pairs else []


def _check_apart(folder: Path, out: Path) -> None:
    """Results among the recordings would be read as recordings by the next run."""
    if out.resolve().is_relative_to(folder):
        raise click.UsageError(
            f"the results would lie in the folder of recordings ({out}); name another folder: --out"
        )
