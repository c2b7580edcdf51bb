import pandas as pd
import pytest

from kinembed.errors import DataError
from kinembed.recognition import score_recognition

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


def test_a_clip_that_was_left_out_is_named():
    with pytest.raises(DataError, match="nothing was recognised in f"):
        score_recognition(TARGETS, table(["jump"] * 5, "abcde"))
