from dataclasses import replace

import fsspec
import numpy as np
import pandas as pd
import pytest
from kedro.io.core import DatasetError
from safetensors.numpy import load, save

from kinembed.core.errors import CheckpointError, FormatError
from kinembed.datasets import (
    ActionClassifierDataset,
    CheckpointsDataset,
    ClipsDataset,
    EmbeddingsDataset,
    FilesDataset,
    ModelDataset,
    MotionDataset,
    NamesDataset,
    ProjectionDataset,
    SegmentationsDataset,
    motion,
)
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.recognition.skeleton import (
    Clips,
    RecognitionParameters,
    recognise,
    train_action_classifier,
)
from kinembed.report.naming import Names
from kinembed.segmentation.embedding import Embeddings, Projection
from kinembed.segmentation.principal_components import Axes, Basis
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.safetensors_file import read_header, write_arrays
from kinembed.training.trained_model import train_model


def cause_of(error):
    return error.value.__cause__


def test_motion_round_trip_is_lossless(toy_motion, tmp_path):
    dataset = MotionDataset(filepath=str(tmp_path / "toy.parquet"))
    dataset.save(toy_motion)
    restored = dataset.load()
    np.testing.assert_array_equal(restored.values, toy_motion.values)
    assert restored.skeleton == toy_motion.skeleton
    assert (restored.channels, restored.frame_rate, restored.trial, restored.representation) == (
        toy_motion.channels,
        toy_motion.frame_rate,
        toy_motion.trial,
        toy_motion.representation,
    )


def test_a_stored_motion_is_a_plain_table(toy_motion, tmp_path):
    MotionDataset(filepath=str(tmp_path / "toy.parquet")).save(toy_motion)
    assert tuple(pd.read_parquet(tmp_path / "toy.parquet").columns) == toy_motion.channels


def test_records_may_lie_in_an_object_store(toy_motion):
    dataset = MotionDataset(filepath="memory:///bucket/toy.parquet")
    dataset.save(toy_motion)
    assert fsspec.filesystem("memory").exists("/bucket/toy.parquet")
    assert dataset.exists()
    np.testing.assert_array_equal(dataset.load().values, toy_motion.values)


def test_segmentations_round_trip(tmp_path):
    dataset = SegmentationsDataset(filepath=str(tmp_path / "annotations.json"))
    one = Segmentation(("walk",), np.empty((0, 3), dtype=np.int64), 5, "one")
    two = Segmentation(("walk", "run"), np.array([[2, 3, 4]]), 9, "two")
    dataset.save({"one": one, "two": two})
    restored = dataset.load()
    assert restored["two"].behaviours == ("walk", "run")
    assert restored["two"].boundaries.tolist() == [[2, 3, 4]]
    assert restored["one"].frame_labels() == ["walk"] * 5


def test_embeddings_and_projections_round_trip(tmp_path):
    values = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32).astype(np.float64)
    embeddings = Embeddings(values, np.arange(7) * 5, 40, 120.0)
    stored = EmbeddingsDataset(filepath=str(tmp_path / "e.safetensors"))
    stored.save(embeddings)
    restored = stored.load()
    np.testing.assert_array_equal(restored.values, values)
    np.testing.assert_array_equal(restored.frame_index, embeddings.frame_index)
    assert (restored.frame_count, restored.frame_rate, restored.cuts) == (40, 120.0, ())
    stored.save(replace(embeddings, cuts=(3, 30)))
    assert stored.load().cuts == (3, 30)
    for axes in (Axes.fit(values, 2), Axes.fit(values, None)):
        stored.save(replace(embeddings, basis=Basis(axes, (2.0, 3.0))))
        basis = stored.load().basis
        np.testing.assert_array_equal(basis.axes.reduce(values), axes.reduce(values))
        assert basis.scales == (2.0, 3.0)
    projection = Projection(values, embeddings.frame_index, np.array([0.6, 0.3, 0.1]))
    stored = ProjectionDataset(filepath=str(tmp_path / "p.safetensors"))
    stored.save(projection)
    np.testing.assert_array_equal(stored.load().explained_variance, [0.6, 0.3, 0.1])


def test_embeddings_stored_before_sequences_could_be_cut_are_read(tmp_path):
    arrays = {
        "values": np.zeros((2, 3), dtype=np.float32),
        "frame_index": np.arange(2),
        "frame_count": np.array([9]),
        "frame_rate": np.array([120.0]),
    }
    path = tmp_path / "e.safetensors"
    path.write_bytes(save(arrays))
    restored = EmbeddingsDataset(filepath=str(path)).load()
    assert (restored.cuts, restored.basis) == ((), None)
    path.write_bytes(save({"values": arrays["values"]}))
    with pytest.raises(DatasetError, match="expected arrays .*frame_index.*, found"):
        EmbeddingsDataset(filepath=str(path)).load()


def test_model_round_trip(toy_motion, tmp_path):
    training = TrainingParameters(
        network={"units": 4}, windows={"source": 5, "target": 3}, steps=2, batch_size=2
    )
    model = train_model(toy_motion, FeatureParameters(), training)
    dataset = ModelDataset(filepath=str(tmp_path / "model.safetensors"))
    dataset.save(model)
    assert dataset.load().to_bytes() == model.to_bytes()


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (MotionDataset, FormatError),
        (SegmentationsDataset, FormatError),
        (EmbeddingsDataset, FormatError),
        (ProjectionDataset, FormatError),
        (ModelDataset, CheckpointError),
    ],
)
@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff garbage", b"{}x"], ids=["empty", "binary", "text"]
)
def test_foreign_files_are_named(kind, error, content, tmp_path):
    path = tmp_path / "foreign"
    path.write_bytes(content)
    with pytest.raises(DatasetError) as raised:
        kind(filepath=str(path)).load()
    assert isinstance(cause_of(raised), error)
    assert str(path) in str(cause_of(raised))


def test_a_failed_save_leaves_the_earlier_file(toy_motion, tmp_path, monkeypatch):
    dataset = MotionDataset(filepath=str(tmp_path / "toy.parquet"))
    dataset.save(toy_motion)
    before = (tmp_path / "toy.parquet").read_bytes()

    def full_disk(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(DatasetError):
        dataset.save(toy_motion)
    assert [path.name for path in tmp_path.iterdir()] == ["toy.parquet"]
    assert (tmp_path / "toy.parquet").read_bytes() == before


def test_files_of_an_earlier_run_are_replaced_and_those_of_a_person_stay(tmp_path):
    dataset = FilesDataset(filepath=str(tmp_path))
    dataset.save({"a.png": b"1", "old.png": b"1"})
    (tmp_path / "other.txt").write_text("kept")
    dataset.save({"a.png": b"2", "b.html": b"3"})
    assert dataset.load() == {"a.png": b"2", "b.html": b"3", "other.txt": b"kept"}
    dataset.save({})
    assert [path.name for path in tmp_path.iterdir()] == ["other.txt"]


def test_no_files_are_saved_where_there_is_no_folder(tmp_path):
    FilesDataset(filepath=str(tmp_path / "figures")).save({})
    assert FilesDataset(filepath=str(tmp_path / "figures")).load() == {}


def test_names_are_read_from_a_file_that_need_not_be_there(tmp_path):
    path = tmp_path / "names.yml"
    dataset = NamesDataset(filepath=str(path))
    assert not dataset.exists()
    assert dataset.load() == Names(str(path))
    path.write_bytes("\ufeffone: {given: {names: {0: Drehung ü}}}".encode())
    assert dataset.load().sequences["one"].given.names == {0: "Drehung ü"}
    with pytest.raises(DatasetError, match="written by a person"):
        dataset.save("anything")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"one: {given: [}"])
def test_a_names_file_that_cannot_be_read_is_named(content, tmp_path):
    path = tmp_path / "names.yml"
    path.write_bytes(content)
    with pytest.raises(DatasetError) as raised:
        NamesDataset(filepath=str(path)).load()
    assert isinstance(cause_of(raised), FormatError)
    assert str(path) in str(cause_of(raised))


def test_checkpoints_are_handed_out_as_a_folder(tmp_path):
    dataset = CheckpointsDataset(filepath=str(tmp_path / "checkpoints"))
    assert dataset.load().path == tmp_path / "checkpoints"
    with pytest.raises(DatasetError, match="written by trainings"):
        dataset.save("anything")


def clips():
    generator = np.random.default_rng(0)
    positions = tuple(
        generator.normal(size=(frames, 3, 3)).astype(np.float32) for frames in (9, 12, 10, 9)
    )
    graph = SkeletonGraph(("hips", "arm", "hand"), np.array([0, 1, 4]), (-1, 0, 1))
    return Clips(tuple("abcd"), positions, graph, 20.0)


def test_arrays_are_stored_as_they_are_however_they_lie_in_memory():
    turned = np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1)
    content = write_arrays({"turned": turned}, "form", {"of": "a test"})
    np.testing.assert_array_equal(load(content)["turned"], turned)
    assert read_header(content, "form") == {"of": "a test"}


def test_clips_round_trip(tmp_path):
    dataset, expected = ClipsDataset(filepath=str(tmp_path / "clips.safetensors")), clips()
    dataset.save(expected)
    restored = dataset.load()
    assert (restored.names, restored.frame_rate) == (expected.names, 20.0)
    for one, other in zip(restored.positions, expected.positions, strict=True):
        np.testing.assert_array_equal(one, other)
    assert restored.graph.joints == expected.graph.joints
    assert restored.graph.parents == (-1, 0, 1)
    assert restored.graph.kept.tolist() == [0, 1, 4]
    (tmp_path / "clips.safetensors").write_bytes(b"something else")
    (tmp_path / ".clips.safetensors.sha256").unlink()
    with pytest.raises(DatasetError) as error:
        dataset.load()
    assert "clips.safetensors: not stored clips" in str(cause_of(error))


def test_action_classifier_round_trip(tmp_path):
    parameters = RecognitionParameters(
        test_clips=["d"],
        network={"widths": (3, 3, 3)},
        frame_rate=20.0,
        crop_frames=9,
        steps=2,
        device="cpu",
    )
    action_classifier = train_action_classifier(
        clips(), ["run", "sit", "run", "sit"], parameters, seed=4
    )
    dataset = ActionClassifierDataset(filepath=str(tmp_path / "seed_4.safetensors"))
    dataset.save(action_classifier)
    restored = dataset.load()
    assert restored.seed == 4
    pd.testing.assert_frame_equal(
        recognise(restored, clips()), recognise(action_classifier, clips())
    )


def test_motions_are_marked_as_in_files_of_earlier_versions():
    assert motion.KEY == b"kinembed.motion"
