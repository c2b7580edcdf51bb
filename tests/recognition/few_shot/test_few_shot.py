"""Synthetic clips: one joint that swings slowly and high or fast and low, from a random phase."""

import copy

import numpy as np
import pandas as pd
import pytest
import torch

from kinembed.core.errors import DataError
from kinembed.networks.frame_classifier import FrameClassifier
from kinembed.networks.peephole_lstm import PeepholeLstm
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.recognition.few_shot import (
    ClassifierParameters,
    FewShotParameters,
    few_shot_curve,
    paired_gains,
)
from kinembed.recognition.few_shot.training import fit_classifier, predict_classes
from kinembed.recognition.few_shot.windows import FrameFeatures
from kinembed.recognition.skeleton import Clips

pytestmark = pytest.mark.slow

SPEEDS = {"slow": 0.3, "fast": 1.2}


def swing(seed, speed, frames=18):
    generator = np.random.default_rng(seed)
    phase = speed * np.arange(frames) + generator.uniform(0, 6)
    positions = generator.normal(scale=1e-6, size=(frames, 2, 3))  # all but still
    positions[:, 1, 1] += np.sin(phase) + (2 if speed < 1 else -2)
    return positions.astype(np.float32)


@pytest.fixture(scope="module")
def clips():
    names = [f"{name}_{number}" for name in SPEEDS for number in range(8)]
    positions = [swing(seed, SPEEDS[name.split("_")[0]]) for seed, name in enumerate(names)]
    order = np.argsort(names)
    graph = SkeletonGraph(("hips", "arm"), np.arange(2), (-1, 0))
    return Clips(tuple(names[i] for i in order), tuple(positions[i] for i in order), graph, 20.0)


@pytest.fixture(scope="module")
def targets(clips):
    table = pd.DataFrame({"clip": clips.names})
    table["behaviour"] = table["clip"].str.partition("_")[0]
    tested = table["clip"].str[-1] > "4"
    return table[~tested], table[tested]


def parameters(**changes):
    given = {
        "dataset": "synthetic",
        "labelled": (1, 3),
        "draws": 2,
        "seeds": (0,),
        "pretraining": {
            "network": {"units": 8, "values": "real"},
            "windows": {"source": 10, "target": 4},
            "steps": 3,
            "batch_size": 4,
            "device": "cpu",
        },
        "classifier": {"steps": 3, "device": "cpu"},
    }
    return FewShotParameters.model_validate(given | changes)


def test_a_row_for_each_number_draw_and_start(clips, targets):
    table = few_shot_curve(clips, *targets, parameters(), seed=0)
    assert table.groupby(["labelled", "draw", "start"]).size().tolist() == [1] * 8
    assert set(table["windows"]) == {6}
    assert table["accuracy"].between(0, 1).all()
    again = few_shot_curve(clips, *targets, parameters(), seed=0)
    pd.testing.assert_frame_equal(table, again)


def test_all_labels_of_two_kinds_are_enough(clips, targets):
    learned = {"steps": 80, "learning_rate": 1e-2, "device": "cpu"}
    table = few_shot_curve(
        clips, *targets, parameters(labelled=(5,), draws=1, classifier=learned), seed=0
    )
    assert (table["accuracy"] >= 5 / 6).all()


def test_labels_of_clips_that_are_tested_on_reach_no_training(clips, targets):
    """All called fast, then all slow: right together are all, because the answers are the same."""
    train, test = targets
    fast, slow = (
        few_shot_curve(clips, train, test.assign(behaviour=name), parameters(), seed=0)
        for name in ("fast", "slow")
    )
    assert (fast["accuracy"] + slow["accuracy"]).tolist() == pytest.approx([1.0] * 8)


def test_too_few_clips_are_named(clips, targets):
    with pytest.raises(DataError, match=r"6 windows .* fewer clips of fast \(5\), slow \(5\)"):
        few_shot_curve(clips, *targets, parameters(labelled=(6,)), seed=0)


def test_binary_values_are_refused():
    with pytest.raises(ValueError, match="positions are real"):
        parameters(pretraining={"network": {"values": "binary"}})


def test_frame_features_are_scaled_by_known_clips_and_short_ones_are_held(clips):
    frame_features = FrameFeatures.of(clips, ["slow_0", "slow_1"])
    known = np.concatenate([frame_features.values["slow_0"], frame_features.values["slow_1"]])
    assert known.mean(axis=0) == pytest.approx(np.zeros(known.shape[1]), abs=1e-6)
    assert known.std(axis=0) == pytest.approx(np.ones(known.shape[1]))
    values, cuts = frame_features.joined(["slow_0", "slow_1"], 20)
    assert (len(values), cuts) == (40, [20])
    np.testing.assert_array_equal(values[17:20], np.repeat(values[17:18], 3, axis=0))
    first, last = frame_features.windows(["slow_0", "slow_0"], 10, np.array([0.0, 0.999]))
    np.testing.assert_allclose(first, frame_features.values["slow_0"][:10], rtol=1e-6)
    np.testing.assert_allclose(last, frame_features.values["slow_0"][8:], rtol=1e-6)


def test_an_answer_is_the_mean_over_frames():
    torch.manual_seed(0)
    network = FrameClassifier(PeepholeLstm(3, 5), 2)
    frames = torch.randn(4, 6, 3)
    every = network(frames)
    assert every.shape == (4, 6, 2)
    torch.testing.assert_close(network.probabilities(frames), every.softmax(-1).mean(1))
    classes = torch.tensor([0, 1, 1, 0])
    by_hand = -torch.stack([every[i].log_softmax(-1)[:, classes[i]].mean() for i in range(4)])
    torch.testing.assert_close(network.loss(frames, classes), by_hand.mean())


def test_a_classifier_begins_from_the_encoder_and_learns():
    torch.manual_seed(0)
    encoder = PeepholeLstm(1, 6)
    windows = np.repeat([[[-1.0]], [[1.0]]], 5, axis=1).astype(np.float32)
    short = ClassifierParameters(steps=1, learning_rate=1e-12, device="cpu")
    still = fit_classifier(copy.deepcopy(encoder), windows, np.array([0, 1]), short, 0, name="x")
    for name, weight in still.encoder.state_dict().items():
        torch.testing.assert_close(weight, encoder.state_dict()[name])
    longer = ClassifierParameters(steps=60, learning_rate=1e-2, device="cpu")
    learned = fit_classifier(encoder, windows, np.array([0, 1]), longer, 0, name="x")
    assert predict_classes(learned, windows).tolist() == [0, 1]


def test_gains_are_those_of_pairs():
    """Gains .1, .2, .3: mean .2, and t(2) = 4.3027 times .1 / sqrt(3) to both sides."""
    rows = [
        {"dataset": "x", "seed": 0, "labelled": 1, "draw": draw, "start": start, "accuracy": value}
        for draw in range(3)
        for start, value in (("scratch", 0.5), ("pretrained", 0.6 + draw / 10))
    ]
    (row,) = paired_gains(pd.DataFrame(rows)).to_dict("records")
    assert row["pairs"] == 3
    assert row["gain"] == pytest.approx(0.2)
    half = 4.30265 * 0.1 / np.sqrt(3)
    assert (row["low"], row["high"]) == pytest.approx((0.2 - half, 0.2 + half), abs=1e-5)
