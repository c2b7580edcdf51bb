import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection

from kinembed.core.errors import DataError
from kinembed.report.plots.trajectories import (
    DRAWN_WINDOWS,
    Trajectories,
    settling_curve,
    trajectories_2d,
    trajectories_3d,
    trajectories_page,
)

SOURCE, TARGET, WINDOWS = 3, 2, 30
NAMES = {4: "walk", 1: "run"}
COLOURS = {"run": "#0072B2", "walk": "#E69F00"}
SHARES = np.array([0.5, 0.3, 0.1])
SETTLING = pd.DataFrame(
    {"step": range(5), "part": ["encoder"] * 3 + ["decoder"] * 2, "distance": [3, 2, 1, 0.5, 0.5]}
)


def table(components=3):
    """Walk has 30 windows, run 5, and one window is mixed (-1)."""
    steps, parts = np.arange(5), ["encoder"] * SOURCE + ["decoder"] * TARGET
    clusters = [4] * WINDOWS + [1] * 5 + [-1]
    generator = np.random.default_rng(0)
    frames = [
        pd.DataFrame({"cluster": cluster, "window": window, "step": steps, "part": parts})
        for window, cluster in enumerate(clusters)
    ]
    rows = pd.concat(frames, ignore_index=True)
    values = generator.normal(size=(len(rows), components))
    return rows.assign(**{f"component_{i + 1}": values[:, i] for i in range(components)})


def averages(projections):
    means = projections.drop(columns="window").groupby(["cluster", "step", "part"]).mean()
    return means.reset_index().query("cluster >= 0")


def draw(function, projections=None, **options):
    projections = table() if projections is None else projections
    shown = Trajectories(projections, averages(projections), SHARES, NAMES, COLOURS)
    return function(shown, **options)


def test_encoder_and_decoder_have_a_panel_each_with_the_same_limits():
    left, right = draw(trajectories_2d).axes
    assert left.get_title(loc="left").startswith("encoder")
    assert right.get_title(loc="left").startswith("decoder")
    assert left.get_xlim() == right.get_xlim()
    assert left.get_ylim() == right.get_ylim()
    assert left.get_xlabel() == "component 1 (50 % of variance)"
    assert left.get_ylabel() == "component 2 (30 % of variance)"


def test_a_cluster_shows_some_windows_as_lines_and_every_state_as_a_point():
    projections = table()
    left = draw(trajectories_2d, projections).axes[0]
    walk, run = (one for one in left.collections if isinstance(one, LineCollection))
    assert [len(one.get_segments()) for one in (walk, run)] == [DRAWN_WINDOWS, 5]
    first = projections.query("cluster == 4 and window == 0 and part == 'encoder'")
    np.testing.assert_allclose(walk.get_segments()[0], first[["component_1", "component_2"]])
    points = [one for one in left.collections if isinstance(one, PathCollection)]
    counts = sorted(len(one.get_offsets()) for one in points)
    # 5 and 20 first steps, the states of run and of walk, and those of the decoder in grey
    assert counts == [5, 15, DRAWN_WINDOWS, 35 * TARGET, WINDOWS * SOURCE]


def test_the_averages_are_drawn_in_the_colour_of_their_behaviour():
    projections = table()
    right = draw(trajectories_2d, projections).axes[1]
    drawn = {line.get_color(): line.get_xydata() for line in right.lines}
    for cluster, name in NAMES.items():
        mean = averages(projections).query(f"part == 'decoder' and cluster == {cluster}")
        expected = mean[["component_1", "component_2"]]
        np.testing.assert_allclose(drawn[COLOURS[name]], expected, err_msg=name)


@pytest.mark.parametrize("function", [trajectories_2d, trajectories_3d])
def test_the_legend_lists_behaviours_in_the_order_given(function):
    (legend,) = draw(function, title="86_01").legends
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts[:2] == ["walk", "run"]
    assert len(texts) == 3
    assert legend.get_title().get_text() == "86_01"


def test_three_dimensions_are_labelled():
    left, right = draw(trajectories_3d, note="Made up.").axes
    assert left.get_zlabel() == "component 3 (10 % of variance)"
    assert right.name == "3d"
    assert [text.get_text() for text in left.figure.texts] == ["Made up."]


def test_the_page_tells_part_behaviour_and_step():
    page = draw(trajectories_page, title="86_01", note="Made up.")
    assert [trace.name for trace in page.data] == [
        f"{name}: {part}, {kind}"
        for part in ("encoder", "decoder")
        for name in ("walk", "run")
        for kind in ("windows", "average")
    ]
    walk = page.data[0]
    assert walk.line.color == COLOURS["walk"]
    assert walk.line.dash == "dot"
    assert len(walk.x) == DRAWN_WINDOWS * (SOURCE + 1)
    assert np.isnan(walk.x[SOURCE])  # windows are not joined
    np.testing.assert_array_equal(walk.customdata[:SOURCE], [0, 1, 2])
    assert page.data[4].customdata[0] == SOURCE
    assert page.layout.scene.zaxis.title.text == "component 3 (10 % of variance)"
    assert page.layout.title.text == "86_01"
    assert page.layout.annotations[-1].text == "Made up."


def test_a_cluster_without_a_whole_window_is_left_out():
    projections = table()
    page = draw(trajectories_page, projections[projections["cluster"] != 1])
    assert {trace.name.split(":")[0] for trace in page.data} == {"walk"}


@pytest.mark.parametrize("function", [trajectories_3d, trajectories_page])
def test_too_few_components_are_refused(function):
    with pytest.raises(DataError, match="the projections lack component_3"):
        draw(function, table(components=2))


def test_settling_is_drawn_by_part():
    (ax,) = settling_curve(SETTLING, title="86_01", note="Made up.").axes
    encoder, decoder = ax.lines[:2]
    np.testing.assert_array_equal(encoder.get_ydata(), [3, 2, 1])
    np.testing.assert_array_equal(decoder.get_xdata(), [3, 4])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["encoder", "decoder"]
    assert ax.lines[2].get_xdata()[0] == 2.5
    assert ax.get_ylim()[0] == 0
    assert ax.get_title(loc="left") == "86_01"
