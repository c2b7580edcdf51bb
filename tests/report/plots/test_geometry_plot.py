import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.report.plots.geometry import smoothness_by_layer

LAYERS = ["input", "blocks.0", "blocks.1"]


@pytest.fixture
def table():
    errors = {("trained", 0): [0.5, 0.4, 0.1], ("trained", 1): [0.5, 0.2, 0.3]}
    errors[("untrained", 0)] = [0.5, 0.6, 0.7]
    return pd.DataFrame(
        {
            "model": model,
            "seed": seed,
            "layer": layer,
            "graph": graph,
            "window": window,
            "label_error": error + window / 100,
        }
        for (model, seed), values in errors.items()
        for layer, error in zip(LAYERS, values, strict=True)
        for graph in ("nnk", "knn")
        for window in (1, 4)
    )


def test_a_panel_for_each_graph_and_window_with_means_over_seeds(table):
    figure = smoothness_by_layer(table, note="synthetic")
    assert [ax.get_title(loc="left") for ax in figure.axes] == [
        "nnk, windows of 1",
        "nnk, windows of 4",
        "knn, windows of 1",
        "knn, windows of 4",
    ]
    lines = {line.get_label(): line.get_ydata().tolist() for line in figure.axes[1].lines}
    assert lines["trained"] == pytest.approx([0.54, 0.34, 0.24])
    assert lines["untrained"] == pytest.approx([0.54, 0.64, 0.74])
    assert [label.get_text() for label in figure.axes[2].get_xticklabels()] == ["input", "0", "1"]
    assert figure.texts[0].get_text() == "synthetic"


def test_bands_reach_over_all_seeds(table):
    band = smoothness_by_layer(table).axes[0].collections[0].get_paths()[0].vertices
    assert band[:, 1].min() == pytest.approx(0.11)
    assert band[:, 1].max() == pytest.approx(0.51)


def test_an_empty_table_is_refused(table):
    with pytest.raises(DataError, match="no layer to draw"):
        smoothness_by_layer(table[:0])
