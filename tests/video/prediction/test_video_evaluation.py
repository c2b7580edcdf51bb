"""Scores of networks and baselines, on videos that are worked by hand or known from the seed."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from helpers.squares import FLIGHTS, SMALL

from kinembed.io.sources.digits import Digits
from kinembed.video.prediction import VideoParameters, describe_runs, score_baselines, score_network
from kinembed.video.prediction.digit_source import DigitSource
from kinembed.video.prediction.evaluation import COLUMNS, score_of, score_table
from kinembed.video.prediction.sources import known_videos


def test_scores_of_a_frame_worked_by_hand():
    logits = torch.tensor([0.0, math.log(3)]).expand(1, 2, 2)  # probabilities 1/2 and 3/4
    truth = torch.tensor([1.0, 0.0]).expand(1, 2, 2)
    score = score_of(logits, truth, "binary", "prediction", "free", 1)
    assert score.cross_entropy == pytest.approx(math.log(2) + math.log(4))
    assert score.squared_error == pytest.approx(1 / 4 + 9 / 16)


def test_real_values_have_no_cross_entropy():
    raw, truth = torch.tensor([[[2.0, -3.0]]]), torch.tensor([[[1.0, -1.0]]])
    score = score_of(raw, truth, "real", "prediction", "free", None)
    assert score.squared_error == pytest.approx(1 + 4)
    assert math.isnan(score.cross_entropy)
    table = score_table([score], "toy", "a", 3)
    assert table["digits"].isna().all()
    record = describe_runs(table, {"a.seed_3": SMALL.model_copy(update={"seed": 3})})
    assert record["a.seed_3"]["metrics"] == {"prediction.free.squared_error": pytest.approx(5)}


@pytest.mark.parametrize(
    ("network", "rows"),
    [
        ({"task": "future"}, [("prediction", "free")]),
        ({"task": "autoencoder"}, [("reconstruction", "free")]),
        (
            {"task": "composite", "conditional": True},
            [
                ("reconstruction", "teacher"),
                ("prediction", "teacher"),
                ("reconstruction", "free"),
                ("prediction", "free"),
            ],
        ),
    ],
)
def test_every_decoder_is_scored_in_every_regime(model_of, source, held_out, network, rows):
    table = score_network("a.b.seed_2", model_of(**network), source, held_out)
    assert list(table) == COLUMNS
    found = table[["digits", "decoder", "regime"]].itertuples(index=False, name=None)
    assert list(found) == [(number, *row) for number in (1, 2) for row in rows]
    assert set(table[["data", "model", "seed"]].itertuples(index=False, name=None)) == {
        ("squares", "a.b", 2)
    }


def test_teacher_and_free_are_those_of_the_network(model_of, source, held_out):
    model = model_of(task="future", conditional=True)
    table = score_network("a.seed_2", model, source, held_out).set_index(["digits", "regime"])
    videos = source.held_out(SMALL.windows, held_out.videos, 2)
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    with torch.no_grad():
        forced, free = model.network(*videos), model.network.roll_out(videos.source, 3)
    for regime, decoded in (("teacher", forced), ("free", free)):
        expected = loss(decoded.future, videos.target, reduction="none").sum(-1).mean().item()
        assert table.loc[(2, regime), "cross_entropy"] == pytest.approx(expected, rel=1e-5)


def test_batches_do_not_change_a_score(model_of, source, held_out, monkeypatch):
    model = model_of(conditional=True)
    whole = score_network("a.seed_2", model, source, held_out)
    monkeypatch.setattr("kinembed.video.prediction.evaluation.BATCH", 2)
    pd.testing.assert_frame_equal(score_network("a.seed_2", model, source, held_out), whole)


def test_held_out_videos_show_digits_that_are_only_tested_on(digits, source):
    dark = DigitSource(Digits(np.zeros_like(digits.train), digits.test, "dark"), FLIGHTS)
    assert known_videos(dark, SMALL.windows, 3).source.max() == 0
    longer = SMALL.windows.model_copy(update={"target": 5})
    videos = dark.held_out(longer, 3, 2)
    assert (videos.source.shape, videos.target.shape) == ((3, 4, 49), (3, 5, 49))
    bright = set((digits.test / np.float32(255)).ravel().tolist())
    assert set(videos.target.unique().tolist()) <= bright | {0.0}
    assert torch.equal(source.held_out(longer, 3, 2).target, videos.target)
    assert torch.equal(source.held_out(longer, 3).target, source.held_out(longer, 3, 1).target)


def test_baselines_stand_still(source, held_out):
    table = score_baselines(source, SMALL, held_out).set_index(["model", "decoder", "digits"])
    assert table["seed"].isna().all()
    assert set(table["regime"]) == {"free"}
    mean = known_videos(source, SMALL.windows, held_out.videos).source.mean((0, 1))
    videos = source.held_out(SMALL.windows, held_out.videos, 1)
    for decoder, truth in zip(("reconstruction", "prediction"), videos, strict=True):
        errors = table.xs(decoder, level="decoder").xs(1, level="digits")["squared_error"]
        last = (videos.source[:, -1:] - truth).square().sum(-1).mean().item()
        assert errors["last_frame"] == pytest.approx(last, rel=1e-2)
        expected = (mean - truth).square().sum(-1).mean().item()
        assert errors["mean_frame"] == pytest.approx(expected, rel=1e-2)


def test_a_mixture_is_at_least_as_good_as_its_parts_where_it_is_fitted(digits, held_out):
    """Digits that are tested on are here those that are trained on, and as many."""
    alone = FLIGHTS.model_copy(update={"held_out": (1,)})
    same = DigitSource(Digits(digits.train, digits.train, "same"), alone)
    many = held_out.model_copy(update={"videos": 300})
    table = score_baselines(same, SMALL, many).set_index(["decoder", "model"])["cross_entropy"]
    for decoder in ("reconstruction", "prediction"):
        parts = min(table[decoder]["mean_frame"], table[decoder]["last_frame"])
        assert table[decoder]["last_and_mean"] <= 1.02 * parts


def test_digits_that_stand_still_are_predicted_by_their_last_frame(digits, held_out):
    slow = FLIGHTS.videos.model_copy(update={"slowest": 1e-9, "fastest": 1e-9})
    still = DigitSource(digits, FLIGHTS.model_copy(update={"videos": slow}))
    table = score_baselines(still, SMALL, held_out)
    last = table[table["model"] == "last_frame"]
    assert (last["squared_error"] < 1e-2).all()


def test_every_network_has_a_record(model_of, source, held_out):
    parameters = VideoParameters(rows={"a": {"task": "future"}}, seeds=(2,), training=SMALL)
    scores = score_network("a.seed_2", model_of(task="future"), source, held_out)
    record = describe_runs(scores, parameters.trainings())["a.seed_2"]
    assert record["params"]["task"] == "future"
    assert record["params"]["seed"] == 2
    assert record["metrics"]["prediction.free.2_digits.cross_entropy"] == pytest.approx(
        scores["cross_entropy"].iloc[1]
    )
