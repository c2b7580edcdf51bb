"""Clips dealt into sequences: each once, each sequence of one actor."""

from collections import Counter
from itertools import pairwise

import pytest
from pydantic import ValidationError

from kinembed.core.errors import DataError
from kinembed.io.concatenation import ConcatenationParameters, plan_sequences
from kinembed.io.dealing import DealParameters, deal

PATTERN = r"^[a-z]+_(?P<action>[a-z]+)_\d+$"
ACTOR = "^([a-z]+)_"
CLIPS = [
    f"{actor}_{action}_{number}"
    for actor, each in (("ann", 5), ("bob", 3))
    for action in ("hop", "kick", "lie", "run")
    for number in range(each)
]


def dealt(**changes):
    return deal(CLIPS, PATTERN, DealParameters(group_pattern=ACTOR, **changes))


def action(clip):
    return clip.split("_")[1]


def test_every_clip_is_used_once_and_actors_never_mix():
    found = dealt()
    assert list(found) == ["ann_0", "ann_1", "ann_2", "bob_0", "bob_1"]
    assert sorted(clip for clips in found.values() for clip in clips) == sorted(CLIPS)
    assert all(clip.startswith(name[:3]) for name, clips in found.items() for clip in clips)


def test_sequences_are_about_as_long_as_asked_for():
    assert {len(clips) for clips in dealt().values()} == {6, 7}
    assert {len(clips) for clips in dealt(clips=100).values()} == {20, 12}


@pytest.mark.parametrize("seed", range(5))
def test_neighbours_differ_in_action_and_actions_are_spread(seed):
    for clips in dealt(seed=seed).values():
        assert all(action(one) != action(other) for one, other in pairwise(clips))
        assert set(Counter(map(action, clips)).values()) <= {1, 2}


def test_neighbours_of_one_action_where_there_is_no_other():
    names = [f"ann_hop_{number}" for number in range(4)] + ["ann_run_0"]
    parameters = DealParameters(group_pattern=ACTOR, clips=5)
    order = deal(names, PATTERN, parameters)["ann_0"]
    assert sorted(order) == names
    assert "ann_run_0" in order[1:2]


def test_the_seed_alone_decides_the_order():
    assert dealt() == deal(CLIPS[::-1], PATTERN, DealParameters(group_pattern=ACTOR))
    assert dealt() != dealt(seed=1)


def test_numbers_have_as_many_digits_as_the_last():
    assert list(dealt(clips=1))[:2] == ["ann_00", "ann_01"]


def test_a_plan_is_dealt_or_drawn():
    deals = {"group_pattern": ACTOR}
    plan = plan_sequences(CLIPS, PATTERN, ConcatenationParameters(deal=deals))
    assert plan == dealt()
    with pytest.raises(ValidationError, match="set draw or deal, not both"):
        ConcatenationParameters(deal=deals, draw={})
    with pytest.raises(DataError, match="concatenation.deal needs ingestion.clip_pattern"):
        plan_sequences(CLIPS, None, ConcatenationParameters(deal=deals))


def test_a_pattern_that_finds_no_group_is_refused():
    with pytest.raises(
        DataError, match=r"deal.group_pattern 'X\(.\)' finds no group .* 'ann_hop_0'"
    ):
        deal(CLIPS, PATTERN, DealParameters(group_pattern="X(.)"))
    with pytest.raises(ValidationError, match="group_pattern"):
        DealParameters(group_pattern="ann")
