"""Pipeline ``maximisation`` on a catalog in memory, with synthetic clips."""

from functools import partial
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner
from PIL import Image

from kinembed.analysis.activation_maximisation import MaximisationParameters
from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig
from kinembed.datasets import MaximisedDataset
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.pipelines import maximisation
from kinembed.pipelines.maximisation.nodes import prepare_two_streams
from kinembed.recognition.skeleton import Clips, RecognitionParameters, train_action_classifier
from kinembed.report.parameters import ReportParameters
from kinembed.video.stick_figures import PictureClip, PictureClips

NAMES = tuple(f"{part}_{n}" for part in ("test", "train") for n in range(6))
LABELS = ["calm", "wild"] * 6


def same(value):
    return value


@pytest.fixture(scope="module")
def results():
    generator = np.random.default_rng(0)
    graph = SkeletonGraph(("hips", "arm", "hand"), np.arange(3), (-1, 0, 1))
    positions = []
    for number, label in enumerate(LABELS):
        moves = generator.normal(size=(9 + 5 * (number % 2), 3, 3)) * (1 + (label == "wild"))
        moves[:, 0] = 0
        positions.append(moves.astype(np.float32))
    clips = Clips(NAMES, tuple(positions), graph, 20.0)
    recognition = RecognitionParameters(
        test_clips=["test_*"],
        network={"widths": (3, 3, 3)},
        frame_rate=20.0,
        crop_frames=9,
        steps=3,
        device="cpu",
    )
    networks = {
        f"seed_{seed}": train_action_classifier(clips, LABELS, recognition, seed) for seed in (0, 1)
    }
    entries = {
        "action_classifiers": {name: partial(same, one) for name, one in networks.items()},
        "clips": clips,
        "train_targets": pd.DataFrame({"clip": NAMES[6:], "behaviour": LABELS[6:]}),
        "test_targets": pd.DataFrame({"clip": NAMES[:6], "behaviour": LABELS[:6]}),
        "params:maximisation": MaximisationParameters(
            layers=["blocks.0", "classifier"],
            units=2,
            chi=(0.0, 10.0),
            seeds=(0, 1),
            ascent={"steps": 3, "device": "cpu"},
        ),
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="toy", note="synthetic"),
    }
    pipeline = maximisation.create_pipeline()
    measuring = pipeline.only_nodes("prepare_action_classifiers", "maximise_networks")
    drawing = pipeline - pipeline.only_nodes("maximise_networks")
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in entries.items()})
    outputs = SequentialRunner().run(measuring, catalog)
    made = {name: dataset.load() for name, dataset in outputs.items()}
    lazy = {name: partial(same, one) for name, one in made["maximised_inputs"].items()}
    given = made | entries | {"maximised_inputs": lazy}
    drawn = DataCatalog({name: MemoryDataset(given[name]) for name in drawing.inputs()})
    shown = SequentialRunner().run(drawing, drawn)
    return made | {name: dataset.load() for name, dataset in shown.items()}


def test_every_network_layer_unit_chi_and_seed_has_a_row(results):
    table = results["maximisation"]
    assert list(table)[:5] == ["network", "layer", "unit", "chi", "seed"]
    assert table.groupby(["network", "layer", "unit"]).size().eq(4).all()
    assert set(table["network"]) == {"seed_0", "seed_1"}
    assert table[["appearance_drop", "flow_drop"]].isna().all(axis=None)
    assert table["temporal_variation"].gt(0).all()


def test_clips_in_parts_are_named_as_they_are(results):
    units = results["maximisation_units"]
    assert set(units["clip"]) <= set(NAMES[:6])
    assert units["layer"].eq("blocks.0").sum() == 2 * 3
    classes = units.query("layer == 'classifier' and network == 'seed_0'")["class"]
    assert classes.tolist() == ["calm", "wild"]


def test_every_layer_is_measured(results):
    layers = results["maximisation_layers"]
    assert layers["units"].tolist() == [3, 2] * 2
    assert layers["half_speed_similarity"].between(-1, 1).all()


def test_inputs_stay_within_the_bounds_of_training_clips_and_are_stored(results, tmp_path):
    found = results["maximised_inputs"]["seed_0"]
    dataset = MaximisedDataset(filepath=str(tmp_path / "seed_0.safetensors"))
    dataset.save(found)
    stored = dataset.load()
    for layer, one in found.items():
        assert stored[layer].targets == one.targets
        np.testing.assert_array_equal(stored[layer].inputs["movement"], one.inputs["movement"])
        np.testing.assert_array_equal(stored[layer].activations, one.activations)
        assert one.inputs["movement"].shape[1:] == (3, 9, 2)  # bones, one fewer than joints


def test_units_of_the_first_network_are_animated_at_every_chi_beside_a_real_clip(results):
    animations = results["maximised_animations"]
    units = results["maximisation"].query("network == 'seed_0'")[["layer", "unit"]]
    assert set(animations) == {f"{layer}_{unit}.gif" for layer, unit in units.to_numpy()}
    with Image.open(BytesIO(next(iter(animations.values())))) as animation:
        assert (animation.n_frames, animation.info["duration"]) == (9, 50)
        assert animation.width == 3 * 200


def test_the_figure_bears_the_note_and_a_line_for_each_chi(results):
    figure = results["maximisation_figure"]
    assert "synthetic" in [text.get_text() for text in figure.texts]
    names = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert names == ["chi = 0", "chi = 10"]


def test_clips_held_out_without_a_behaviour_are_named():
    picture = PictureClip(np.zeros((2, 8, 8), np.float32), np.zeros((2, 2, 8, 8), np.float32))
    held_out = PictureClips(("a#0", "b#0"), (picture, picture), 10.0)
    test = pd.DataFrame({"clip": ["a#0"], "behaviour": ["walk"]})
    with pytest.raises(DataError, match=r"no behaviour is stored of the clips held out b#0; run"):
        prepare_two_streams({"seed_0": same}, held_out, held_out, held_out, test)
