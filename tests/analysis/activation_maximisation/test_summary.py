"""What inputs have in common, on tables written by hand."""

import numpy as np
import pandas as pd
import pytest

from kinembed.analysis.activation_maximisation.summary import summarise

CHI = (0.0, 1.0, 10.0)


def rows(layer, unit, **measures):
    """One unit at three chi; measures that are not given are not known."""
    measures_of_all = ("activation_ratio", "class_probability", "temporal_variation")
    others = ("frequency_centroid", "appearance_drop", "flow_drop")
    unknown = dict.fromkeys((*measures_of_all, *others), np.nan)
    table = pd.DataFrame({"chi": CHI, **unknown, **measures, "runner_up": "walk"})
    return table.assign(layer=layer, unit=unit)


@pytest.fixture
def told():
    seeds = [
        rows("fusion", 0, temporal_variation=[3, 2, 1], frequency_centroid=[2, 1, np.nan])
        .assign(activation_ratio=[0.5, 1.2, 0.1], appearance_drop=0.3, flow_drop=[0.1, 0.1, 0.1])
        .assign(seed=seed)
        for seed in (0, 1)
    ]
    other = rows("fusion", 1, temporal_variation=[3, 1, 2], frequency_centroid=[2, 1, 0.5]).assign(
        activation_ratio=[0.5, 0.9, 0.1], appearance_drop=0.1, flow_drop=[0.1, 0.6, 0.2], seed=0
    )
    classes = [
        rows("classifier", unit, class_probability=values, temporal_variation=[3, 2, 1]).assign(
            activation_ratio=2.0, frequency_centroid=[3, 3, 2], seed=0
        )
        for unit, values in enumerate(([0.1, 0.95, 0.2], [0.8, 0.2, 0.1]))
    ]
    units = pd.DataFrame(
        {
            "layer": ["fusion"] * 3 + ["classifier"] * 2,
            "fires": [True, True, False, True, True],
            "share": [0.2, 0.6, np.nan, 1.0, 0.8],
        }
    )
    return summarise(pd.concat([*seeds, other, *classes]), units)


def test_layers_stand_in_their_order_with_shares_of_units(told):
    assert told.index.tolist() == ["fusion", "classifier"]
    assert told["variation_falls"].tolist() == [0.5, 1.0]
    assert told["excited"].tolist() == [0.5, 1.0]


def test_what_is_still_has_no_frequency_and_equal_ones_do_not_fall(told):
    assert told["frequency_falls"].tolist() == [1.0, 0.0]


def test_what_does_not_apply_is_not_told(told):
    assert told["recognised"].isna().tolist() == [True, False]
    assert told.loc["classifier", "recognised"] == 0.5
    assert told.loc["classifier", ["appearance_needed", "flow_needed"]].isna().all()


def test_an_input_is_needed_where_enough_is_lost_over_all_chi(told):
    assert told.loc["fusion", ["appearance_needed", "flow_needed"]].tolist() == [0.5, 0.5]


def test_generic_and_specific_units_are_those_that_fire(told):
    assert told["most_specific"].tolist() == [0.6, 1.0]
    assert told["least_specific"].tolist() == [0.2, 0.8]
