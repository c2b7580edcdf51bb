"""Pipeline ``maximisation_two_stream`` on a catalog in memory, with synthetic clips."""

from functools import partial
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner
from PIL import Image

from kinembed.analysis.activation_maximisation import MaximisationParameters
from kinembed.core.parallel import ParallelConfig
from kinembed.pipeline_registry import register_pipelines
from kinembed.recognition.two_stream import TwoStreamParameters, train_two_stream
from kinembed.report.parameters import ReportParameters
from kinembed.video.stick_figures import PictureClip, PictureClips

FRAMES, PIXELS = 6, 16
INPUTS = "maximised_two_stream_inputs"
NAMES = ("calm_0", "wild_0", "calm_1", "wild_1")


def same(value):
    return value


def clips(names, frames):
    """Noise that moves far in wild clips, and little in calm ones."""
    generator = np.random.default_rng(0)
    drawn = []
    for name in names:
        speed = 2.0 if name.startswith("wild") else 0.2
        flow = generator.normal(scale=speed, size=(frames, 2, PIXELS, PIXELS))
        pictures = generator.random((frames, PIXELS, PIXELS))
        drawn.append(PictureClip(pictures.astype(np.float32), flow.astype(np.float32)))
    return PictureClips(tuple(names), tuple(drawn), 10.0)


@pytest.fixture(scope="module")
def results():
    parameters = TwoStreamParameters(
        test_clips=["*_1"],
        network={"widths": (2, 3, 4), "fused": 4},
        crop_frames=FRAMES,
        steps=3,
        device="cpu",
    )
    seen = clips(NAMES[:2], FRAMES)
    networks = {"seed_0": train_two_stream(seen, ["calm", "wild"], parameters, 0)}
    ascent = {"steps": 3, "device": "cpu"}
    wanted = MaximisationParameters(
        layers=["flow.0", "classifier"], units=2, chi=(0.0, 1.0), seeds=(0,), ascent=ascent
    )
    made = {
        "two_streams": {name: partial(same, one) for name, one in networks.items()},
        "two_stream_pictures": seen,
        "two_stream_held_out": clips(NAMES[:1:-1], FRAMES),
        "two_stream_slower": clips(NAMES[:1:-1], 2 * FRAMES),
        "two_stream_test_targets": pd.DataFrame({"clip": NAMES[2:], "behaviour": ["calm", "wild"]}),
        "params:maximisation_two_stream": wanted,
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="toy", note="synthetic"),
    }
    pipeline = register_pipelines()["maximisation_two_stream"]
    for node in pipeline.nodes:
        given = {name: made[name] for name in node.inputs}
        catalog = DataCatalog({name: MemoryDataset(value) for name, value in given.items()})
        outputs = SequentialRunner().run(pipeline.only_nodes(node.name), catalog)
        made |= {name: dataset.load() for name, dataset in outputs.items()}
        if INPUTS in outputs:
            made[INPUTS] = {name: partial(same, one) for name, one in made[INPUTS].items()}
    return made


def test_labels_are_those_of_clips_by_name_whatever_their_order(results):
    task = results["maximisation_tasks_two_stream"]["seed_0"]()
    assert task.held_out.names == ("wild_1", "calm_1")
    assert task.held_out.labels == ("wild", "calm")


def test_both_inputs_are_measured(results):
    table = results["maximisation_two_stream"]
    assert table.groupby(["layer", "unit"]).size().eq(2).all()
    assert table.loc[table["layer"] == "flow.0", "appearance_drop"].eq(0).all()
    assert table["flow_drop"].notna().all()
    inputs = results[INPUTS]["seed_0"]()["flow.0"].inputs
    assert {name: values.shape[1:] for name, values in inputs.items()} == {
        "appearance": (1, FRAMES, PIXELS, PIXELS),
        "flow": (2, FRAMES, PIXELS, PIXELS),
    }


def test_units_are_animated_at_every_chi_beside_a_real_clip(results):
    animations = results["maximised_two_stream_animations"]
    units = results["maximisation_two_stream"][["layer", "unit"]]
    assert set(animations) == {f"{layer}_{unit}.gif" for layer, unit in units.to_numpy()}
    with Image.open(BytesIO(next(iter(animations.values())))) as animation:
        assert (animation.n_frames, animation.info["duration"]) == (FRAMES, 100)


def test_results_of_graph_networks_and_of_two_streams_do_not_overwrite_each_other():
    pipelines = register_pipelines()
    made, others = (
        pipelines[name].all_outputs() for name in ("maximisation_two_stream", "maximisation")
    )
    assert {name.replace("_two_stream", "") for name in made} == others
    assert not made & others
