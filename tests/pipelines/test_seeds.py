"""One runtime parameter seeds everything that is drawn at random in a run."""

import pytest
from helpers.projects import ROOT
from kedro.config import OmegaConfigLoader

from kinembed.settings import CONFIG_LOADER_ARGS


def parameters(env, **runtime):
    loader = OmegaConfigLoader(
        str(ROOT / "conf"), env=env, runtime_params=runtime, **CONFIG_LOADER_ARGS
    )
    return loader["parameters"]


@pytest.mark.parametrize("env", ["sample", "cmu86", "cmu_actions", "h36m", "test"])
@pytest.mark.parametrize("preset", ["fast", "published", "shared"])
def test_training_clustering_and_baselines_share_the_seed(env, preset):
    for runtime, expected in (({}, 0), ({"seed": 3}, 3)):
        found = parameters(env, preset=preset, **runtime)
        seeds = [
            found[group]["seed"] for group in ("training", "clustering", "baseline_comparison")
        ]
        assert seeds == [expected] * 3


def test_another_seed_trains_on_the_same_sequences():
    draws = [parameters("cmu_actions", seed=seed)["concatenation"]["draw"] for seed in (0, 1)]
    assert draws[0] == draws[1]
