import pytest

from kinembed.report.plots.behaviours import transition_graph, usage_bars
from kinembed.report.plots.theme import Title, styles_for

NAMES = ["walk"] * 20 + ["<b>hop"] * 10 + ["walk"] * 5 + ["<b>hop"] * 5 + ["lie"] * 10
STYLES = styles_for(NAMES)
SIGNS = dict(zip(STYLES, "ABC", strict=True))
TITLES = {name: Title(name, name) for name in STYLES}


def test_a_block_per_segment_is_as_long_as_it_lasts():
    walk, hop, lie = usage_bars(NAMES, 10.0, STYLES, SIGNS, TITLES).data
    assert list(walk.x) == [2.0, 0.5]
    assert list(walk.y) == ["A walk", "A walk"]
    assert walk.marker.color == STYLES["walk"].colour
    assert hop.hovertext == ("B &lt;b&gt;hop: 2.00 to 3.00 s", "B &lt;b&gt;hop: 3.50 to 4.00 s")
    assert list(lie.x) == [1.0]


def test_a_hatched_bar_keeps_its_colour():
    names = [f"behaviour {number}" for number in range(12)]
    titles = {name: Title(name, name) for name in names}
    styles = styles_for(names)
    bars = usage_bars(names, 10.0, styles, dict(zip(names, names, strict=True)), titles).data
    hatched = [bar for bar in bars if bar.marker.pattern.shape]
    assert hatched
    assert {bar.marker.pattern.fillmode for bar in hatched} == {"overlay"}


def test_long_names_keep_to_their_place():
    name = "a name of a good forty characters or so"
    title = Title(name, name)
    (bar,) = usage_bars([name], 10.0, styles_for([name]), {name: "A"}, {name: title}).data
    assert bar.y == ("A a name of a goo…",)


def test_clusters_have_a_short_title_beside_their_bar_and_a_full_one_under_the_pointer():
    titles = {"walk": Title("cluster 0", "cluster 0 (overlaps most with annotated walk)")}
    (bar,) = usage_bars(["walk"] * 10, 10.0, STYLES, SIGNS, titles).data
    assert bar.y == ("A cluster 0",)
    assert bar.hovertext == ("A cluster 0 (overlaps most with annotated walk): 0.00 to 1.00 s",)


def test_arrows_lead_to_what_follows_and_are_wider_the_more_often():
    figure = transition_graph(NAMES, STYLES, SIGNS, TITLES)
    counts, nodes = figure.data
    assert counts.text == ("<b>2</b>", "<b>1</b>", "<b>1</b>")
    assert counts.hovertext[1] == "B &lt;b&gt;hop → A walk: 1 time"
    assert nodes.text == ("<b>A</b>", "<b>B</b>", "<b>C</b>")
    often, back, _ = figure.layout.annotations
    assert often.arrowwidth > back.arrowwidth
    tip = complex(often.x - nodes.x[1], often.y - nodes.y[1])
    assert abs(tip) < 0.1


def test_the_way_back_has_an_arrow_of_its_own():
    forth, back, _ = transition_graph(NAMES, STYLES, SIGNS, TITLES).layout.annotations
    assert (forth.ax, forth.ay) != pytest.approx((back.x, back.y), abs=0.05)


def test_a_single_behaviour_has_no_arrow():
    figure = transition_graph(["walk"] * 3, STYLES, SIGNS, TITLES)
    assert not figure.layout.annotations
    assert figure.data[-1].text == ("<b>A</b>",)


def test_what_was_not_seen_has_no_bar_and_no_arrow():
    names = ["walk"] * 5 + ["not seen"] * 3 + ["lie"] * 5 + ["walk"] * 2
    bars = usage_bars(names, 10.0, STYLES, SIGNS, TITLES).data
    assert [sum(bar.x) for bar in bars] == pytest.approx([0.7, 0.5])
    counts, nodes = transition_graph(names, STYLES, SIGNS, TITLES).data
    assert counts.hovertext == ("C lie → A walk: 1 time",)
    assert nodes.text == ("<b>A</b>", "<b>C</b>")
