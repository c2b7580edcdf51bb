import json

import pandas as pd
import pytest
from helpers.made_up import block_of

from kinembed.analysis.state_dynamics.cards import BehaviourCard
from kinembed.motion.segments import Segment
from kinembed.report.player.card_values import REASONS, card_values

MEASURES = pd.DataFrame(
    [
        ("a", "knee", "swing", "°", 60.0, 20.0, 3.0),
        ("a", "knee", "turn", "°/s", 90.0, 30.0, 2.0),
        ("a", "hips", "height", "body heights", 0.3, 0.6, -4.0),
        ("a", "hand", "turn", "°/s", 10.0, 11.0, -0.2),
    ],
    columns=["label", "joint", "measure", "unit", "here", "elsewhere", "effect"],
)
RHYTHMS = pd.DataFrame(
    [
        ("a", "knee", 1.5, 20.0, 3.0, 0.9, "°"),
        ("a", "arm", 1.5, 40.0, 39.5, 0.9, "°"),
        ("a", "hand", 3.0, 20.0, 1.0, 0.1, "°"),
        ("a", "foot", 1.5, 30.0, 3.0, 0.8, "°"),
    ],
    columns=["label", "joint", "frequency", "swing", "elsewhere", "share", "unit"],
)


@pytest.fixture
def values():
    runs = (Segment(0, 100, "a"), Segment(150, 200, "a"))
    card = BehaviourCard("a", runs, {"b": 1}, None, None, MEASURES, RHYTHMS)
    return card_values(card, {"a": 4, "b": 7}, 200, 50.0)


def test_how_often_and_how_long_is_told(values):
    assert (values["times"], values["seconds"], values["share"]) == (2, 3.0, 0.75)
    assert (values["shortest"], values["median"], values["longest"]) == (1.0, 1.5, 2.0)
    assert (values["label"], values["next"]) == (4, [[7, 1]])
    assert values["typical"] is None


def test_the_largest_effect_of_each_joint_is_told_in_words(values):
    told = [(row["joint"], row["phrase"]) for row in values["reasons"]]
    assert told == [("hips", "is lower"), ("knee", "has a larger range of motion in 1 s")]
    assert values["reasons"][0]["elsewhere"] == 0.6


def test_only_what_swings_at_one_frequency_and_wider_than_elsewhere_is_a_rhythm(values):
    assert [row["joint"] for row in values["rhythms"]] == ["foot", "knee"]


def test_cards_and_labels_of_a_block_are_the_same_behaviours(results):
    block = json.loads(json.dumps(block_of(results)))
    names = [block["labels"][card["label"]]["name"] for card in block["cards"]]
    assert names == ["calm", "wild"]
    calm, wild = block["cards"]
    assert calm["next"] == [[wild["label"], 1]]
    assert wild["reasons"][0]["joint"] == "arm"
    assert len(wild["reasons"]) <= REASONS
    assert set(block["plots"]) == {"usage", "transitions"}


def test_no_annotation_is_read(results):
    from dataclasses import replace

    without = block_of(replace(results, annotation=None))["cards"]
    told = [{**card, "label": None, "next": None} for card in without]
    assert told == [{**card, "label": None, "next": None} for card in block_of(results)["cards"]]
