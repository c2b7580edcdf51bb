import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.recognition.skeleton import (
    Clips,
    TransferParameters,
    train_action_classifier,
    transfer_curve,
)
from kinembed.recognition.skeleton.transfer import retrained, split_behaviours

pytestmark = pytest.mark.slow

PARAMETERS = TransferParameters(
    dataset="synthetic",
    first_behaviours=2,
    frozen=(0, 4, 10),
    first_steps=3,
    steps=2,
    clips_per_behaviour=1,
    seeds=(0,),
)


@pytest.fixture
def four(clips):
    """The two behaviours once more, under two more names."""
    names = (*clips.names, *(f"{name[::-1]}" for name in clips.names))
    every = Clips(names, clips.positions * 2, clips.graph, clips.frame_rate)
    shown = [name.strip("_012") for name in names]
    table = pd.DataFrame({"clip": names, "behaviour": shown})
    tested = table["clip"].str.contains("2")
    return every, table[~tested], table[tested]


def test_a_row_for_each_number_of_frozen_blocks_and_one_from_scratch(four, parameters):
    table = transfer_curve(*four, parameters, PARAMETERS, seed=0)
    assert table["start"].tolist() == ["pretrained"] * 3 + ["scratch"]
    assert table["frozen"].tolist() == [0, 4, 10, 0]
    assert set(table["clips"]) == {2}
    assert table["accuracy"].between(0, 1).all()
    others = set(table["behaviours"])
    assert others == {" ".join(split_behaviours(four[1]["behaviour"].tolist(), 2, 0).others)}


@pytest.mark.parametrize("frozen", [0, 1, 10])
def test_frozen_blocks_stay_and_the_rest_moves(clips, labels, parameters, frozen):
    quick = parameters.model_copy(update={"steps": 2})
    source = train_action_classifier(clips, labels, quick, seed=0)
    before = {name: value.clone() for name, value in source.network.state_dict().items()}
    targets = pd.DataFrame({"clip": clips.names, "behaviour": labels})
    after = retrained(clips, targets, quick, 1, source, frozen).network.state_dict()
    still = ("norm.", *(f"blocks.{index}." for index in range(frozen)))[: frozen + bool(frozen)]
    for name, value in after.items():
        same = bool((value == before[name]).all())
        assert same == name.startswith(still) if still else not same, name
    assert all((value == before[name]).all() for name, value in source.network.state_dict().items())


def test_from_nothing_it_begins_as_any_network_of_that_seed(clips, labels, parameters):
    targets = pd.DataFrame({"clip": clips.names, "behaviour": labels})
    quick = parameters.model_copy(update={"steps": 2})
    fresh = retrained(clips, targets, quick, 3, None, 0)
    trained = train_action_classifier(clips, labels, quick, seed=3)
    for name, value in trained.network.state_dict().items():
        np.testing.assert_allclose(fresh.network.state_dict()[name], value, atol=1e-6)


def test_splits_are_disjoint_whole_and_differ_by_seed():
    names = [*"abcdefg", "a"]
    parts = [split_behaviours(names, 4, seed) for seed in range(3)]
    for first, others in parts:
        assert len(first) == 4
        assert sorted([*first, *others]) == list("abcdefg")
    assert len(set(parts)) > 1
    assert parts[0] == split_behaviours(names, 4, 0)


@pytest.mark.parametrize("first", [2, 3])
def test_both_parts_need_two_behaviours(first):
    with pytest.raises(DataError, match=rf"{first} of 3 behaviours.*first_behaviours is 2 to 1"):
        split_behaviours(["a", "b", "c"], first, 0)


def test_more_frozen_blocks_than_there_are_are_refused(four, parameters):
    deep = PARAMETERS.model_copy(update={"frozen": (0, 11)})
    with pytest.raises(DataError, match="transfer.frozen asks for 11 of 10 blocks"):
        transfer_curve(*four, parameters, deep, seed=0)
