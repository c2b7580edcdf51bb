"""Pipeline ``recognition`` on a catalog in memory, with synthetic clips of a toy body."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig
from kinembed.motion.motion import Segmentation
from kinembed.pipeline_registry import STAGES, register_pipelines
from kinembed.pipelines import recognition
from kinembed.recognition.skeleton import RecognitionParameters
from kinembed.report.parameters import ReportParameters
from kinembed.training.checkpoints import CheckpointFolder

PARAMETERS = RecognitionParameters(
    test_clips=["*_2"],
    network={"widths": (4, 6, 8), "dropout": 0.0},
    frame_rate=25.0,
    crop_frames=16,
    steps=60,
    batch_size=8,
    learning_rate=0.05,
    learning_rate_drops=(),
    device="cpu",
    seeds=(0, 3),
)


def same(value):
    return value


def entries_of(toy_motion, folder):
    """Calm clips are cut from the first half of the toy, wild ones from the second."""
    starts = {
        f"{name}_{number}": first + 40 * number
        for name, first in (("calm", 0), ("wild", 150))
        for number in range(3)
    }
    cut = {
        name: replace(toy_motion, values=toy_motion.values[start : start + 60], trial=name)
        for name, start in starts.items()
    }
    whole = np.empty((0, 3), dtype=np.int64)
    labels = {name: Segmentation((name.split("_")[0],), whole, 60, name) for name in cut}
    return {
        "params:recognition": PARAMETERS,
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="toy", note="synthetic"),
        "expmaps": {name: partial(same, motion) for name, motion in cut.items()},
        "annotations": labels,
        "recognition_checkpoints": CheckpointFolder(folder),
    }


def run_nodes(entries):
    """What the nodes make; networks are kept, as a stored collection would be."""
    made, pipeline = dict(entries), recognition.create_pipeline()
    for node in pipeline.nodes:
        catalog = DataCatalog({name: MemoryDataset(value) for name, value in made.items()})
        outputs = SequentialRunner().run(pipeline.only_nodes(node.name), catalog)
        made |= {name: dataset.load() for name, dataset in outputs.items()}
        if node.name == "train_action_classifiers":
            stored = dict(made["action_classifiers"].stream())
            made["checkpoints were"] = len(
                list(entries["recognition_checkpoints"].path.glob("*.safetensors"))
            )
            made["action_classifiers"] = {name: partial(same, one) for name, one in stored.items()}
    return made


@pytest.fixture(scope="module")
def results(toy_motion, tmp_path_factory):
    return run_nodes(entries_of(toy_motion, tmp_path_factory.mktemp("checkpoints")))


def test_every_seed_is_scored_on_both_parts(results):
    scores = results["recognition_scores"]
    assert scores[["network", "part", "clips"]].to_numpy().tolist() == [
        ["seed_0", "test", 2],
        ["seed_3", "test", 2],
        ["seed_0", "train", 4],
        ["seed_3", "train", 4],
    ]
    assert (scores["accuracy"] == 1).all()


def test_histories_and_figures_are_of_every_network(results):
    histories = results["recognition_histories"]
    assert histories.groupby("network")["step"].max().to_dict() == {"seed_0": 60, "seed_3": 60}
    assert histories["loss"].nunique() > 3
    figures = results["recognition_figures"]
    assert set(figures) == {"confusion_seed_0.png", "confusion_seed_3.png"}
    assert all(content.startswith(b"\x89PNG") for content in figures.values())


def test_every_training_keeps_a_checkpoint(results):
    assert results["checkpoints were"] == 2


def test_training_is_told_of_no_clip_that_is_tested_on(toy_motion, tmp_path, results):
    """Neither where its joints are nor what it shows changes a weight."""
    entries = entries_of(toy_motion, tmp_path)
    tested = [name for name in entries["expmaps"] if name.endswith("_2")]
    for name in tested:
        still = replace(toy_motion, values=toy_motion.values[:50], trial=name)
        entries["expmaps"][name] = partial(same, still)
    first, second = (entries["annotations"][name] for name in tested)
    entries["annotations"] |= {tested[0]: second, tested[1]: first}
    other = run_nodes(entries)
    for name, load in results["action_classifiers"].items():
        expected = load().network.state_dict()
        for key, value in other["action_classifiers"][name]().network.state_dict().items():
            assert torch.equal(value, expected[key]), (name, key)
    assert other["recognition_scores"]["accuracy"].min() < 1


def test_targets_reach_training_and_scoring_alone():
    pipeline = recognition.create_pipeline()
    readers = {
        name: {node.name for node in pipeline.nodes if name in node.inputs}
        for name in ("annotations", "train_targets", "test_targets")
    }
    assert readers == {
        "annotations": {"label_clips"},
        "train_targets": {"train_action_classifiers", "score_action_classifiers"},
        "test_targets": {"score_action_classifiers", "draw_confusions"},
    }
    made = pipeline.outputs() | pipeline.all_outputs()
    for stage in STAGES:
        assert not register_pipelines()[stage].inputs() & made, stage


def test_a_clip_that_is_too_short_fails_before_a_step(toy_motion, tmp_path):
    entries = entries_of(toy_motion, tmp_path)
    short = replace(toy_motion, values=toy_motion.values[:16], trial="calm_0")
    entries["expmaps"]["calm_0"] = partial(same, short)
    with pytest.raises(DataError, match=r"fewer than the 9 frames.*: calm_0 \(8\)"):
        run_nodes(entries)
