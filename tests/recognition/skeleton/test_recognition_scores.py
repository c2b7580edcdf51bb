import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.recognition.skeleton import score_recognition, score_recognitions

TARGETS = pd.DataFrame({"clip": list("abcdef"), "behaviour": ["jump"] * 4 + ["kick"] * 2})


def table(taken, clips="abcdef"):
    return pd.DataFrame({"clip": list(clips), "recognised": taken})


def test_scores_by_hand():
    taken = ["jump", "jump", "jump", "kick", "kick", "sit"]
    scores = score_recognition(TARGETS, table(taken))
    assert scores.accuracy == pytest.approx(4 / 6)
    assert scores.recall == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert scores.clips == 6
    assert scores.confusion.to_dict("index") == {
        "jump": {"jump": 3, "kick": 1, "sit": 0},
        "kick": {"jump": 0, "kick": 1, "sit": 1},
    }


def test_the_order_of_clips_does_not_matter():
    taken = ["jump", "jump", "kick", "jump", "kick", "kick"]
    shuffled = table(taken).sample(frac=1, random_state=1)
    scores, same = score_recognition(TARGETS, table(taken)), score_recognition(TARGETS, shuffled)
    assert scores.numbers() == same.numbers()


def test_what_no_clip_shows_stands_last_so_that_the_diagonal_is_right():
    confusion = score_recognition(TARGETS, table(["kick", "an", *["jump"] * 4])).confusion
    assert list(confusion.index) == ["jump", "kick"]
    assert list(confusion) == ["jump", "kick", "an"]


def test_every_network_is_scored_on_every_part():
    right = table(["jump"] * 4 + ["kick"] * 2)
    wrong = table(["kick"] * 4 + ["jump"] * 2)
    both = pd.concat({"seed_1": right, "seed_0": wrong}, names=["network"]).reset_index("network")
    parts = {"test": TARGETS[:5], "train": TARGETS[3:]}
    scores = score_recognitions(parts, both)
    assert scores[["network", "part"]].to_numpy().tolist() == [
        ["seed_1", "test"],
        ["seed_0", "test"],
        ["seed_1", "train"],
        ["seed_0", "train"],
    ]
    assert scores["accuracy"].tolist() == [1.0, 0.0, 1.0, 0.0]
    assert scores["clips"].tolist() == [5, 5, 3, 3]


def test_a_clip_that_was_left_out_is_named():
    with pytest.raises(DataError, match="nothing was recognised in f"):
        score_recognition(TARGETS, table(["jump"] * 5, "abcde"))
