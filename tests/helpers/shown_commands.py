"""Commands that documents show, and what they ask of the project."""

import re
import shlex
from dataclasses import dataclass
from unittest.mock import patch

import click
import yaml
from helpers.groups import GROUPS
from helpers.projects import ROOT
from kedro.pipeline import Pipeline
from omegaconf import OmegaConf

from kinembed.cli import cli
from kinembed.command import kinembed
from kinembed.configuration import ConfigLoader
from kinembed.pipeline_registry import register_pipelines
from kinembed.settings import CONFIG_LOADER_ARGS

FOR_ALL_GROUPS = {"preset", "seed", "shortest_behaviour_s"}


@dataclass(frozen=True)
class Run:
    """What ``kedro run`` is given: environment, pipelines, parameters as text, datasets."""

    env: str
    pipelines: list[str]
    parameters: dict[str, str]
    datasets: list[str]

    @classmethod
    def of(cls, options, env="sample"):
        given = dict(zip(options[::2], options[1::2], strict=True))
        assert set(given) <= {"--env", "--pipelines", "--params", "--load-versions", "--from-nodes"}
        pairs = [pair.partition("=") for pair in given.get("--params", "").split(",") if pair]
        versions = given.get("--load-versions", "").split(",")
        return cls(
            given.get("--env", env),
            given.get("--pipelines", "__default__").split(","),
            {name: value for name, _, value in pairs},
            [version.partition(":")[0] for version in versions if version],
        )


def commands_in(page):
    """Every command in the ``sh`` blocks of a page, without comments."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if shlex.split(line, comments=True)]


def check(command):
    """Its targets, environments and pipelines exist, and its parameters arrive, typed."""
    words = shlex.split(command, comments=True)
    while "=" in words[0]:
        words = words[1:]
    program, *rest = words
    match program.rpartition("/")[2]:
        case "kedro":
            assert rest[0] in cli.commands
            if rest[0] == "run":
                check_run(Run.of(rest[1:]))
        case "make":
            _check_make(rest)
        case "mlflow":
            assert rest[:2] == ["models", "predict"]
        case "kinembed":
            _check_kinembed(rest)
        case "pip":
            assert rest == ["install", "."]
        case _:
            assert program in ("export", "cd", "git"), f"nobody knows {program}"


def _check_make(words):
    settings = dict(word.split("=", 1) for word in words if "=" in word)
    (target,) = [word for word in words if "=" not in word]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), target
    if target == "run":
        check_run(Run.of(shlex.split(settings.get("ARGS", "")), settings.get("ENV", "sample")))


def _check_kinembed(words):
    """Click knows the command and its options, and ``kedro run`` what it passes on."""
    command = kinembed.commands[words[0]]
    with patch.object(
        click.Path, "convert", lambda self, value, *rest: value
    ):  # no such folder here
        given = command.make_context(words[0], words[1:]).params
    if given.get("params"):
        check_run(Run.of(["--params", given["params"]], "recordings"))


def check_run(run):
    """Fail where a run would."""
    assert (ROOT / "conf" / run.env).is_dir(), run.env
    assert set(run.pipelines) <= set(register_pipelines())
    catalog = "\n".join(path.read_text() for path in ROOT.glob("conf/base/catalog_*.yml"))
    for dataset in run.datasets:
        assert re.search(rf"^{dataset}:", catalog, re.MULTILINE), dataset
    read = sum((register_pipelines()[name] for name in run.pipelines), Pipeline([])).inputs()
    if run.datasets and "model_of_recording" in read:  # the newest may be of other models
        assert "model_of_recording" in run.datasets, "model_of_recording has no version"
    parameters = parameters_of(run.env, run.parameters) if run.parameters else {}
    for name, value in run.parameters.items():
        group, _, rest = name.partition(".")
        if group in FOR_ALL_GROUPS:
            continue
        found = GROUPS[group].model_validate(parameters[group])
        for key in rest.split("."):
            found = getattr(found, key)
        listed = isinstance(found, list | tuple)
        meant = yaml.safe_load(value)
        expected = str(meant).split() if listed else meant
        assert ([str(one) for one in found] if listed else found) == expected, name


def parameters_of(env, given):
    """The parameters of an environment, the given ones in force, as Kedro reads them."""
    nested = OmegaConf.to_container(
        OmegaConf.from_dotlist([f"{name}={value}" for name, value in given.items()])
    )
    loader = ConfigLoader(str(ROOT / "conf"), env=env, runtime_params=nested, **CONFIG_LOADER_ARGS)
    return loader["parameters"]
