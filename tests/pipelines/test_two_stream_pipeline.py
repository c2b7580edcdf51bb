"""Pipeline ``two_stream`` on a catalog in memory, with synthetic clips of a toy body."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner
from kedro.validation import TypeExtractor

from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig
from kinembed.motion.motion import Segmentation
from kinembed.pipeline_registry import register_pipelines
from kinembed.pipelines import recognition
from kinembed.recognition.skeleton import RecognitionParameters
from kinembed.recognition.two_stream import TwoStreamParameters
from kinembed.report.parameters import ReportParameters
from kinembed.training.checkpoints import CheckpointFolder

PARAMETERS = TwoStreamParameters(
    test_clips=["*_2"],
    figures={"pixels": 16, "azimuth": 90},
    network={"widths": (4, 6, 8), "fused": 8, "dropout": 0.0},
    frame_rate=25.0,
    crop_frames=6,
    steps=60,
    batch_size=8,
    learning_rate_drops=(),
    device="cpu",
    seeds=(0, 3),
)
CLIPS = [f"{name}_{number}" for name in ("calm", "wild") for number in range(3)]


def same(value):
    return value


def entries_of(toy_motion, folder):
    """Calm clips are cut from the first half of the toy, wild ones from the second."""
    starts = {name: 150 * (name[:4] == "wild") + 40 * int(name[-1]) for name in CLIPS}
    cut = {
        name: replace(toy_motion, values=toy_motion.values[start : start + 60], trial=name)
        for name, start in starts.items()
    }
    whole = np.empty((0, 3), dtype=np.int64)
    labels = {name: Segmentation((name.split("_")[0],), whole, 60, name) for name in cut}
    return {
        "params:two_stream": PARAMETERS,
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="toy", note="synthetic"),
        "expmaps": {name: partial(same, motion) for name, motion in cut.items()},
        "annotations": labels,
        "two_stream_checkpoints": CheckpointFolder(folder),
    }


def run_nodes(entries):
    """What the nodes make; networks are kept, as a stored collection would be."""
    made, pipeline = dict(entries), recognition.create_two_stream_pipeline()
    for node in pipeline.nodes:
        catalog = DataCatalog({name: MemoryDataset(value) for name, value in made.items()})
        outputs = SequentialRunner().run(pipeline.only_nodes(node.name), catalog)
        made |= {name: dataset.load() for name, dataset in outputs.items()}
        if node.name == "two_stream.train_action_classifiers":
            stored = dict(made["two_streams"].stream())
            made["checkpoints were"] = len(
                list(made["two_stream_checkpoints"].path.glob("*.safetensors"))
            )
            made["two_streams"] = {name: partial(same, one) for name, one in stored.items()}
    return made


@pytest.fixture(scope="module")
def results(toy_motion, tmp_path_factory):
    return run_nodes(entries_of(toy_motion, tmp_path_factory.mktemp("checkpoints")))


def test_every_seed_is_scored_on_both_parts(results):
    scores = results["two_stream_scores"]
    assert scores[["network", "part", "clips"]].to_numpy().tolist() == [
        ["seed_0", "test", 2],
        ["seed_3", "test", 2],
        ["seed_0", "train", 4],
        ["seed_3", "train", 4],
    ]
    assert (scores["accuracy"] == 1).all()


def test_pictures_are_of_the_clips_of_each_part(results):
    assert set(results["two_stream_pictures"].names) == {n for n in CLIPS if n[-1] != "2"}
    assert results["two_stream_held_out"].names == ("calm_2", "wild_2")
    assert results["two_stream_held_out"].clips[0].appearance.shape == (30, 16, 16)
    networks = [load() for load in results["two_streams"].values()]
    assert [network.held_out for network in networks] == [("calm_2", "wild_2")] * 2


def test_histories_and_figures_are_of_every_network(results):
    steps = results["two_stream_histories"].groupby("network")["step"].max().to_dict()
    assert steps == {"seed_0": 60, "seed_3": 60}
    figures = results["two_stream_figures"]
    confusions = {"confusion_seed_0.png", "confusion_seed_3.png"}
    assert set(figures) == {"clip_calm.png", "clip_wild.png", *confusions}
    assert all(content.startswith(b"\x89PNG") for content in figures.values())


def test_every_training_keeps_a_checkpoint(results):
    assert results["checkpoints were"] == 2


def test_training_is_told_of_no_clip_that_is_tested_on(toy_motion, tmp_path, results):
    """Neither where its joints are nor what it shows changes a weight."""
    entries = entries_of(toy_motion, tmp_path)
    tested = ["calm_2", "wild_2"]
    for name in tested:
        still = replace(toy_motion, values=toy_motion.values[:50], trial=name)
        entries["expmaps"][name] = partial(same, still)
    first, second = (entries["annotations"][name] for name in tested)
    entries["annotations"] |= {tested[0]: second, tested[1]: first}
    other = run_nodes(entries)
    for name, load in results["two_streams"].items():
        expected = load().network.state_dict()
        for key, value in other["two_streams"][name]().network.state_dict().items():
            assert torch.equal(value, expected[key]), (name, key)
    assert other["two_stream_scores"]["accuracy"].min() < 1


def test_targets_reach_training_and_scoring_alone():
    """Drawing looks at them for the names of a part's clips, not for what they show."""
    pipeline = recognition.create_two_stream_pipeline()
    readers = {
        name: {
            node.name.removeprefix("two_stream.") for node in pipeline.nodes if name in node.inputs
        }
        for name in ("annotations", "two_stream_train_targets", "two_stream_test_targets")
    }
    training, scoring = "train_action_classifiers", "score_action_classifiers"
    assert readers == {
        "annotations": {"label_clips"},
        "two_stream_train_targets": {"draw_pictures", training, scoring},
        "two_stream_test_targets": {"draw_pictures", scoring, "draw_figures"},
    }


def test_what_it_makes_is_made_by_no_other_pipeline():
    pipelines = register_pipelines()
    made = pipelines["two_stream"].all_outputs()
    others = set(pipelines) - {"two_stream", "two_stream_videos"}
    assert not {name for name in others if pipelines[name].all_outputs() & made}


@pytest.mark.parametrize("name", ["two_stream", "two_stream_videos"])
def test_it_meets_recognition_in_recordings_alone(name):
    pipelines = register_pipelines()
    shared = {"expmaps", "annotations", "params:parallel", "params:reporting"}
    assert pipelines[name].datasets() & pipelines["recognition"].datasets() <= shared


@pytest.mark.parametrize(
    ("name", "group", "expected"),
    [
        ("recognition", "recognition", RecognitionParameters),
        ("two_stream", "two_stream", TwoStreamParameters),
        ("two_stream_videos", "two_stream", TwoStreamParameters),
    ],
)
def test_settings_become_those_of_the_networks(name, group, expected):
    """Nodes that both pipelines share name no class, from which Kedro would make them."""
    pipeline = register_pipelines()[name]
    found = [
        TypeExtractor({name: pipeline.only_nodes(node.name)}).extract_types_from_pipelines()
        for node in pipeline.nodes
    ]
    assert {types[group] for types in found if group in types} == {expected}


def test_messages_name_the_settings_of_this_pipeline(toy_motion, tmp_path):
    entries = entries_of(toy_motion, tmp_path)
    entries["params:two_stream"] = PARAMETERS.model_copy(update={"test_clips": ["nobody"]})
    with pytest.raises(DataError, match="which two_stream.test_clips chooses by name"):
        run_nodes(entries)
