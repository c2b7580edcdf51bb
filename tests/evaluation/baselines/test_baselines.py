from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from helpers.masked import HIDDEN, hidden
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from kinembed.core.errors import DataError
from kinembed.evaluation.baselines import (
    BASELINES,
    ESTIMATING,
    METHODS,
    BaselineParameters,
    StageParameters,
    predict,
    predict_together,
)
from kinembed.evaluation.baselines.change_points import (
    _boundaries,
    pose_change_points,
    window_change_points,
)
from kinembed.evaluation.baselines.frames import window_single_linkage
from kinembed.evaluation.baselines.hidden_markov import _spread, sticky_hmm
from kinembed.evaluation.baselines.task import Task, window_statistics
from kinembed.evaluation.metrics import frame_accuracy
from kinembed.io.formats.reader import read_annotation, read_motion
from kinembed.motion.features import FeatureParameters, RootChannels
from kinembed.motion.motion import Representation
from kinembed.motion.segments import label_boundaries
from kinembed.motion.windows import WindowLengths
from kinembed.networks.seq2seq import NetworkParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.predictions import NOT_SEEN
from kinembed.segmentation.stages import untrained_model
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model

pytestmark = pytest.mark.slow

STAGES = StageParameters(
    features=FeatureParameters(),
    training=TrainingParameters(
        network=NetworkParameters(units=32),
        windows=WindowLengths(source=10, target=10),
        device="cpu",
    ),
    embedding=EmbeddingParameters(steps=2, device="cpu"),
    clustering=ClusteringParameters(method="agglomerative", components=5),
)
SHORT = replace(STAGES, training=STAGES.training.model_copy(update={"steps": 2}))
PARAMETERS = BaselineParameters(neighbours=15)
CHANGE_POINTS = [name for name in BASELINES if name.startswith("changepoints")]
OF_CHANNELS = [name for name in BASELINES if not name.startswith("untrained")]
SINGLE_LINKAGE = [name for name in BASELINES if name.endswith("single_linkage")]
ORDER = [0, 1, 2, 0, 2, 1]
SEGMENT = 500
"""Frames of a segment of `recording`, 10 s."""


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """Threads cost more than they give on recordings this small, above all on a busy machine."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def recording(toy_motion):
    """Six segments of three ways to swing the arm, each of them twice, in ORDER."""
    frames = len(ORDER) * SEGMENT
    behaviour = np.repeat(ORDER, SEGMENT)
    time = np.arange(frames) / toy_motion.frame_rate
    rest = np.array([[-0.5, 0.5, 0.0], [0.0, 0.0, 0.8], [0.7, -0.5, 0.0]])[behaviour]
    swing = np.array([0.1, 0.3, 0.3])[behaviour] * np.sin(np.array([3, 6, 18])[behaviour] * time)
    values = np.random.default_rng(0).normal(scale=0.02, size=(frames, 9))
    values[:, 0] += time
    values[:, 6:] += rest + swing[:, None]
    return replace(toy_motion, values=values, trial="recording")


@pytest.fixture(scope="module")
def truth():
    return [f"swing {kind}" for kind in np.repeat(ORDER, SEGMENT)]


@pytest.fixture
def task():
    """Two poses in turn, five seconds each, for twenty seconds at 60 Hz."""
    place = np.repeat([-1.0, 1.0, -1.0, 1.0], 300)[:, None]
    noise = np.random.default_rng(1).normal(scale=0.3, size=(1200, 3))
    return Task(place + noise, 60.0, 2, BaselineParameters())


def label(name, motion, number, parameters=PARAMETERS, stages=STAGES):
    return predict(name, motion, number, parameters, stages)


@pytest.mark.parametrize(
    "name", [name for name in BASELINES if name not in ("constant", *SINGLE_LINKAGE)]
)
def test_behaviours_that_differ_are_distinguished(recording, truth, name):
    assert frame_accuracy(label(name, recording, 3), truth) > 0.9


def test_single_linkage_chains_through_transitions_unless_they_are_cut(recording, truth):
    """No network: what it gains when the boundaries are given."""
    boundaries = tuple(range(SEGMENT, len(truth), SEGMENT))
    accuracies = [
        frame_accuracy(
            window_single_linkage(Task.of([recording], 3, PARAMETERS, STAGES.features, cuts)), truth
        )
        for cuts in ((), boundaries)
    ]
    assert accuracies[0] < 0.7
    assert accuracies[1] == 1.0


def test_window_statistics_do_not_reach_across_cuts(task):
    cut = replace(task, cuts=(310, 330, 900))
    intervals = np.split(task.poses, cut.cuts)
    expected = [window_statistics(replace(task, poses=interval), 2.0) for interval in intervals]
    np.testing.assert_allclose(window_statistics(cut, 2.0), np.vstack(expected))


def test_an_untrained_network_s_states_are_clustered_as_they_are(recording):
    """Windows of 10 + 10 frames that advance by 10 give every frame after the first 10 a state."""
    model = untrained_model([recording], STAGES)
    sources = model.inputs(recording)[:-10].reshape(299, 10, -1)
    with torch.no_grad():
        states = model.network(sources, 10).decoder_states.reshape(2990, -1).numpy()
    expected = fcluster(linkage(states, "single", "cosine"), 4, "maxclust")
    labels = label("untrained_single_linkage", recording, 4)
    assert adjusted_rand_score(expected, labels[10:]) == 1.0
    assert set(labels[:10]) == {labels[10]}


def test_constant_scores_the_share_of_the_commonest_behaviour(recording, truth):
    assert frame_accuracy(label("constant", recording, 3), truth) == pytest.approx(1 / 3)


@pytest.mark.parametrize("name", BASELINES)
def test_clusters_are_numbered_in_order_of_appearance_and_repeatable(recording, name):
    labels = label(name, recording, 4)
    appearance = list(dict.fromkeys(labels.tolist()))
    assert appearance == list(range(len(appearance)))
    np.testing.assert_array_equal(label(name, recording, 4), labels)


@pytest.mark.parametrize(
    "name", ["pose_gmm", "window_ward", "window_spectral", "window3_kmeans", "sticky_hmm"]
)
@pytest.mark.parametrize("number", [2, 3, 5])
def test_as_many_clusters_as_asked_for(recording, name, number):
    assert len(np.unique(label(name, recording, number))) == number


@pytest.mark.parametrize("name", BASELINES)
def test_one_cluster_is_every_frame(recording, name):
    assert not label(name, recording, 1).any()


@pytest.mark.parametrize("name", CHANGE_POINTS)
def test_fewer_segments_than_clusters_give_a_cluster_each(recording, name):
    labels = label(name, recording, 200)
    segments = len(label_boundaries(labels)) + 1
    assert labels.max() + 1 == segments < 200


@pytest.mark.parametrize("name", OF_CHANNELS)
def test_a_recording_shorter_than_a_window_is_labelled(toy_motion, name):
    short = replace(toy_motion, values=toy_motion.values[140:170])
    labels = label(name, short, 2)
    assert len(labels) == 30
    assert labels.max() <= 1


@pytest.mark.parametrize("name", OF_CHANNELS)
def test_nearly_a_cluster_for_each_frame_read(toy_motion, name):
    short = replace(toy_motion, values=toy_motion.values[140:170])
    assert label(name, short, 5).max() < 5


@pytest.mark.parametrize("name", OF_CHANNELS)
def test_as_many_clusters_as_frames_read_are_refused(toy_motion, name):
    expected = "toy: expected more frames than the 60 clusters .* read 60; .*rate_hz .now 10"
    with pytest.raises(DataError, match=expected):
        label(name, toy_motion, 60)


def test_an_unknown_name_is_refused(toy_motion):
    with pytest.raises(DataError, match=r"expected a baseline \(constant, .*\), not 'best'"):
        label("best", toy_motion, 2)


@pytest.mark.parametrize("name", BASELINES)
def test_a_recording_without_movement_is_refused(toy_motion, name):
    still = replace(toy_motion, values=np.zeros_like(toy_motion.values))
    with pytest.raises(DataError, match="no channel varies"):
        label(name, still, 2)


@pytest.mark.parametrize("name", BASELINES)
def test_euler_angles_are_refused(toy_motion, name):
    euler = replace(toy_motion, representation=Representation.EULER)
    with pytest.raises(DataError, match="toy: convert the motion to exponential maps first"):
        label(name, euler, 2)


def test_the_untrained_network_needs_a_window(toy_motion):
    short = replace(toy_motion, values=toy_motion.values[:19])
    with pytest.raises(DataError, match="a sequence of 19 frames is shorter than one window"):
        label("untrained", short, 2)


@pytest.mark.parametrize("name", ["window_ward", "window3_kmeans", "changepoints_pose_3"])
def test_baselines_see_the_channels_of_the_network(recording, name):
    """A body that only trembles is put elsewhere half way, which depends on the root to be seen."""
    values = np.random.default_rng(2).normal(scale=0.01, size=(1200, 9))
    trembling = replace(recording, values=values)
    moved = replace(recording, values=values + np.eye(1, 9) * (np.arange(1200) >= 600)[:, None])
    absolute, none = (
        replace(STAGES, features=FeatureParameters(root=root))
        for root in (RootChannels.ABSOLUTE, RootChannels.NONE)
    )
    seen = label(name, moved, 2, stages=absolute)
    half_a_window = 50
    np.testing.assert_allclose(label_boundaries(seen), [600], atol=half_a_window)
    unseen = label(name, moved, 2, stages=none)
    np.testing.assert_array_equal(unseen, label(name, trembling, 2, stages=none))


@pytest.mark.parametrize("window_s", [0.001, 0.05, 0.5, 1.95])
def test_window_statistics_agree_with_windows_taken_one_by_one(window_s):
    poses = np.random.default_rng(3).normal(size=(90, 4)) * [1, 1, 0, 1e-3] + [0, 5, 1, 0]
    size = max(1, round(window_s * 20))
    before = size // 2
    padded = np.pad(poses, ((before, size - 1 - before), (0, 0)), mode="edge")
    windows = [padded[start : start + size] for start in range(90)]
    expected = [[*window.mean(axis=0), *window.std(axis=0)] for window in windows]
    found = window_statistics(Task(poses, 20.0, 2, BaselineParameters()), window_s)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(("frame_rate", "step"), [(120.0, 12), (25.0, 2), (10.0, 1), (3.0, 1)])
def test_rows_are_as_dense_as_asked_or_as_the_recording_allows(frame_rate, step):
    rows = Task(np.zeros((50, 1)), frame_rate, 2, BaselineParameters()).rows(10.0)
    np.testing.assert_array_equal(rows, np.arange(0, 50, step))


@pytest.mark.parametrize(("find", "frames"), [(pose_change_points, 2), (window_change_points, 60)])
def test_change_points_lie_where_the_pose_changes(task, find, frames):
    """To the row, or to half a window."""
    boundaries = label_boundaries(find(task, 3.0))
    np.testing.assert_allclose(boundaries, [300, 600, 900], atol=frames)


def test_a_higher_penalty_finds_fewer_change_points(task):
    fine, coarse, none = (pose_change_points(task, penalty) for penalty in (3.0, 20.0, 1000.0))
    counts = [len(label_boundaries(labels)) for labels in (fine, coarse, none)]
    assert counts[0] >= counts[1] >= counts[2] == 0


def test_the_width_of_the_kernel_hardly_depends_on_the_length(task):
    """Longer than the rows that set the width: the same boundaries, and the later ones too."""
    long = replace(task, poses=np.tile(task.poses, (3, 1)))
    boundaries = label_boundaries(pose_change_points(long, 3.0))
    np.testing.assert_allclose(boundaries, np.arange(300, 3600, 300), atol=6)


def test_two_rows_have_no_change_point():
    two = Task(np.array([[0.0], [1.0]]), 30.0, 2, BaselineParameters())
    assert not pose_change_points(two, 3.0).any()


def test_states_that_stay_longer_change_less_often():
    generator = np.random.default_rng(5)
    poses = generator.choice([-1.0, 1.0], size=(600, 1)) + generator.normal(
        scale=0.5, size=(600, 1)
    )
    brief, long = (
        sticky_hmm(Task(poses, 10.0, 2, BaselineParameters(window_s=0.1, stay_s=stay_s)))
        for stay_s in (0.1, 1000.0)
    )
    assert 5 * len(label_boundaries(long)) < len(label_boundaries(brief))


@pytest.mark.filterwarnings("ignore:Number of distinct clusters")
def test_states_may_be_left_empty():
    """Frames 294 and 300 are looked at; the frames between take the nearer one's state."""
    poses = np.repeat([[0.0, 1.0], [1.0, 0.0]], 300, axis=0)
    labels = sticky_hmm(Task(poses, 60.0, 8, BaselineParameters(window_s=0.01)))
    np.testing.assert_array_equal(label_boundaries(labels), [298])


def test_the_untrained_network_is_the_one_that_training_starts_from(toy_motion):
    hardly = STAGES.training.model_copy(update={"steps": 1, "learning_rate": 1e-30})
    started = train_model(toy_motion, STAGES.features, hardly)
    model = untrained_model([toy_motion], STAGES)
    torch.testing.assert_close(
        dict(model.network.state_dict()), dict(started.network.state_dict()), rtol=0, atol=0
    )
    torch.testing.assert_close(model.inputs(toy_motion), started.inputs(toy_motion))


def test_the_untrained_network_leaves_the_global_generator_alone(toy_motion):
    before = torch.random.get_rng_state()
    first = untrained_model([toy_motion], STAGES)
    assert torch.equal(torch.random.get_rng_state(), before)
    other = replace(STAGES, training=STAGES.training.model_copy(update={"seed": 1}))
    weights = [
        model.network.readout.weight for model in (first, untrained_model([toy_motion], other))
    ]
    assert not torch.equal(*weights)


@pytest.fixture(scope="module")
def trials(mirror):
    """The seven long trials of CMU subject 86 whose recordings are at hand, annotated."""
    folder = mirror / "cmu_mocap" / "subject_86"
    found = []
    for number in ("01", "03", "05", "07", "09", "10", "12"):
        motion = read_motion(str(folder / "expmap" / f"{number}.mat"), trial=f"86_{number}")
        path = folder / "segmentation" / f"{number}_ground_truth.txt"
        found.append(
            (motion, read_annotation(str(path), trial=motion.trial, frame_count=len(motion)))
        )
    return found


@pytest.mark.parametrize("root", [RootChannels.ABSOLUTE, RootChannels.GROUND])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("constant", 0.400),
        ("window_ward", 0.871),
        ("window_single_linkage", 0.504),
        ("window3_kmeans", 0.908),
        ("changepoints_window_5", 0.938),
        ("changepoints_pose_3", 0.869),
        ("sticky_hmm", 0.825),
    ],
)
def test_accuracy_on_real_recordings_is_what_was_measured_before(trials, root, name, expected):
    """Mean over trials, number of behaviours given; the project's reference figures."""
    stages = replace(STAGES, features=FeatureParameters(root=root))
    scores = []
    for motion, annotation in trials:
        number = len(set(annotation.behaviours))
        labels = predict(name, motion, number, BaselineParameters(), stages)
        scores.append(frame_accuracy(labels, annotation.frame_labels()))
    assert np.mean(scores) == pytest.approx(expected, abs=0.04)


@pytest.mark.parametrize("name", METHODS)
def test_no_baseline_looks_at_frames_that_were_not_seen(toy_motion, name):
    labels = [
        label(name, hidden(toy_motion, absurd=absurd), 2, PARAMETERS, SHORT)
        for absurd in (50.0, -7.0)
    ]
    assert (labels[0][HIDDEN] == NOT_SEEN).all()
    assert (np.delete(labels[0], np.r_[HIDDEN]) >= 0).all()
    np.testing.assert_array_equal(*labels)


def test_frames_around_those_that_were_not_seen_are_apart(toy_motion):
    motion = hidden(toy_motion)
    found = Task.of([motion], 2, PARAMETERS, STAGES.features, (50, 140, 200))
    assert (len(found.poses), found.cuts) == (260, (50, 120, 160))
    assert np.abs(found.poses).max() < 10
    spread = found.for_all_frames(np.arange(260))
    assert (spread[119], spread[120], spread[160]) == (119, NOT_SEEN, 120)


@pytest.fixture
def pair(task):
    """The second recording goes on where the first one ends, in the middle of a segment."""
    return replace(task, cuts=(450,), starts=(450,))


@pytest.mark.parametrize("find", [partial(pose_change_points, penalty=3.0), sticky_hmm])
def test_labels_of_recordings_do_not_depend_on_their_neighbour(pair, find):
    """Both halves of a segment have one cluster, which each finds within its own recording."""
    labels = find(pair)
    assert labels[440] == labels[460]
    assert set(label_boundaries(labels).tolist()) & {450} == set()


def test_a_segment_ends_with_its_recording(pair):
    assert 450 in _boundaries(pair, pair.poses, 3.0)
    assert 450 not in _boundaries(replace(pair, starts=(), cuts=()), pair.poses, 3.0)


def test_frames_are_read_from_the_start_of_each_recording(pair):
    rows = replace(pair, starts=(455,)).rows(10.0)
    assert {0, 450, 455}.issubset(rows.tolist())
    np.testing.assert_array_equal(rows[rows >= 455], np.arange(455, 1200, 6))


def test_the_nearest_row_is_one_of_the_same_recording(pair):
    """Row 444 is nearer to frame 449 than row 455, which begins another recording."""
    rows = np.array([0, 440, 450, 456])
    labels = _spread(np.arange(4), rows, pair)
    assert labels[449] == 1
    assert labels[450] == 2


@pytest.mark.parametrize("name", ["window_ward", "changepoints_pose_3", "sticky_hmm"])
def test_recordings_are_clustered_together(recording, truth, name):
    halves = [
        replace(recording, values=recording.values[part])
        for part in np.split(np.arange(3000), [1700])
    ]
    ((first, second),) = predict_together(name, halves, [3], PARAMETERS, STAGES)
    assert [len(first), len(second)] == [1700, 1300]
    assert frame_accuracy(np.concatenate([first, second]), truth) > 0.9


@pytest.mark.parametrize("name", ESTIMATING)
def test_what_stands_in_place_of_states_estimates_the_number(toy_motion, name):
    given, estimated = predict_together(name, [toy_motion] * 2, [2, None], PARAMETERS, STAGES)
    assert [len(labels) for labels in estimated] == [300, 300]
    np.testing.assert_array_equal(*given)


def test_a_method_that_cannot_estimate_needs_a_number(toy_motion):
    with pytest.raises(DataError, match="window_ward needs a number of clusters; pose_as_states"):
        predict_together("window_ward", [toy_motion], [None], PARAMETERS, STAGES)
    with pytest.raises(DataError, match="expected one of constant, .*, not 'video_lstm'"):
        predict_together("video_lstm", [toy_motion], [2], PARAMETERS, STAGES)
