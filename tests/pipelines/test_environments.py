"""Every environment's parameters, as pipelines get them."""

import pytest
from helpers.projects import ROOT
from kedro.config import OmegaConfigLoader

from kinembed.analysis.activation_maximisation import MaximisationParameters
from kinembed.analysis.layer_geometry import GeometryParameters
from kinembed.evaluation.ablation import AblationParameters
from kinembed.evaluation.results import ResultsParameters
from kinembed.evaluation.separability_study import SeparabilityStudyParameters
from kinembed.io.clip_labels import annotate_clip
from kinembed.io.concatenation import ConcatenationParameters, plan_sequences
from kinembed.io.sources import load_registry
from kinembed.recognition.few_shot import FewShotParameters
from kinembed.recognition.skeleton import (
    MapParameters,
    RecognitionParameters,
    TransferParameters,
    clip_targets,
)
from kinembed.recognition.skeleton.layers import actors
from kinembed.recognition.two_stream import ActionVideoParameters, TwoStreamParameters
from kinembed.segmentation.cluster_model import LabellingParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.inference import InferenceParameters
from kinembed.settings import CONFIG_LOADER_ARGS
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.video.prediction import VideoParameters

ENVIRONMENTS = sorted(path.name for path in (ROOT / "conf").iterdir() if path.is_dir())
GROUPS = {
    "clustering": ClusteringParameters,
    "concatenation": ConcatenationParameters,
    "embedding": EmbeddingParameters,
    "few_shot": FewShotParameters,
    "videos": ActionVideoParameters,
    "geometry": GeometryParameters,
    "recognition": RecognitionParameters,
    "inference": InferenceParameters,
    "labelling": LabellingParameters,
    "maps": MapParameters,
    "maximisation": MaximisationParameters,
    "results": ResultsParameters,
    "separability_study": SeparabilityStudyParameters,
    "ablation": AblationParameters,
    "training": TrainingParameters,
    "video": VideoParameters,
    "transfer": TransferParameters,
    "two_stream": TwoStreamParameters,
}


def groups_of(env):
    loader = OmegaConfigLoader(str(ROOT / "conf"), env=env, **CONFIG_LOADER_ARGS)
    parameters = loader["parameters"]
    return {name: group.model_validate(parameters[name]) for name, group in GROUPS.items()}


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_parameters_are_understood(env):
    assert groups_of(env)["training"].steps > 0


@pytest.mark.parametrize("env", ["base", "cmu86", "cmu_actions", "cmu_concatenated", "recordings"])
def test_recordings_of_bodies_share_one_configuration(env):
    base, other = groups_of("base"), groups_of(env)
    assert other["training"] == base["training"]
    assert other["embedding"] == base["embedding"]
    told = {"number": None}
    assert other["clustering"].model_copy(update=told) == base["clustering"].model_copy(update=told)


def test_concatenations_are_told_how_many_actions_they_have():
    groups = groups_of("cmu_concatenated")
    clips = [f"train_{action}_{number}" for action in "abcdefgh" for number in range(3)]
    plan = plan_sequences(clips, r"^train_(?P<action>.)_\d$", groups["concatenation"])
    assert len(plan) == 120
    for name, trials in plan.items():
        actions = len({trial.split("_")[1] for trial in trials})
        assert groups["clustering"].number_for(name) == actions, name


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
