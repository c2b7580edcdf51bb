"""Pipeline ``interpretation`` on a catalog in memory, fed with a synthetic toy motion."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.analysis.state_dynamics import Interpretation, InterpretationParameters
from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.pipelines import interpretation
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.theme import OKABE_ITO
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings
from kinembed.segmentation.principal_components import Axes, Basis
from kinembed.training.assignment import ModelAssignment
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model

FRAMES = np.arange(300)
PREDICTION = pd.DataFrame(
    {
        "frame": FRAMES,
        "time_s": FRAMES / 50,
        "given": (FRAMES >= 150).astype(int),
        "estimated": np.digitize(FRAMES, [100, 200]),
    }
)
ANNOTATION = Segmentation(("wild", "calm"), np.array([[125, 150, 175]]), 300, "a")
FIGURES = {
    "pod_2d.png",
    "pod_3d.png",
    "pod_3d.html",
    "settling.png",
    "explained_variance.png",
    "distances.png",
    "joints.png",
}


def same(value):
    return value


@pytest.fixture(scope="module")
def entries(toy_motion):
    """Sequence ``a`` is annotated and its number of clusters given; ``b`` is neither."""
    training = TrainingParameters(
        network={"units": 8}, windows={"source": 12, "target": 8}, steps=5, device="cpu"
    )
    model = train_model(toy_motion, FeatureParameters(), training)
    return {
        "models": {f"model_{name}": partial(same, model) for name in "ab"},
        "model_of_recording": ModelAssignment({name: f"model_{name}" for name in "ab"}),
        "sequences": {name: partial(same, replace(toy_motion, trial=name)) for name in "ab"},
        "predictions": {
            "a": partial(same, PREDICTION),
            "b": partial(same, PREDICTION.drop(columns="given")),
        },
        "sequence_annotations": {"a": ANNOTATION},
        "params:interpretation": InterpretationParameters(stride=10),
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="toy", note="synthetic"),
    }


@pytest.fixture(scope="module")
def results(entries):
    """Every sequence's tables, figures and the script, computed once."""
    pipeline = interpretation.create_pipeline()
    first = run(pipeline.only_nodes("interpret_models"), entries)
    tables = dict(first["interpretations"].load().stream())
    stored = {name: partial(same, files) for name, files in tables.items()}
    rest = pipeline.only_nodes("draw_interpretations", "write_interpretation_script")
    outputs = run(rest, entries | {"interpretations": stored})
    figures = dict(outputs["interpretation_figures"].load().stream())
    return tables, figures, outputs["interpretation_script"].load()


def run(pipeline, entries):
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in entries.items()})
    return SequentialRunner().run(pipeline, catalog)


def test_windows_are_grouped_by_the_prediction_with_the_number_given(results):
    clusters = {
        name: set(Interpretation.from_files(files).distances["cluster"])
        for name, files in results[0].items()
    }
    assert clusters == {"a": {0, 1}, "b": {0, 1, 2}}


def test_every_sequence_has_every_figure(results):
    _, figures, _ = results
    assert {name: set(files) for name, files in figures.items()} == {"a": FIGURES, "b": FIGURES}
    for name, content in figures["a"].items():
        begins = b"<html>" if name.endswith("html") else b"\x89PNG"
        assert content.startswith(begins), name


def test_a_cluster_has_name_and_colour_of_the_behaviour_it_is_matched_to(results):
    _, figures, _ = results
    annotated, plain = figures["a"]["pod_3d.html"], figures["b"]["pod_3d.html"]
    assert b"(matched to wild): encoder" in annotated
    assert b"cluster 0: encoder" in plain
    # "wild" is the first behaviour of the annotation, so it has the first colour
    wild = annotated.index(b"(matched to wild): encoder")
    nearby = annotated[:wild].rpartition(b'"color":"')[2]
    assert nearby.startswith(OKABE_ITO[0].encode())


def test_pages_find_the_script_beside_the_report(results):
    _, figures, script = results
    assert b'src="../../plotly.min.js"' in figures["a"]["pod_3d.html"]
    assert "plotly.js" in script[:200]


def test_annotations_reach_only_the_figures():
    pipeline = interpretation.create_pipeline()
    readers = [
        node.name for node in pipeline.nodes if any("annotation" in name for name in node.inputs)
    ]
    assert sorted(readers) == ["draw_interpretations", "draw_segmentations"]


@pytest.mark.parametrize(
    ("method", "drawn"), [("kernel_segmentation", {"a", "b"}), ("kmeans", set())]
)
def test_why_sequences_fall_into_segments_is_drawn_for_kernel_segmentation(entries, method, drawn):
    values = np.sin(FRAMES[:, None] * np.array([[0.1, 0.3]])) * (1 + (FRAMES[:, None] > 150))
    basis = Basis(Axes.fit(values, None), (1.0,))
    embeddings = Embeddings(values, FRAMES, len(FRAMES), 50.0, (), basis)
    clustering = ClusteringParameters(method=method, largest_number=4)
    fitted = ClusterModel.fit(
        embeddings, None, EmbeddingParameters(), clustering, ClusterModelParameters()
    )
    extra = {
        "embeddings": {name: partial(same, embeddings) for name in "ab"},
        "cluster_models": {f"model_{name}": partial(same, fitted) for name in "ab"},
        "params:clustering": clustering,
    }
    node = interpretation.create_pipeline().only_nodes("draw_segmentations")
    figures = dict(run(node, entries | extra)["segmentation_figures"].load().stream())
    assert set(figures) == drawn
    for files in figures.values():
        assert files["segmentation.png"].startswith(b"\x89PNG")


def test_clusters_that_change_all_the_time_are_an_error(entries):
    flickering = PREDICTION.assign(given=FRAMES % 2)
    entries = entries | {"predictions": {name: partial(same, flickering) for name in "ab"}}
    node = interpretation.create_pipeline().only_nodes("interpret_models")
    interpretations = run(node, entries)["interpretations"].load()
    with pytest.raises(DataError, match="of 29 windows no two lie wholly within one cluster"):
        interpretations["a"]()
