"""Pipelines of the published protocols on a catalog in memory, with a synthetic toy motion."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from helpers.projects import ROOT
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig
from kinembed.evaluation.baselines import BaselineParameters
from kinembed.evaluation.published import (
    ANNOTATED_CUTS_METHODS,
    LOSS_CUTS_METHODS,
    PublishedParameters,
)
from kinembed.io.clip_labels import annotate_clip
from kinembed.io.concatenation import ConcatenationParameters
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.pipelines import published_annotated_cuts, published_loss_cuts
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.settings import CONFIG_LOADER_ARGS
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters

ANNOTATION = Segmentation(("calm", "wild"), np.array([[125, 150, 175]]), 300, "a")
PATTERN = r"^(?P<action>.+)_\d+$"


def same(value):
    return value


def parameters():
    return {
        "features": FeatureParameters(),
        "training": TrainingParameters(
            network={"units": 12},
            windows={"source": 12, "target": 8},
            steps=100,
            batch_size=8,
            learning_rate=5e-3,
            seed=4,
            device="cpu",
        ),
        "embedding": EmbeddingParameters(stride=4, steps=2, summary_s=0.5, device="cpu"),
        "clustering": ClusteringParameters(components=4, minimum_duration_s=0.4),
        "baseline_comparison": BaselineParameters(window_s=0.5),
        "published": PublishedParameters(
            windows={
                "loss_cuts": {"source": 10, "target": 5},
                "annotated_cuts": {"source": 15, "target": 5},
            }
        ),
        "concatenation": ConcatenationParameters(),
        "parallel": ParallelConfig(backend="sequential"),
    }


def clips(motion):
    """Two calm ones, one wild one and a repetition, of 110 to 120 frames each."""
    cuts = {"calm_1": (0, 110), "calm_2": (20, 130), "wild_1": (160, 280)}
    return {
        name: partial(same, replace(motion, values=motion.values[start:stop], trial=name))
        for name, (start, stop) in cuts.items()
    }


@pytest.fixture
def entries(toy_motion, tmp_path):
    """Sequence ``a`` is annotated, ``b`` is not; ``drawn`` is made of annotated clips."""
    groups = {f"params:{name}": group for name, group in parameters().items()}
    parts = clips(toy_motion)
    plan = {"drawn": ["calm_1", "calm_2", "wild_1", "calm_1"], "b": ["unknown"]}
    return groups | {
        "sequences": {name: partial(same, replace(toy_motion, trial=name)) for name in "ab"},
        "sequence_annotations": {"a": ANNOTATION},
        "published_annotated_checkpoints": CheckpointFolder(tmp_path),
        "published_loss_checkpoints": CheckpointFolder(tmp_path),
        "plan": plan,
        "expmaps": parts | {"unknown": partial(same, toy_motion)},
        "annotations": {
            name: annotate_clip(name, len(load()), PATTERN) for name, load in parts.items()
        },
    }


def run(pipeline, entries, *names):
    """What the nodes make, one after the other; predictions are stored as tables."""
    made = dict(entries)
    for node in pipeline.only_nodes(*names).nodes if names else pipeline.nodes:
        catalog = DataCatalog({name: MemoryDataset(value) for name, value in made.items()})
        outputs = SequentialRunner().run(pipeline.only_nodes(node.name), catalog)
        for name, dataset in outputs.items():
            value = dataset.load()
            if name.endswith("_predictions"):
                value = {key: partial(same, table) for key, table in value.stream()}
            made[name] = value
    return made


def test_annotated_cuts_from_sequences_to_scores(entries, caplog):
    made = run(published_annotated_cuts.create_pipeline(), entries)
    assert list(made["published_annotated_predictions"]) == ["a"]
    assert "not annotated: b" in caplog.text
    found = made["published_annotated_scores"]
    assert found["method"].tolist() == list(ANNOTATED_CUTS_METHODS)
    assert set(found["protocol"]) == {"published_annotated_cuts"}
    assert set(found["seed"]) == {4}
    assert found.set_index("method").loc["window_ward", "accuracy"] > 0.9


def test_loss_cuts_score_every_clip_as_a_class(entries, caplog):
    made = run(published_loss_cuts.create_pipeline(), entries)
    assert list(made["published_loss_predictions"]) == ["drawn"]
    assert "not annotated: b" in caplog.text
    scores = made["published_loss_scores"]
    assert scores["method"].tolist() == list(LOSS_CUTS_METHODS)
    assert set(scores["sequence"]) == {"drawn"}
    assert (set(scores["protocol"]), set(scores["seed"])) == ({"published_loss_cuts"}, {4})
    assert (set(scores["clusters"]), set(scores["behaviours"])) == ({2}, {4})
    assert len(made["published_loss_predictions"]["drawn"]()) == 110 + 110 + 120 + 110


def test_clips_are_joined_as_recorded_whatever_the_stage_does(entries, monkeypatch):
    from kinembed.pipelines.published_loss_cuts import nodes

    joined = []
    original = nodes.concatenate
    monkeypatch.setattr(
        nodes, "concatenate", lambda *given: joined.append(original(*given)) or joined[-1]
    )
    run(published_loss_cuts.create_pipeline(), entries, "predict_loss_cuts")
    first, second = (entries["expmaps"][name]().values for name in ("calm_1", "calm_2"))
    np.testing.assert_array_equal(joined[0].values[:220], np.vstack([first, second]))


def test_continuous_trials_are_cut_by_the_loss_too(entries, toy_motion):
    motion = replace(toy_motion, trial="a")
    entries |= {
        "plan": {"a": ["a"]},
        "expmaps": {"a": partial(same, motion)},
        "annotations": {"a": ANNOTATION},
    }
    made = run(published_loss_cuts.create_pipeline(), entries)
    scores = made["published_loss_scores"]
    assert (set(scores["clusters"]), set(scores["behaviours"])) == ({2}, {2})


@pytest.mark.parametrize("module", [published_annotated_cuts, published_loss_cuts])
def test_nothing_annotated_is_an_error(entries, module):
    entries |= {"annotations": {}, "sequence_annotations": {}}
    with pytest.raises(DataError, match="no sequence is annotated: "):
        run(module.create_pipeline(), entries)


def test_the_configuration_states_the_published_choices():
    found = OmegaConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)["parameters"]["published"]
    values = PublishedParameters.model_validate(found)
    assert values.features.root == "absolute"
    windows = values.windows.model_dump()
    assert windows == {
        "loss_cuts": {"source": 25, "target": 25},
        "annotated_cuts": {"source": 50, "target": 25},
    }
    assert values.loss_threshold == 1


def test_a_sequence_shorter_than_a_window_is_named(entries, toy_motion):
    short = replace(toy_motion, values=toy_motion.values[:14], trial="short")
    entries |= {
        "plan": {"short": ["calm_1"]},
        "expmaps": {"calm_1": partial(same, short)},
        "annotations": {"calm_1": annotate_clip("calm_1", 14, PATTERN)},
    }
    with pytest.raises(DataError, match="short: a sequence of 14 frames is shorter than"):
        run(published_loss_cuts.create_pipeline(), entries)
