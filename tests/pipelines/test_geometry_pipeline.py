"""Pipeline ``geometry`` on a catalog in memory, with synthetic clips."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.analysis.layer_geometry import GeometryParameters
from kinembed.core.parallel import ParallelConfig
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.pipelines import geometry
from kinembed.recognition.skeleton import (
    Clips,
    MapParameters,
    RecognitionParameters,
    train_action_classifier,
)
from kinembed.report.parameters import ReportParameters

NAMES = tuple(f"{part}_{actor}_{n}" for part in ("test", "train") for actor in "ab" for n in "0123")


def same(value):
    return value


@pytest.fixture(scope="module")
def results():
    generator = np.random.default_rng(0)
    graph = SkeletonGraph(("hips", "arm", "hand"), np.arange(3), (-1, 0, 1))
    positions = tuple(
        (generator.normal(size=(9 + number % 3, 3, 3)) * (1 + number % 2)).astype(np.float32)
        for number in range(len(NAMES))
    )
    clips = Clips(NAMES, positions, graph, 20.0)
    labels = ["calm", "wild"] * (len(NAMES) // 2)
    parameters = RecognitionParameters(
        test_clips=["test_*"],
        network={"widths": (3, 3, 3)},
        frame_rate=20.0,
        crop_frames=9,
        steps=3,
        device="cpu",
    )
    networks = {
        f"seed_{seed}": train_action_classifier(clips, labels, parameters, seed) for seed in (0, 1)
    }
    entries = {
        "action_classifiers": {name: partial(same, one) for name, one in networks.items()},
        "clips": clips,
        "train_targets": pd.DataFrame({"clip": NAMES[8:], "behaviour": labels[8:]}),
        "test_targets": pd.DataFrame({"clip": NAMES[:8], "behaviour": labels[:8]}),
        "params:geometry": GeometryParameters(
            dataset="synthetic",
            group_pattern="^test_([a-z])",
            windows=(1, 4),
            graphs=("nnk",),
            neighbours=3,
        ),
        "params:maps": MapParameters(hidden_joints=1, random_draws=2, noise_draws=1, bins=3),
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="toy", note="synthetic"),
    }
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in entries.items()})
    pipeline = geometry.create_pipeline()
    measuring = pipeline.only_nodes("measure_geometry", "make_clip_maps", "map_clips")
    outputs = SequentialRunner().run(measuring, catalog)
    made = {name: dataset.load() for name, dataset in outputs.items()}
    drawing = pipeline - measuring
    given = {name: (made | entries)[name] for name in drawing.inputs()}
    drawn = DataCatalog({name: MemoryDataset(value) for name, value in given.items()})
    figures = SequentialRunner().run(drawing, drawn)
    return made | {name: dataset.load() for name, dataset in figures.items()}


def test_every_network_is_measured_trained_and_not_at_all_layers(results):
    table = results["geometry"]
    assert len(table) == 2 * 2 * 11 * 2
    assert table.groupby(["seed", "model"]).size().tolist() == [22] * 4
    assert table["label_error"].between(0, 1).all()


def test_the_leak_is_measured_on_the_same_clips_with_other_neighbours(results):
    columns = ["seed", "model", "layer", "graph", "window"]
    alone, leaky = results["geometry"], results["geometry_leak"]
    pd.testing.assert_frame_equal(alone[columns], leaky[columns])
    assert (alone["label_error"] != leaky["label_error"]).any()


def test_every_network_and_behaviour_has_tested_maps(results):
    assert results["gradcam"].groupby(["seed", "behaviour"]).size().tolist() == [10] * 4
    assert len(results["class_maps"]) == 2 * 2 * 10 * 3 * 3


def test_maps_are_drawn_for_each_behaviour_and_all_together(results):
    assert set(results["class_map_figures"]) == {"calm.png", "wild.png", "all.png"}
    assert set(results["typical_map_animations"]) == {"calm.gif", "wild.gif"}
    titles = [ax.get_title(loc="left") for ax in results["dataset_map_figure"].axes]
    assert titles == ["input", "blocks.3", "blocks.6", "blocks.9"]


def test_the_figure_bears_the_note(results):
    assert results["geometry_figure"].texts[0].get_text() == "synthetic"
