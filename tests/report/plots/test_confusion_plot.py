import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from kinembed.evaluation.metrics import confusion
from kinembed.report.plots.confusion import CLIPS, confusion_matrix


@pytest.fixture
def table() -> pd.DataFrame:
    predicted = np.repeat([3, 8, 3, 5], [8, 2, 2, 4])
    return confusion(predicted, ["walk"] * 10 + ["run"] * 6)


def test_axes_name_behaviours_and_clusters(table):
    ax = confusion_matrix(table, title="Trial").axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["walk", "run"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["3", "5", "8"]
    assert ax.get_ylabel() == "annotated behaviour"
    assert ax.get_title(loc="left") == "Trial"


def test_cells_show_counts_and_share_of_the_behaviour(table):
    texts = confusion_matrix(table).axes[0].texts
    cells = {text.get_position(): text.get_text() for text in texts}
    assert cells == {(0, 0): "8\n80 %", (2, 0): "2\n20 %", (0, 1): "2\n33 %", (1, 1): "4\n67 %"}


def test_matched_pairs_are_outlined(table):
    boxes = list(confusion_matrix(table).axes[0].patches)
    assert all(isinstance(box, Rectangle) for box in boxes)
    assert [box.get_xy() for box in boxes] == [(-0.5, -0.5), (0.5, 0.5)]


def test_colours_are_shares_in_percent(table):
    (image,) = confusion_matrix(table).axes[0].images
    np.testing.assert_allclose(image.get_array().sum(axis=1), 100)
    assert image.get_clim() == (0, 100)


def test_names_of_clusters_stand_upright_and_letter_by_letter(table):
    named = table.rename(columns={3: "$\\frac$", 5: "<script>", 8: "cluster 8"})
    figure = confusion_matrix(named)
    figure.draw_without_rendering()
    labels = figure.axes[0].get_xticklabels()
    assert [label.get_text() for label in labels] == [r"\$\frac\$", "<script>", "cluster 8"]
    assert {label.get_rotation() for label in labels} == {90}


@pytest.mark.slow
def test_many_long_names_fit():
    names = [f"stand_in_inclined_position_{number}" for number in range(12)]
    table = confusion(np.arange(240) // 20, list(np.repeat(names, 20)))
    figure = confusion_matrix(table, note="A note. " * 40)
    figure.draw_without_rendering()
    assert figure.axes[0].get_tightbbox().x0 >= 0
    assert figure.axes[0].get_tightbbox().y0 >= figure.texts[0].get_window_extent().y1


def test_other_words_for_clips(table):
    figure = confusion_matrix(table, words=CLIPS)
    assert figure.axes[0].get_xlabel() == "recognised as (outlined: correct)"
    assert figure.axes[0].get_ylabel() == "behaviour"
    assert figure.axes[1].get_ylabel() == "% of the behaviour's clips"
