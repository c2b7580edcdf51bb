"""Further recordings, from files to labels, by stored models, on a catalog in memory."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.io.core import Version
from kedro.runner import SequentialRunner

from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig
from kinembed.datasets import ClusterModelDataset, PyfuncDataset, VersionedPartitions
from kinembed.io.formats.bvh import write_bvh
from kinembed.io.formats.reader import read_motion
from kinembed.io.ingestion import IngestionParameters
from kinembed.motion.exponential_maps import to_euler, to_expmap
from kinembed.motion.features import FeatureParameters
from kinembed.pipelines import inference
from kinembed.report.labelled import labelled_block
from kinembed.report.naming import Names, parse_names
from kinembed.report.parameters import ReportParameters
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, embed
from kinembed.segmentation.inference import InferenceParameters, label_motion
from kinembed.segmentation.measured_clusters import measure_clusters, to_table
from kinembed.segmentation.mlflow_model import pack_models
from kinembed.segmentation.predictions import UNKNOWN
from kinembed.training.assignment import ModelAssignment
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model

EMBEDDING = EmbeddingParameters(arrangement="frame", stride=4, components=8, device="cpu")
CLUSTERING = ClusteringParameters(
    number=2, method="kernel_segmentation", components=8, minimum_duration_s=0
)


@pytest.fixture(scope="module")
def discovered(toy_motion, tmp_path_factory):
    """Motion as it is read again, model, clusters and predictions; stored and loaded."""
    folder = tmp_path_factory.mktemp("discovered")
    (folder / "toy.bvh").write_text(write_bvh(to_euler(toy_motion)))
    motion = to_expmap(read_motion(str(folder / "toy.bvh"), trial="toy"))
    training = TrainingParameters(
        network={"units": 8},
        windows={"source": 8, "target": 8},
        steps=30,
        batch_size=8,
        learning_rate=0.01,
        device="cpu",
    )
    model = train_model(motion, FeatureParameters(), training)
    embeddings = embed(model, motion, EMBEDDING)
    clusters = ClusterModel.fit(embeddings, 2, EMBEDDING, CLUSTERING, ClusterModelParameters())
    measured = to_table(measure_clusters(clusters, embeddings))
    stored = ClusterModelDataset(filepath=str(folder / "toy.safetensors"))
    stored.save(clusters)
    return motion, model, stored.load(), clusters.predictions, measured


class Kept(MemoryDataset):
    """Still there after the run that made it."""

    def _release(self):
        pass


def run(folder, discovered, models=("toy",), wanted=None, **changes):
    _, model, clusters, _, measured = discovered
    entries = {
        "params:ingestion": IngestionParameters(source="folder", folder={"path": folder}),
        "params:inference": InferenceParameters(model=wanted),
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="toy"),
        "models": {name: lambda: model for name in models},
        "cluster_models": {name: lambda: clusters for name in models},
        "cluster_means": {name: lambda: measured for name in models},
        "params:clustering": CLUSTERING,
        "model_of_recording": ModelAssignment({name: name for name in models}),
        "names": Names(),
        **changes,
    }
    results = inference.create_pipeline().all_outputs()
    catalog = DataCatalog(
        {name: MemoryDataset(value) for name, value in entries.items()}
        | {name: Kept() for name in results}
    )
    catalog["inference_motions"] = VersionedPartitions(
        filepath=str(folder.with_name(f"{folder.name}_stored")),
        dataset={"type": "kinembed.datasets.MotionDataset"},
        filename_suffix=".parquet",
    )
    SequentialRunner().run(inference.create_pipeline(), catalog)
    return catalog


def test_a_folder_is_labelled_without_training(discovered, tmp_path):
    motion, _, _, predictions, _ = discovered
    (tmp_path / "again.bvh").write_text(write_bvh(to_euler(motion)))
    short = replace(motion, values=motion.values[:10])
    (tmp_path / "short.bvh").write_text(write_bvh(to_euler(short)))
    catalog = run(tmp_path, discovered)
    labels = {name: load() for name, load in catalog["labels"].load().items()}
    assert (labels["again"]["cluster"] == predictions["given"]).mean() >= 0.95
    assert (labels["short"]["cluster"] == -1).all()
    assert (labels["again"]["cluster_probability"] > 0.5).mean() > 0.9
    assert labels["short"]["cluster_probability"].isna().all()
    summary = catalog["inference_summary"].load().set_index("recording")
    assert summary["model"].tolist() == ["toy", "toy"]
    assert summary.loc["short", "unknown_share"] == 1
    assert summary["file_frames"].tolist() == [300, 10]
    assert summary["trimmed_share"].tolist() == [0, 0]
    segments = catalog["label_segments"].load()
    assert segments.loc[segments["sequence"] == "short", "label"].tolist() == ["unknown"]
    assert set(catalog["label_elan_files"].load()) == {"again", "short"}
    page = catalog["label_report"].load()
    assert page.count('class="block" data-name="again"') == 1
    assert 'data-name="short"' not in page
    assert "Labels by model toy" in page
    assert "Recordings in which no frame is known are not shown" in page
    assert "<h2>Scores</h2>" not in page


def test_other_joints_are_refused_by_name(discovered, tmp_path):
    text = write_bvh(to_euler(discovered[0]))
    (tmp_path / "crab.bvh").write_text(text.replace("arm", "claw"))
    with pytest.raises(DataError, match=r"crab: .*lacks its joints arm and has others, claw"):
        run(tmp_path, discovered)["labels"].load()["crab"]()


def test_several_models_are_listed_unless_one_is_named(discovered, tmp_path):
    (tmp_path / "new.bvh").write_text(write_bvh(to_euler(discovered[0])))
    with pytest.raises(DataError, match=r"inference\.model, .*models are stored of a, b"):
        run(tmp_path, discovered, models=("b", "a"))
    catalog = run(tmp_path, discovered, models=("b", "a"), wanted="b")
    assert catalog["assigned_models"].load() == {"new": "b"}


def test_the_packed_model_is_loaded_by_mlflow_and_says_the_same(discovered, tmp_path):
    motion, model, clusters, _, _ = discovered
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "new.bvh").write_text(write_bvh(to_euler(motion)))
    labels = run(tmp_path / "raw", discovered)["labels"].load()["new"]()
    # A table of frames comes from no file, and MLflow's model gives no probability.
    expected = labels.drop(columns=["file_frame", "cluster_probability"])
    packed = PyfuncDataset(filepath=str(tmp_path / "pyfunc"), version=Version(None, "v1"))
    packed.save(
        pack_models({"toy": lambda: model}, {"toy": lambda: clusters}, {"toy": lambda: motion})
    )
    loaded = packed.load()
    frames = pd.DataFrame(motion.values, columns=list(motion.channels))
    pd.testing.assert_frame_equal(loaded.predict(frames), expected)
    assert loaded.metadata.signature.inputs.input_names() == list(motion.channels)
    assert loaded.metadata.signature.outputs.input_names() == list(expected)
    assert len(loaded.predict(loaded.input_example, {"model": "toy", "frame_rate": 25.0})) == 63
    files = {path.name for path in (tmp_path / "pyfunc").rglob("*") if path.is_file()}
    assert not [name for name in files if name.endswith((".pkl", ".pyc"))]
    assert np.isfinite(expected["distance"]).all()


def test_names_are_those_of_the_recording_that_the_model_was_fitted_on(discovered, tmp_path):
    """The table says which: the model has another name."""
    (tmp_path / "new.bvh").write_text(write_bvh(to_euler(discovered[0])))
    names = parse_names("toy: {given: {names: {0: slow, 1: fast}}}", file="names.yml")
    assigned = ModelAssignment({"toy": "m"})
    catalog = run(tmp_path, discovered, models=("m",), names=names, model_of_recording=assigned)
    labels = set(catalog["label_segments"].load()["label"])
    assert {"slow", "fast"} <= labels <= {"slow", "fast", "unknown"}
    assert catalog["inference_summary"].load()["model"].tolist() == ["m"]


def test_unknown_frames_are_grey_and_no_behaviour(discovered):
    motion, model, clusters, _, _ = discovered
    labels = label_motion(motion, model, clusters)
    labels["cluster"] = np.where(labels["frame"] < 40, UNKNOWN, labels["cluster"])
    block = labelled_block(
        "toy", motion, labels, model, clusters, named_as="toy", names=Names(sequences={})
    )
    assert "unknown" in {title["short"] for title in block["rows"][0]["titles"] if title}
    assert len(block["cards"]) == labels["cluster"].drop_duplicates().ge(0).sum()
    (unknown,) = [label for label in block["labels"] if label["name"] == "unknown"]
    assert (unknown["sign"], unknown["colour"]) == ("?", "#BDBDBD")
    assert "unknown" not in str(block["plots"])
