"""What the presets of training are in every experiment."""

from functools import cache

import pytest
from helpers.projects import ROOT
from helpers.shown_commands import parameters_of

from kinembed.evaluation import ablation
from kinembed.evaluation.baselines import StageParameters
from kinembed.motion.features import FeatureParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.training.motion_prediction import TrainingParameters

EXPERIMENTS = sorted(path.parent.name for path in (ROOT / "conf").glob("*/globals.yml"))
EXPERIMENTS.remove("base")
OF_CLIPS = {"cmu_actions", "cmu_concatenated", "h36m", "hdm05", "hdm05_shared"}
SHARED = {"hdm05_shared", "mice", "recordings"}
"""Whose preset is another than the defaults of the classes."""

PUBLISHED = {
    "network": {
        "units": 1024,
        "layers": 1,
        "cell": "published_gru",
        "tied": True,
        "residual": False,
        "dropout": 0.0,
    },
    "steps": 10000,
    "batch_size": 16,
    "learning_rate": 1e-4,
    "gradient_norm": 1.0,
    "input_noise": 0.0,
    "seed": 3,
}
CASES = {
    "published_clips": {
        **PUBLISHED,
        "windows": {"source": 25, "target": 25},
        "objective": "mse",
        "window_draw": "uniform",
    },
    "published_continuous": {
        **PUBLISHED,
        "windows": {"source": 50, "target": 25},
        "objective": "joint",
        "window_draw": "segment",
    },
}
# What an experiment sets with any preset.
SET = {
    "test": {"units": 16, "windows": {"source": 20, "target": 20}, "steps": 60, "batch_size": 8},
    "toy": {
        "units": 64,
        "steps": 1500,
        "learning_rate": 3e-3,
        "windows": {"source": 50, "target": 25},
    },
}


@cache
def training(env, **runtime):
    found = parameters_of(env, runtime)["training"]
    return TrainingParameters.model_validate(found).model_dump(mode="json")


def expected(env, case):
    found = {**CASES[case], "network": dict(CASES[case]["network"])}
    for name, value in SET.get(env, {}).items():
        (found["network"] if name == "units" else found)[name] = value
    return found


@pytest.mark.parametrize("env", EXPERIMENTS)
@pytest.mark.parametrize("case", CASES)
def test_a_published_preset_is_that_case_in_every_experiment(env, case):
    found = training(env, preset=case, seed=3)
    wanted = expected(env, case)
    assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize("env", EXPERIMENTS)
def test_published_is_the_case_of_the_experiment(env):
    case = "published_clips" if env in OF_CLIPS else "published_continuous"
    assert training(env, preset="published", seed=3) == training(env, preset=case, seed=3)


@pytest.mark.parametrize("env", EXPERIMENTS)
@pytest.mark.parametrize("case", CASES)
def test_all_rows_of_the_ablation_fit_a_published_preset(env, case):
    found = parameters_of(env, {"preset": case, "seed": 3})
    stages = StageParameters(
        FeatureParameters.model_validate(found["features"]),
        TrainingParameters.model_validate(found["training"]),
        EmbeddingParameters.model_validate(found["embedding"]),
        ClusteringParameters.model_validate(found["clustering"]),
    )
    rows = {"rows": found["ablation"]["rows"], "only": "targets_*", "seeds": 0}
    units = ablation.plan(ablation.AblationParameters.model_validate(rows), stages, ["any"])
    assert set(units) == {"any/targets_present.seed_0", "any/targets_shuffled.seed_0"}


@pytest.mark.parametrize("env", sorted(set(EXPERIMENTS) - set(SET) - SHARED))
def test_without_a_preset_the_defaults_of_the_classes_hold(env):
    assert training(env) == TrainingParameters().model_dump(mode="json")
