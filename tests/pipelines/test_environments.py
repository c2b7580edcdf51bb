"""Every environment's parameters, as pipelines get them."""

import os
import re
import shutil
from fnmatch import fnmatchcase
from functools import cache

import pytest
import yaml
from helpers.groups import GROUPS
from helpers.projects import ROOT
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog
from omegaconf.errors import InterpolationResolutionError

from kinembed.core.renames import EXPERIMENTS
from kinembed.io.clip_labels import annotate_clip
from kinembed.io.concatenation import plan_sequences
from kinembed.io.sources import load_registry
from kinembed.pipeline_registry import register_pipelines
from kinembed.recognition.skeleton import clip_targets
from kinembed.recognition.skeleton.layers import actors
from kinembed.settings import CONFIG_LOADER_ARGS

FOLDERS = {path.name for path in (ROOT / "conf").iterdir() if path.is_dir()}
ENVIRONMENTS = sorted(FOLDERS - {"base"})
NEW = "experiment: new"
# What only a user's own folder has: of training and of clustering.
SHARED_VOCABULARY = ({"share": "all", "steps": 2000}, {"largest_number": 40})
# Of a new experiment: what only it can say; and what a pipeline sets of a class that others share.
SAID = {"ingestion": {"source": "folder", "folder": {"path": "somewhere"}}}
SET = {"maximisation_two_stream": {"ascent": {"kappa": 10}}}


def load(env, **changes):
    return OmegaConfigLoader(
        str(ROOT / "conf"), env=env, runtime_params=changes, **CONFIG_LOADER_ARGS
    )


@cache
def groups_of(env):
    parameters = load(env)["parameters"]
    parameters["ingestion"] = SAID["ingestion"] | parameters["ingestion"]
    return {name: group.model_validate(parameters[name]) for name, group in GROUPS.items()}


@pytest.fixture(scope="module")
def new_experiment(tmp_path_factory):
    """The configuration of an experiment that says nothing but its name."""
    folder = tmp_path_factory.mktemp("conf")
    shutil.copytree(ROOT / "conf/base", folder / "base")
    (folder / "new").mkdir()
    (folder / "new/globals.yml").write_text(NEW)
    loader = OmegaConfigLoader(str(folder), env="new", **CONFIG_LOADER_ARGS)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("KINEMBED_")]:
            patch.delenv(name)
        return {kind: loader[kind] for kind in ("parameters", "catalog", "globals")}


@pytest.fixture(scope="module")
def catalog():
    return DataCatalog.from_config(load("sample")["catalog"], {})


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_parameters_are_understood(env):
    assert groups_of(env)["training"].steps > 0


@pytest.mark.parametrize("env", ["cmu86", "cmu_actions", "cmu_concatenated", "h36m", "recordings"])
def test_recordings_of_bodies_share_one_configuration(env):
    sample, other = groups_of("sample"), groups_of(env)
    shared, tried = SHARED_VOCABULARY if env == "recordings" else ({}, {})
    assert other["training"] == sample["training"].model_copy(update=shared)
    assert other["embedding"] == sample["embedding"]
    unknown = {"number": None}
    assert other["clustering"].model_copy(update=unknown) == sample["clustering"].model_copy(
        update=unknown | tried
    )


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ("all", 2000, 40)),
        ({"training": {"share": "each"}}, ("each", 2000, 15)),
        ({"training": {"share": "each"}, "preset": "fast"}, ("each", 1000, 15)),
        ({"preset": "published"}, ("all", 10_000, 40)),
        ({"clustering": {"largest_number": 9}}, ("all", 2000, 9)),
    ],
)
def test_a_users_recordings_share_a_vocabulary_unless_each_is_to_have_its_own(given, found):
    parameters = load("recordings", **given)["parameters"]
    training, clustering = (
        GROUPS[name].model_validate(parameters[name]) for name in ("training", "clustering")
    )
    assert (training.share, training.steps, clustering.largest_number) == found


def test_a_wrong_way_to_share_is_refused_by_the_group_of_training():
    wrong = load("recordings", training={"share": "none"})["parameters"]["training"]
    with pytest.raises(ValueError, match="'each' or 'all'"):
        GROUPS["training"].model_validate(wrong)


def test_there_are_at_most_twelve_experiments_each_with_its_own_name():
    names = {env: load(env)["globals"]["experiment"] for env in ENVIRONMENTS}
    assert len(names) <= 12
    assert all(env == name for env, name in names.items())


def test_without_an_environment_the_sample_runs():
    loader = OmegaConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)
    assert loader["parameters"] == load("sample")["parameters"]
    assert loader["globals"]["experiment"] == "sample"
    assert re.search(r"^ENV +\?= sample$", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_a_setting_of_a_corpus_can_be_changed_on_the_command_line():
    changed = load("cmu86", ingestion={"registry": {"download": True}})["parameters"]["ingestion"]
    unchanged = load("cmu86")["parameters"]["ingestion"]
    assert changed["registry"] == unchanged["registry"] | {"download": True}
    assert unchanged["registry"]["trials"] == ["86_*"]


def test_a_new_experiment_inherits_nothing_of_the_sample(new_experiment):
    found = new_experiment["parameters"]
    assert found["clustering"]["number"] is None
    assert "source" not in found["ingestion"]
    assert "sample" not in str(new_experiment["catalog"])
    assert new_experiment["globals"]["note"] == ""


@pytest.mark.parametrize("name", sorted(GROUPS))
def test_defaults_of_classes_are_what_the_base_configures(name, new_experiment):
    group, configured = GROUPS[name], new_experiment["parameters"][name] | SAID.get(name, {})
    needed = {key for key, field in group.model_fields.items() if field.is_required()}
    told = {key: configured[key] for key in needed | set(SAID.get(name, {}))}
    expected = group.model_validate(told | SET.get(name, {}))
    if name == "reporting":  # an experiment's own words
        expected = expected.model_copy(
            update={"experiment": "new", "title": "kinembed: new", "note": ""}
        )
    assert group.model_validate(configured) == expected


def test_the_base_repeats_defaults_only_of_the_method():
    """What a study does by default stands in its class alone."""
    repeated = set()
    for path in (ROOT / "conf/base").glob("parameters*.yml"):
        for name, told in yaml.safe_load(path.read_text()).items():
            known = name in GROUPS and isinstance(told, dict)
            fields, values = (GROUPS[name].model_fields, told) if known else ({}, {})
            repeated |= {name for key, value in values.items() if value == fields[key].default}
    assert {"clustering", "embedding"} <= repeated
    assert repeated <= {"clustering", "embedding", "features", "cluster_model", "labelling"}


def test_an_experiment_without_a_name_is_an_error(tmp_path):
    shutil.copytree(ROOT / "conf/base", tmp_path / "base")
    (tmp_path / "new").mkdir()
    loader = OmegaConfigLoader(str(tmp_path), env="new", **CONFIG_LOADER_ARGS)
    with pytest.raises(InterpolationResolutionError, match="experiment"):
        loader["catalog"]


def test_earlier_names_of_experiments_lead_to_present_ones():
    assert set(EXPERIMENTS.values()) <= set(ENVIRONMENTS)
    assert not set(EXPERIMENTS) & set(ENVIRONMENTS)


def test_concatenations_are_told_how_many_actions_they_have():
    groups = groups_of("cmu_concatenated")
    clips = [f"train_{action}_{number}" for action in "abcdefgh" for number in range(3)]
    plan = plan_sequences(clips, r"^train_(?P<action>.)_\d$", groups["concatenation"])
    assert len(plan) == 120
    for name, trials in plan.items():
        actions = len({trial.split("_")[1] for trial in trials})
        assert groups["clustering"].number_for(name) == actions, name


def test_clips_of_held_out_actors_make_the_sequences_that_are_held_out():
    groups, parts = groups_of("hdm05_shared"), {"test": ("mm", "tr"), "train": ("bd", "bk", "dg")}
    clips = [
        f"{part}_{number}_HDM_{actor}_{action}_{number:03d}_120"
        for part, people in parts.items()
        for actor in people
        for action in ("squat", "kick")
        for number in range(7)
    ]
    plan = plan_sequences(clips, groups["ingestion"].clip_pattern, groups["concatenation"])
    held_out = groups["results"].held_out
    assert len(plan) == 10
    for name, trials in plan.items():
        tested = any(fnmatchcase(name, pattern) for pattern in held_out)
        assert {trial.startswith("test_") for trial in trials} == {tested}
    assert groups["clustering"].number_for("all") == 11


def test_the_mirror_has_clips_of_seven_actions_to_learn_from_and_to_be_tested_on():
    """Of the published clips those with a sha256 are in the mirror."""
    recognition, geometry = (groups_of("cmu_actions")[key] for key in ("recognition", "geometry"))
    here = [entry.name for entry in load_registry("cmu_mocap") if entry.sha256]
    clips = [f"{name}#0" for name in here if name.startswith(("train_", "test_"))]
    pattern = r"^(?:train|test)_(?P<action>.+)_\d+$"
    annotations = {clip[:-2]: annotate_clip(clip[:-2], 40, pattern) for clip in clips}
    train, test = clip_targets(clips, annotations, recognition.test_clips, recognition.leave_out)
    assert sorted(test["behaviour"]) == sorted(train["behaviour"].unique())
    assert (len(train), len(test)) == (30, 7)
    named = {trial for trials in geometry.actors.values() for trial in trials}
    assert named <= {clip[:-2] for clip in clips}
    assert len(set(actors(clips, geometry))) == len(clips) - len(named) + len(geometry.actors)


@pytest.mark.parametrize("name", register_pipelines())
def test_checkpoints_are_cleared_after_what_their_pipeline_stores(name, catalog):
    """Whichever pipelines run together: no node may still need what is cleared."""
    pipeline = register_pipelines()[name]
    for checkpoints in (one for one in pipeline.inputs() if one.endswith("checkpoints")):
        after = catalog.get(checkpoints).metadata["cleared_after"]
        assert set(after) <= pipeline.all_outputs(), checkpoints
        trained = set(pipeline.only_nodes_with_inputs(checkpoints).nodes)
        assert all(trained <= set(pipeline.to_outputs(name).nodes) for name in after), checkpoints
