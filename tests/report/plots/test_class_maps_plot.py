import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.report.plots.class_maps import class_map_grid


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "seed": seed,
            "layer": layer,
            "behaviour": behaviour,
            "joint": joint,
            "bin": at,
            "importance": at + 10 * (joint == "arm") + seed,
        }
        for seed in (0, 2)
        for layer in ("blocks.0", "blocks.9")
        for behaviour in ("run", "kick")
        for joint in ("hips", "arm")
        for at in range(3)
    )


def test_layers_by_behaviours_with_means_over_seeds(table):
    figure = class_map_grid(table, note="synthetic")
    assert [ax.get_title() for ax in figure.axes] == ["run", "kick", "", ""]
    assert [ax.get_ylabel() for ax in figure.axes] == ["", "blocks.0", "", "blocks.9"]
    assert figure.axes[0].images[0].get_array().tolist() == [[1, 2, 3], [11, 12, 13]]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["hips", "arm"]
    assert figure.texts[-1].get_text() == "synthetic"


def test_what_is_more_numerous_goes_across(table):
    figure = class_map_grid(table, None, ["kick"])
    assert [ax.get_title() for ax in figure.axes] == ["blocks.0", "blocks.9"]
    assert figure.axes[-1].get_ylabel() == "kick"


def test_some_layers_and_behaviours_can_be_chosen(table):
    figure = class_map_grid(table, ["blocks.9"], ["kick"])
    assert [ax.get_title() for ax in figure.axes] == ["kick"]
    assert figure.axes[0].get_ylabel() == "blocks.9"
    with pytest.raises(DataError, match="no map to draw"):
        class_map_grid(table, ["blocks.5"])
