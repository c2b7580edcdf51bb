"""Every option of the published program, as ``docs/parity.md`` says it is set here."""

import json
import re

import pandas as pd
import pytest
from helpers.projects import ROOT, copy_of_project, kedro_run
from helpers.shown_commands import check, parameters_of

from kinembed.datasets import ModelDataset
from kinembed.training.motion_prediction import TrainingParameters

pytestmark = pytest.mark.project

PAGE = (ROOT / "docs/parity.md").read_text()
CLIPS = (  # of which walks and jumps are drawn
    "train_walking_1 train_walking_2 train_jumping_1 train_jumping_2 test_running_1 "
    "train_walking_extra_13"
)
COMMANDS = re.findall(r"^\|.*\| `((?:\w+=\S+ )?kedro run[^`]*)` \|$", PAGE, re.MULTILINE)


def test_every_published_option_has_a_row():
    options = [
        "dataset cmu",
        "dataset h3.6m",
        "num_actions",
        "total_num_actions",
        "actions random",
        "actions a,b,c",
        "learning_rate",
        "batch_size",
        "rnn_size",
        "source_seq_len",
        "target_seq_len",
        "iterations",
        "train_dir",
        "load",
        "gen_video",
        "video_dir",
        "num_trial",
        "demo",
    ]
    assert [option for option in options if f"| `{option}`" not in PAGE] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_on_the_page_is_understood(command):
    """Its environment and pipelines exist and its parameters arrive, typed, where it says."""
    check(command)


def test_presets_and_seeds_reach_every_group():
    published = TrainingParameters.model_validate(
        parameters_of("cmu86", {"preset": "published", "seed": "3"})["training"]
    )
    assert (published.network.units, published.steps, published.batch_size) == (1024, 10000, 16)
    assert (published.learning_rate, published.gradient_norm) == (1e-4, 1.0)
    assert (published.windows.source, published.windows.target) == (50, 25)
    assert published.network.tied
    assert not published.network.residual
    assert (published.network.cell, published.objective) == ("published_gru", "joint")
    assert published.window_draw == "segment"
    assert published.seed == 3


def test_preset_shared_is_one_network_and_more_clusters():
    found = parameters_of("cmu86", {"preset": "shared"})
    assert (found["training"]["share"], found["training"]["steps"]) == ("all", 2000)
    assert (found["clustering"]["largest_number"], found["clustering"]["number"]["all"]) == (40, 27)
    alone = parameters_of("cmu86", {})
    assert "share" not in alone["training"]
    assert alone["clustering"]["largest_number"] == 15


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory, mirror):
    """A run with many published options at once, on real clips."""
    project = copy_of_project(tmp_path_factory.mktemp("parity") / "project")
    options = (
        f"ingestion.registry.trials={CLIPS},"
        "concatenation.draw.actions=walking jumping,concatenation.draw.clips=3,"
        "concatenation.draw.sequences=1,training.learning_rate=0.002,training.batch_size=4,"
        "training.network.units=12,training.windows.source=25,training.windows.target=20,"
        "training.steps=6,reporting.animation_s_per_cluster=0,clustering.number=2,"
        "clustering.largest_number=3,parallel.backend=sequential"
    )
    completed = kedro_run(project, "--params", options, env="cmu_actions")
    assert completed.returncode == 0, completed.stderr
    return project, options


def test_published_options_do_what_they_did(mirrored):
    project, _ = mirrored
    (trials,) = json.loads((project / "data/04_feature/cmu_actions/plan.json").read_text()).values()
    actions = [re.fullmatch(r"(?:train|test)_(.+)_\d+", trial)[1] for trial in trials]
    assert len(actions) == 3
    assert set(actions) == {"walking", "jumping"}
    (path,) = project.glob("data/06_models/cmu_actions/models/*/models/*.safetensors")
    model = ModelDataset(filepath=str(path)).load()
    training = model.training
    assert (training.learning_rate, training.batch_size, training.steps) == (0.002, 4, 6)
    assert (training.windows.source, training.windows.target) == (25, 20)
    assert model.network.encoder.hidden_size == 12
    assert model.history["step"].iloc[-1] == 6
    assert not list(project.glob("data/08_reporting/**/video.*"))


def test_a_stored_model_is_used_again_by_its_version(mirrored):
    project, options = mirrored
    (path,) = project.glob("data/06_models/cmu_actions/models/*")
    completed = kedro_run(
        project,
        "--pipelines",
        "embedding,clustering,evaluation,reporting",
        "--load-versions",
        f"models:{path.name}",
        "--params",
        options,
        env="cmu_actions",
    )
    assert completed.returncode == 0, completed.stderr
    assert list(project.glob("data/06_models/cmu_actions/models/*")) == [path]
    tables = sorted(project.glob("data/08_reporting/cmu_actions/scores.csv/*/scores.csv"))
    first, second = (pd.read_csv(table) for table in tables)
    pd.testing.assert_frame_equal(first, second)
