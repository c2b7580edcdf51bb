"""Pipeline ``video`` on a catalog in memory, with videos of each kind as small as they get."""

from functools import partial

import numpy as np
import pytest
from helpers.projects import ROOT
from helpers.videos import write_video
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.errors import FormatError
from kinembed.core.parallel import ParallelConfig
from kinembed.datasets import FrameFeaturesDataset, VideoDataDataset
from kinembed.io.sources.frame_features import NO_FRAME_FEATURES, FrameFeatures
from kinembed.pipeline_registry import register_pipelines
from kinembed.pipelines import video
from kinembed.pipelines.frame_features.nodes import collect_frame_features
from kinembed.recognition.skeleton import joint_clip
from kinembed.report.parameters import ReportParameters
from kinembed.settings import CONFIG_LOADER_ARGS
from kinembed.tracking.mlflow import Child
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.video.prediction import VideoParameters

TRAINING = {
    "network": {"units": 4},
    "windows": {"source": 4, "target": 3},
    "steps": 3,
    "batch_size": 2,
    "device": "cpu",
    "checkpoint_every": 2,
    "history_every": 1,
}
ROWS = {
    "autoencoder": {"task": "autoencoder"},
    "composite": {"task": "composite", "conditional": True},
}
DIGITS = VideoParameters(
    rows=ROWS,
    seeds=(0, 3),
    digits={
        "shrink": 7,
        "videos": {"side": 8, "digits": 1, "slowest": 0.5, "fastest": 1.5},
        "held_out": (1, 2),
    },
    training=TRAINING,
    held_out={"videos": 4, "roll_out": 6},
)
NAMES = ["autoencoder.seed_0", "autoencoder.seed_3", "composite.seed_0", "composite.seed_3"]


def same(value):
    return value


def run(folder, parameters, frame_features=NO_FRAME_FEATURES):
    """Every node's outputs, and how many checkpoints there were when networks had been trained."""
    made = {
        "params:video": parameters,
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="toy", note="synthetic"),
        "video_checkpoints": CheckpointFolder(folder),
        "frame_features": frame_features,
    }
    pipeline = video.create_pipeline()
    for node in pipeline.nodes:
        catalog = DataCatalog({name: MemoryDataset(value) for name, value in made.items()})
        outputs = SequentialRunner().run(pipeline.only_nodes(node.name), catalog)
        made |= {name: dataset.load() for name, dataset in outputs.items()}
        if node.name == "train_videos":  # networks are kept, as a stored collection would be
            stored = dict(made["video_networks"].stream())
            made["checkpoints were"] = len(
                list(made["video_checkpoints"].path.glob("*.safetensors"))
            )
            made["video_networks"] = {name: partial(same, one) for name, one in stored.items()}
    return made


def small(env, **groups):
    """An environment's parameters with the least of training, and some of its groups changed."""
    loader = OmegaConfigLoader(str(ROOT / "conf"), env=env, **CONFIG_LOADER_ARGS)
    told = loader["parameters"]["video"]
    values = {"values": told["training"]["network"]["values"]}
    told |= {
        "only": "autoencoder composite_conditional",
        "seeds": "0 3",
        "training": TRAINING | {"network": {"units": 4} | values},
        "held_out": {"videos": 4, "roll_out": 6},
    }
    told |= {name: told[name] | changes for name, changes in groups.items()}
    return VideoParameters.model_validate(told)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return run(tmp_path_factory.mktemp("digits"), DIGITS)


@pytest.fixture(scope="module")
def of_videos(tmp_path_factory):
    """A synthetic video: a bright square goes from left to right, again and again."""
    folder = tmp_path_factory.mktemp("videos")
    frames = np.full((60, 40, 48, 3), 60, np.uint8)
    for number, frame in enumerate(frames):
        frame[12:24, number % 36 : number % 36 + 12] = (250, 120, 40)
    write_video(folder / "square.avi", frames)
    patches = {"folder": folder, "videos": None, "side": 8, "shorter_side": 16, "held_out": 0.4}
    parameters = small("videos", patches=patches)
    return run(tmp_path_factory.mktemp("patches"), parameters)


@pytest.fixture(scope="module")
def of_frame_features(tmp_path_factory):
    """Synthetic: two features that swing."""
    turns = {"a": np.arange(40) / 5, "b": np.arange(30) / 7}
    waves = {
        name: np.column_stack([np.sin(turn), np.cos(turn)]).astype(np.float32)
        for name, turn in turns.items()
    }
    parameters = small("hdm05", frame_features={"held_out": "b"})
    return run(
        tmp_path_factory.mktemp("frame_features"),
        parameters,
        FrameFeatures(waves, "waves", ("sine", "cosine")),
    )


def test_every_row_is_trained_and_scored_with_every_seed(results):
    assert list(results["video_networks"]) == NAMES
    assert results["video_histories"].groupby("network")["step"].max().to_dict() == dict.fromkeys(
        NAMES, 3
    )
    scores = results["video_scores"]
    counted = scores.groupby(["model", "seed"], dropna=False, sort=False).size()
    assert counted.tolist() == [4, 4, 4, 2, 2, 8, 8]
    assert set(scores["data"]) == {"scikit-learn's digits, enlarged"}
    assert scores[["cross_entropy", "squared_error"]].gt(0).all(axis=None)


def test_mlflow_is_told_of_every_network(results):
    records = {name: Child.model_validate(one) for name, one in results["video_runs"].items()}
    assert list(records) == NAMES
    assert records["composite.seed_3"].params["seed"] == 3
    assert len(records["composite.seed_3"].metrics) == 16


def test_networks_that_predict_are_rolled_out_and_drawn(results):
    roll_outs = results["video_roll_outs"]
    assert roll_outs.groupby(["model", "seed"]).size().to_dict() == {
        ("composite", 0): 12,
        ("composite", 3): 12,
    }
    assert set(results["video_strips"]) == {
        "strips_1_digits.png",
        "strips_2_digits.png",
        "moving_1_digits.gif",
        "moving_2_digits.gif",
        "roll_outs.png",
    }
    assert set(results["video_figures"]) == {
        "roll_out_peaks.png",
        "units_composite.seed_0.png",
        "filters_composite.seed_0.png",
    }
    for name, content in (results["video_strips"] | results["video_figures"]).items():
        assert content.startswith({"png": b"\x89PNG", "gif": b"GIF89a"}[name[-3:]])


def test_every_training_keeps_a_checkpoint(results):
    assert results["checkpoints were"] == 4


def test_the_pipeline_meets_frame_features_alone():
    own = video.create_pipeline().datasets()
    shared = {"params:parallel", "params:reporting"}
    with_frame_features = shared | {"params:video", "frame_features"}
    for name, other in register_pipelines().items():
        if name != "video":
            allowed = with_frame_features if name == "frame_features" else shared
            assert own & other.datasets() <= allowed, name


def content_kind(content):
    return {b"\x89PNG": "png", b"GIF8": "gif"}[content[:4]]


def test_patches_of_videos_are_learned_and_shown_in_colour(of_videos):
    scores = of_videos["video_scores"]
    assert list(scores["data"].unique()) == ["videos"]
    assert scores["cross_entropy"].isna().all()
    assert scores["digits"].isna().all()
    assert scores["squared_error"].gt(0).all()
    counted = scores.groupby(["model", "seed"], dropna=False, sort=False).size()
    assert counted.tolist() == [2, 2, 2, 1, 1, 4, 4]
    assert set(of_videos["video_strips"]) == {"strips.png", "moving.gif", "roll_outs.png"}
    assert set(of_videos["video_figures"]) == {
        "roll_out_peaks.png",
        "units_composite_conditional.seed_0.png",
        "filters_composite_conditional.seed_0.png",
    }
    for name, content in (of_videos["video_strips"] | of_videos["video_figures"]).items():
        assert content_kind(content) == name[-3:]


def test_frame_features_are_learned_and_shown_as_lines(of_frame_features):
    assert list(of_frame_features["video_scores"]["data"].unique()) == ["waves"]
    assert set(of_frame_features["video_strips"]) == {"strips.png", "roll_outs.png"}
    assert set(of_frame_features["video_figures"]) == {
        "roll_out_peaks.png",
        "units_composite_conditional.seed_0.png",
    }
    metrics = of_frame_features["video_runs"]["composite_conditional.seed_3"]["metrics"]
    assert "prediction.free.squared_error" in metrics
    assert len(metrics) == 4


def test_joint_positions_of_recordings_are_frame_features(toy_motion):
    made = collect_frame_features(
        {"toy": partial(same, toy_motion)},
        VideoParameters(rows=ROWS, frame_features={"frame_rate": 25.0}),
        ParallelConfig(backend="sequential"),
    )
    expected = joint_clip(toy_motion, 25.0).positions
    assert made.name == "joint positions"
    assert made.channels[:4] == ("hips x", "hips y", "hips z", "arm x")
    np.testing.assert_array_equal(made.values["toy"], expected.reshape(150, -1))


def test_what_is_learned_is_stored_and_damage_is_named(
    results, of_videos, of_frame_features, tmp_path
):
    dataset = VideoDataDataset(filepath=str(tmp_path / "data.safetensors"))
    dataset.save(results["video_data"])
    again = dataset.load()
    assert (again.train == results["video_data"].train).all()
    assert again.test.shape == (299, 4, 4)
    assert again.source == "scikit-learn's digits, enlarged, 1,498 training images"
    dataset.save(of_videos["video_data"])
    (video,) = dataset.load().videos.values()
    np.testing.assert_array_equal(video.frames, of_videos["video_data"].videos["square.avi"].frames)
    assert video.frame_rate == 10
    dataset.save(of_frame_features["video_data"])
    stored = dataset.load()
    assert (stored.name, list(stored.values)) == ("waves", ["a", "b"])
    assert stored.channels == ("sine", "cosine")
    np.testing.assert_array_equal(stored.values["b"], of_frame_features["video_data"].values["b"])
    with pytest.raises(FormatError, match=r"d\.safetensors: not stored data of videos"):
        dataset.decode(b"no digits", "d.safetensors")


def test_where_no_frame_features_are_stored_there_are_none(tmp_path):
    dataset = FrameFeaturesDataset(filepath=str(tmp_path / "frame_features.safetensors"))
    assert dataset.load().values == {}
    dataset.save(FrameFeatures({"a": np.ones((3, 2), np.float32)}, "ones", ("b", "c")))
    assert list(dataset.load().values) == ["a"]
