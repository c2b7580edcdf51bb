from dataclasses import replace

import numpy as np
import pytest
from helpers.masked import hidden

from kinembed.core.errors import DataError
from kinembed.evaluation import published
from kinembed.evaluation.baselines import BaselineParameters, StageParameters
from kinembed.evaluation.baselines.frames import window_ward
from kinembed.evaluation.baselines.task import Task
from kinembed.evaluation.metrics import frame_accuracy
from kinembed.evaluation.published import predict as module
from kinembed.io.formats.reader import read_annotation, read_motion
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.predictions import NOT_SEEN
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters

pytestmark = pytest.mark.slow

STAGES = StageParameters(
    FeatureParameters(),
    TrainingParameters(
        network={"units": 8},
        windows={"source": 12, "target": 8},
        steps=60,
        batch_size=8,
        learning_rate=1e-2,
        device="cpu",
    ),
    EmbeddingParameters(stride=4, steps=2, summary_s=0.4, device="cpu"),
    ClusteringParameters(components=4, minimum_duration_s=0.4),
)
BASELINES = BaselineParameters(window_s=0.5)
PUBLISHED = published.PublishedParameters(
    windows={
        "loss_cuts": {"source": 10, "target": 5},
        "annotated_cuts": {"source": 15, "target": 5},
    }
)


@pytest.fixture
def annotation():
    return Segmentation(("calm", "wild"), np.array([[125, 150, 175]]), 300, "toy")


@pytest.fixture
def trained(monkeypatch):
    """What every network was trained with."""
    asked = []

    def train_model(motion, features, training, checkpoints=None, **options):
        asked.append((features.root.value, training.windows.source, options.get("cuts", ())))
        return original(motion, features, training, checkpoints, **options)

    original = module.train_model
    monkeypatch.setattr(module, "train_model", train_model)
    return asked


def annotated(motion, annotation, stages=STAGES, **options):
    return published.predict_annotated_cuts(
        motion, annotation, stages, BASELINES, PUBLISHED, **options
    )


def test_within_annotated_cuts_every_method_has_a_column(toy_motion, annotation, trained):
    table = annotated(toy_motion, annotation)
    methods = [f"{name}.given" for name in published.ANNOTATED_CUTS_METHODS]
    assert list(table.columns) == ["frame", "time_s", *methods]
    assert len(table) == 300
    assert (table[methods].nunique() == 2).all()
    assert table["time_s"].iloc[-1] == pytest.approx(299 / 50)
    assert trained == [("absolute", 15, (150,)), ("ground", 12, (150,))]


def test_equal_networks_are_trained_once(toy_motion, annotation, trained):
    windows = PUBLISHED.windows.annotated_cuts
    equal = replace(
        STAGES,
        features=PUBLISHED.features,
        training=STAGES.training.model_copy(update={"windows": windows}),
    )
    annotated(toy_motion, annotation, equal)
    assert trained == [("absolute", 15, (150,))]


def test_methods_without_a_network_see_what_they_see_without_cuts(toy_motion, annotation):
    table = annotated(toy_motion, annotation)
    task = Task.of([toy_motion], 2, BASELINES, STAGES.features, (150,))
    np.testing.assert_array_equal(table["window_ward.given"], window_ward(task))


def test_a_sequence_of_one_behaviour_is_not_cut(toy_motion, trained):
    one = Segmentation(("calm",), np.empty((0, 3), dtype=np.int64), 300, "toy")
    table = annotated(toy_motion, one)
    assert (table.filter(like=".given") == 0).all(axis=None)
    assert {cuts for *_, cuts in trained} == {()}


def test_an_annotation_of_another_length_is_refused(toy_motion, annotation):
    with pytest.raises(
        DataError, match="toy: the annotation has 301 frames but the motion has 300"
    ):
        annotated(toy_motion, replace(annotation, frame_count=301))


def test_intervals_shorter_than_a_window_are_refused(toy_motion):
    best = np.arange(15, 300, 15)
    annotation = Segmentation(
        tuple("ab"[place % 2] for place in range(20)), np.repeat(best[:, None], 3, 1), 300, "toy"
    )
    with pytest.raises(DataError, match=r"shorter than one window of 15 \+ 5"):
        annotated(toy_motion, annotation)


def test_loss_cuts_give_every_frame_a_cluster(toy_motion, trained):
    table = published.predict_loss_cuts(toy_motion, 3, STAGES.training, BASELINES, PUBLISHED)
    methods = [f"{name}.given" for name in published.LOSS_CUTS_METHODS]
    assert list(table.columns) == ["frame", "time_s", *methods]
    assert (table[methods].nunique() == 3).all()
    assert trained == [("absolute", 10, ())]


def test_the_untrained_network_has_the_cuts_of_the_trained_one(toy_motion, monkeypatch):
    labelled = []

    def single_linkage(model, motion, windows, number):
        labelled.append((model, windows))
        return original(model, motion, windows, number)

    original = module.single_linkage
    monkeypatch.setattr(module, "single_linkage", single_linkage)
    published.predict_loss_cuts(toy_motion, 3, STAGES.training, BASELINES, PUBLISHED)
    (trained, cuts), (untrained, same) = labelled
    assert same is cuts
    windows = PUBLISHED.windows.loss_cuts
    begun = module.initial_network(
        len(trained.standardiser.channels),
        STAGES.training.model_copy(update={"windows": windows}),
    )
    for name, value in untrained.network.state_dict().items():
        assert value.equal(begun.state_dict()[name]), name
        assert not value.equal(trained.network.state_dict()[name].cpu()), name


def test_window_statistics_get_no_cuts_of_the_loss(toy_motion):
    table = published.predict_loss_cuts(toy_motion, 2, STAGES.training, BASELINES, PUBLISHED)
    task = Task.of([toy_motion], 2, BASELINES, PUBLISHED.features)
    np.testing.assert_array_equal(table["window_ward.given"], window_ward(task))


def test_more_clusters_than_states_are_refused(toy_motion):
    every_frame = BASELINES.model_copy(update={"rate_hz": 50.0})
    with pytest.raises(DataError, match="toy: 299 clusters asked for, but .* frames have a state"):
        published.predict_loss_cuts(toy_motion, 299, STAGES.training, every_frame, PUBLISHED)


def test_a_sequence_shorter_than_a_window_is_refused(toy_motion):
    short = replace(toy_motion, values=toy_motion.values[:14])
    with pytest.raises(DataError, match=r"14 frames is shorter than one window of 10 \+ 5"):
        published.predict_loss_cuts(short, 2, STAGES.training, BASELINES, PUBLISHED)


def test_a_run_that_was_killed_continues_from_its_checkpoints(toy_motion, annotation, tmp_path):
    folder = CheckpointFolder(tmp_path)
    first = annotated(toy_motion, annotation, checkpoints=folder)
    assert len(list(tmp_path.glob("toy-*.safetensors"))) == 2
    assert annotated(toy_motion, annotation, checkpoints=folder).equals(first)


def test_annotated_boundaries_alone_lift_single_linkage_without_a_network(mirror):
    """The leak, on seven real trials: mean accuracy 0.50 without the cuts, 0.92 within them."""
    folder = mirror / "cmu_mocap" / "subject_86"
    accuracies = []
    for number in ("01", "03", "05", "07", "09", "10", "12"):
        motion = read_motion(str(folder / "expmap" / f"{number}.mat"), trial=f"86_{number}")
        path = folder / "segmentation" / f"{number}_ground_truth.txt"
        annotation = read_annotation(str(path), trial=motion.trial, frame_count=len(motion))
        behaviours, clusters = annotation.frame_labels(), len(set(annotation.behaviours))
        accuracies.append(
            [
                frame_accuracy(
                    module.window_single_linkage(
                        Task.of([motion], clusters, BaselineParameters(), PUBLISHED.features, cuts)
                    ),
                    behaviours,
                )
                for cuts in ((), module.annotated_cuts(annotation))
            ]
        )
    without, within = np.mean(accuracies, axis=0)
    assert without == pytest.approx(0.504, abs=0.03)
    assert within == pytest.approx(0.922, abs=0.03)


def test_no_method_labels_frames_that_were_not_seen(toy_motion, annotation):
    motion = hidden(toy_motion)
    table = annotated(motion, annotation)
    for method in published.ANNOTATED_CUTS_METHODS:
        labels = table[f"{method}.given"].to_numpy()
        assert np.flatnonzero(labels == NOT_SEEN).tolist() == list(range(120, 160)), method
