from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.masked import hidden

from kinembed.core.errors import DataError
from kinembed.evaluation.published.cuts import annotated_cuts, loss_cuts, windows_between
from kinembed.evaluation.published.states import decoder_states, single_linkage
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion, Segmentation
from kinembed.motion.windows import WindowLengths
from kinembed.segmentation.predictions import NOT_SEEN
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model

pytestmark = pytest.mark.slow

SOURCE, TARGET = 9, 6
LENGTHS = WindowLengths(source=SOURCE, target=TARGET)


@pytest.fixture(scope="module")
def model(toy_motion):
    training = TrainingParameters(
        network={"units": 6},
        windows={"source": SOURCE, "target": TARGET},
        steps=150,
        batch_size=8,
        learning_rate=1e-2,
        device="cpu",
    )
    return train_model(toy_motion, FeatureParameters(root="absolute"), training)


def one_window_at_a_time(model, motion, threshold):
    """Cuts, and frames with their states, as plainly as it can be said."""
    data = model.inputs(motion)
    cuts, frames, states = [], [], []
    start = 0
    while start + SOURCE + TARGET <= len(motion):
        with torch.no_grad():
            predicted = model.network(data[None, start : start + SOURCE], TARGET)
        first = start + SOURCE
        error = predicted.target[0] - data[first : first + TARGET]
        kept = TARGET
        if float((error**2).mean()) > threshold:
            kept = int(error.abs().mean(dim=1).argmax())
            cuts.append(first + kept)
        for step in range(kept):
            frames.append(first + step)
            states.append(predicted.decoder_states[0, step].numpy())
        start = start + TARGET if kept == TARGET else first + kept
    return cuts, frames, states


@pytest.mark.parametrize("threshold", [0.0, 0.6, 0.8, 1.0, 100.0])
def test_cuts_and_states_are_those_of_one_window_at_a_time(model, toy_motion, threshold):
    windows = loss_cuts(model, toy_motion, threshold)
    cuts, frames, states = one_window_at_a_time(model, toy_motion, threshold)
    assert list(windows.cuts) == cuts
    embeddings = decoder_states(model, toy_motion, windows)
    np.testing.assert_array_equal(embeddings.frame_index, frames)
    np.testing.assert_allclose(embeddings.values, np.array(states), atol=1e-6)
    assert embeddings.cuts == windows.cuts


def test_thresholds_of_the_test_above_cut_never_always_and_in_between(model, toy_motion):
    counts = [len(loss_cuts(model, toy_motion, at).cuts) for at in (0.0, 0.6, 0.8, 100.0)]
    assert counts[0] > counts[1] > counts[2] > counts[3] == 0
    every = loss_cuts(model, toy_motion, 0.0)
    assert len(every.starts) == len(every.cuts)


def test_a_sequence_that_is_predicted_everywhere_is_not_cut(model, toy_motion):
    found = loss_cuts(model, toy_motion, 1e9)
    expected = windows_between((), len(toy_motion), WindowLengths(source=SOURCE, target=TARGET))
    np.testing.assert_array_equal(found.starts, expected.starts)
    np.testing.assert_array_equal(found.kept, expected.kept)


def test_annotated_cuts_are_the_best_frames_of_boundaries():
    annotation = Segmentation(("a", "b", "a"), np.array([[3, 5, 9], [10, 12, 12]]), 20, "trial")
    assert annotated_cuts(annotation) == (5, 12)
    one = Segmentation(("a",), np.empty((0, 3), dtype=np.int64), 20, "trial")
    assert annotated_cuts(one) == ()


def test_windows_advance_by_the_target_inside_every_interval():
    """Of the interval of 7 frames there is one window, of that of 4 frames there is none."""
    windows = windows_between((13, 20, 24), 40, WindowLengths(source=3, target=2))
    assert windows.starts.tolist() == [0, 2, 4, 6, 8, 13, 15, 24, 26, 28, 30, 32, 34]
    assert set(windows.kept) == {2}


def test_frames_without_a_state_take_the_nearest_label_of_their_interval(model, toy_motion):
    cut = 150
    windows = windows_between((cut,), 300, model.training.windows)
    embeddings = decoder_states(model, toy_motion, windows)
    labels = single_linkage(model, toy_motion, windows, 3)
    assert embeddings.frame_index[0] == SOURCE
    assert set(range(cut, cut + SOURCE)).isdisjoint(embeddings.frame_index)
    assert set(labels[cut : cut + SOURCE]) == {labels[cut + SOURCE]}
    assert set(labels[:SOURCE]) == {labels[SOURCE]}


@pytest.mark.parametrize(
    ("cuts", "number", "expected"),
    [
        ((), 400, "toy: 400 clusters asked for, but 288 frames have a state: its 1 intervals"),
        (tuple(range(10, 300, 10)), 2, "toy: 2 clusters asked for, but 0 frames have a state"),
    ],
    ids=["more clusters than states", "intervals shorter than a window"],
)
def test_too_few_states_are_refused(model, toy_motion, cuts, number, expected):
    windows = windows_between(cuts, 300, model.training.windows)
    with pytest.raises(DataError, match=expected):
        single_linkage(model, toy_motion, windows, number)


def test_a_motion_shorter_than_a_window_cannot_be_cut(model, toy_motion):
    short = Motion(
        toy_motion.values[:14],
        toy_motion.channels,
        toy_motion.skeleton,
        toy_motion.frame_rate,
        "short",
        toy_motion.representation,
    )
    with pytest.raises(DataError, match="14 frames is shorter than one window of 9"):
        loss_cuts(model, short, 1.0)


@pytest.mark.parametrize("threshold", [0.0, 0.8, 100.0])
def test_loss_cuts_keep_no_window_of_frames_that_were_not_seen(model, toy_motion, threshold):
    motion = hidden(toy_motion)
    windows = loss_cuts(model, motion, threshold)
    frames = windows.starts[:, None] + np.arange(SOURCE + TARGET)
    assert motion.seen[frames].all()
    assert {120, 160} <= set(windows.cuts)
    parts = [motion.values[:120], motion.values[160:]]
    alone = [loss_cuts(model, replace(toy_motion, values=part), threshold) for part in parts]
    starts = [*alone[0].starts, *(alone[1].starts + 160)]
    np.testing.assert_array_equal(windows.starts, starts)
    labels = single_linkage(model, motion, windows_between((), 300, LENGTHS, motion.seen), 2)
    assert np.flatnonzero(labels == NOT_SEEN).tolist() == list(range(120, 160))


def test_windows_between_cuts_skip_what_was_not_seen():
    seen = np.ones(40, dtype=bool)
    seen[15:22] = False
    windows = windows_between((13, 24), 40, WindowLengths(source=3, target=2), seen)
    assert windows.cuts == (13, 15, 22, 24)
    assert windows.starts.tolist() == [0, 2, 4, 6, 8, 24, 26, 28, 30, 32, 34]


def test_there_are_no_windows_where_nothing_was_seen():
    windows = windows_between((13,), 40, WindowLengths(source=3, target=2), np.zeros(40, bool))
    assert (windows.cuts, len(windows.starts), len(windows.kept)) == ((13,), 0, 0)
