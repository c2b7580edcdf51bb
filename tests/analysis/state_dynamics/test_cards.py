from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from helpers.masked import hidden

from kinembed.analysis.state_dynamics.cards import LONGEST_COMPARED_S, behaviour_cards
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.predictions import NOT_SEEN

CLUSTERS = np.repeat([3, 1, 3, 1, 3], [40, 60, 80, 20, 100])
"""Of the 300 frames of the toy motion, at 50 Hz."""


def embedded(values, step=10):
    index = np.arange(0, len(CLUSTERS), step)
    return Embeddings(np.asarray(values, dtype=float)[index], index, len(CLUSTERS), 50.0)


@pytest.fixture(scope="module")
def cards(toy_motion):
    """Segments of cluster 3 lie at 0, 1 and 5: their mean, by frames, is 2.6."""
    places = np.repeat([0.0, 0.0, 1.0, 9.0, 5.0], [40, 60, 80, 20, 100])
    return behaviour_cards(CLUSTERS, embedded(places[:, None]), toy_motion)


def test_cards_come_in_order_of_appearance_with_what_follows(cards):
    assert [card.label for card in cards] == [3, 1]
    assert [(run.start, run.stop) for run in cards[1].segments] == [(40, 100), (180, 200)]
    assert [card.followed_by for card in cards] == [{1: 2}, {3: 2}]


def test_the_most_typical_segment_is_nearest_to_the_mean_the_least_farthest(cards):
    mean = (0 * 40 + 1 * 80 + 5 * 100) / 220
    assert cards[0].typical[:2] == (100, 180)
    assert cards[0].typical.distance == pytest.approx(mean - 1)
    assert cards[0].atypical[:2] == (0, 40)
    assert cards[0].atypical.distance == pytest.approx(mean)
    assert cards[1].atypical[:2] == (180, 200)


def test_every_card_has_reasons_of_its_own(cards):
    for card in cards:
        assert set(card.measures["label"]) == {card.label}


def test_a_long_segment_is_compared_in_intervals(toy_motion):
    drifting = np.arange(300.0)[:, None]
    (card,) = behaviour_cards(np.zeros(300, dtype=np.int64), embedded(drifting), toy_motion)
    assert card.typical.stop - card.typical.start <= LONGEST_COMPARED_S * 50
    assert card.typical[:2] != card.atypical[:2]
    assert card.followed_by == {}
    assert card.measures.empty


def test_what_has_no_vector_has_no_typical_frames(toy_motion):
    index = np.arange(50, 300, 10)
    embeddings = Embeddings(np.zeros((len(index), 2)), index, 300, 50.0)
    first, second = behaviour_cards(["early"] * 50 + ["late"] * 250, embeddings, toy_motion)
    assert first.typical is None
    assert first.atypical is None
    assert second.typical is not None


def test_names_are_read_as_clusters_are(toy_motion, cards):
    names = [f"name {cluster}" for cluster in CLUSTERS]
    named = behaviour_cards(names, embedded(np.zeros((300, 1))), toy_motion)
    for before, after in pairwise(zip(cards, named, strict=True)):
        assert before[1].segments[0].start == before[0].segments[0].start
        assert after[1].label == f"name {after[0].label}"


def test_frames_that_were_not_seen_have_no_card_and_no_number(toy_motion):
    labels = CLUSTERS.copy()
    labels[120:160] = NOT_SEEN
    index = np.delete(np.arange(300), np.arange(120, 160))[::10]
    embeddings = Embeddings(np.ones((len(index), 2)), index, 300, 50.0, (120, 160))
    made = [
        behaviour_cards(labels, embeddings, hidden(toy_motion, absurd=absurd))
        for absurd in (50.0, -7.0)
    ]
    first, second = made[0]
    assert (first.label, second.label) == (3, 1)
    assert [(run.start, run.stop) for run in first.segments] == [
        (0, 40),
        (100, 120),
        (160, 180),
        (200, 300),
    ]
    assert [card.followed_by for card in made[0]] == [{1: 2}, {3: 2}]
    for one, other in zip(*made, strict=True):
        pd.testing.assert_frame_equal(one.measures, other.measures)
        pd.testing.assert_frame_equal(one.rhythms, other.rhythms)


def test_what_comes_after_a_gap_does_not_follow(toy_motion):
    names = ["a"] * 120 + ["not seen"] * 40 + ["b"] * 140
    index = np.r_[0:120:10, 160:300:10]
    embeddings = Embeddings(np.ones((len(index), 2)), index, 300, 50.0, (120, 160))
    cards = behaviour_cards(names, embeddings, hidden(toy_motion))
    assert [(card.label, card.followed_by) for card in cards] == [("a", {}), ("b", {})]
