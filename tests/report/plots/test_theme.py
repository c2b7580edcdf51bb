import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.motion.motion import NOT_LABELLED
from kinembed.report.plots.theme import (
    NOT_SEEN_STYLE,
    OKABE_ITO,
    add_note,
    axes_for,
    colours_for,
    display_names,
    figure_of,
    row_titles,
    style_numbers_for,
    styles_for,
    wrap_note,
)


def test_the_first_eight_labels_have_the_plain_palette():
    styles = styles_for("abcdefgh")
    assert [style.colour for style in styles.values()] == list(OKABE_ITO)
    assert {style.hatch for style in styles.values()} == {""}


def test_styles_follow_first_appearance():
    assert list(colours_for(["run", "walk", "run", "jump"])) == ["run", "walk", "jump"]


def test_sixty_labels_are_all_drawn_differently():
    styles = styles_for(f"behaviour {number}" for number in range(60))
    assert len({(s.colour.lower(), s.hatch) for s in styles.values()}) == 60
    assert len({(s.colour.lower(), s.marker) for s in styles.values()}) == 60


def test_labels_beyond_the_palette_differ_from_their_hue_in_lightness_and_pattern():
    styles = list(styles_for(f"behaviour {number}" for number in range(16)).values())
    plain, dark, light = styles[0], styles[8], styles[15]
    assert sum(to_rgb(dark.colour)) < sum(to_rgb(plain.colour)) < sum(to_rgb(light.colour))
    assert len({plain.hatch, dark.hatch, light.hatch}) == 3
    assert len({plain.marker, dark.marker, light.marker}) == 3


def test_what_is_not_labelled_matches_no_cluster_and_is_drawn_as_what_was_not_seen():
    clusters = np.repeat([0, 1, 2], [2, 3, 2])
    annotated = ["walk", "walk", "walk", *[NOT_LABELLED] * 4]
    names = display_names(clusters, annotated)
    assert names[::3] == ["walk", "cluster 1 (no match)", "cluster 2 (no match)"]
    assert set(row_titles(clusters, annotated)) == set(names)
    assert styles_for([*names, NOT_LABELLED])[NOT_LABELLED] == NOT_SEEN_STYLE


def test_unmatched_clusters_are_grey_and_take_no_colour_from_behaviours():
    names = display_names(np.array([0, 0, 5, 1]), ["walk", "walk", "walk", "run"])
    assert names == ["walk", "walk", "cluster 5 (no match)", "run"]
    red, green, blue = to_rgb(colours_for(names)["cluster 5 (no match)"])
    assert red == green == blue
    assert colours_for(names)["run"] == OKABE_ITO[1]


def test_clusters_without_an_annotation_are_numbered():
    assert display_names(np.array([4, 2]), None) == ["cluster 4", "cluster 2"]


def test_names_stay_as_they_are():
    assert display_names(["run", "walk"], ["walk", "run"]) == ["run", "walk"]
    assert row_titles(["run", "walk"], ["walk", "run"])["run"] == ("run", "run")


def test_titles_say_which_cluster_it_is_and_what_it_overlaps_most_with():
    annotated = ["walk"] * 5 + ["run"] * 7
    titles = row_titles(np.repeat([0, 1, 2], [5, 5, 2]), annotated)
    assert titles == {
        "walk": ("cluster 0", "cluster 0 (overlaps most with annotated walk)"),
        "run": ("cluster 1", "cluster 1 (overlaps most with annotated run)"),
        "cluster 2 (no match)": ("cluster 2", "cluster 2 (matches no annotated behaviour)"),
    }
    assert set(titles) == set(display_names(np.repeat([0, 1, 2], [5, 5, 2]), annotated))


def test_a_title_does_not_say_most_where_the_cluster_overlaps_more_with_another_behaviour():
    titles = row_titles(np.repeat([0, 1], [10, 5]), ["walk"] * 6 + ["run"] * 4 + ["walk"] * 5)
    assert titles["run"].full == "cluster 0 (matched to annotated run)"
    assert titles["walk"].full == "cluster 1 (overlaps most with annotated walk)"


def test_titles_of_later_rows_name_the_first_row():
    titles = row_titles(np.array([4, 2]), ["cluster 2", "cluster 3"], "{} of the first row")
    assert titles["cluster 2"].full == "cluster 4 (overlaps most with cluster 2 of the first row)"
    same = row_titles(np.array([2, 3]), ["cluster 2", "cluster 3"], "{} of the first row")
    assert same["cluster 2"] == ("cluster 2", "cluster 2")


def test_labels_of_another_length_than_the_annotation_are_refused():
    with pytest.raises(DataError, match="prediction has 1 labels but the annotation 2"):
        display_names(["run"], ["walk", "run"])


def test_axes_of_the_caller_are_used():
    given = Figure().add_subplot()
    assert axes_for(given, 1.0, 1.0) is given


def test_axes_in_a_subfigure_belong_to_the_whole_figure():
    whole = Figure()
    assert figure_of(whole.subfigures(1, 2)[0].add_subplot()) is whole


def test_a_note_stays_inside_the_figure_and_below_the_axes():
    ax = axes_for(None, 4.0, 3.0)
    ax.set_xlabel("time (s)")
    add_note(figure_of(ax), "recorded by people who would like to be acknowledged at length " * 3)
    figure_of(ax).draw_without_rendering()
    (text,) = figure_of(ax).texts
    box = text.get_window_extent()
    assert box.x1 < figure_of(ax).bbox.x1
    assert box.y0 > 0
    assert box.y1 < ax.get_tightbbox().y0


def test_without_a_note_nothing_is_written():
    figure = Figure()
    assert add_note(figure, None) == 0
    assert figure.texts == []


def test_a_note_breaks_between_words():
    assert wrap_note("aa bb cc", 5, "<br>") == "aa bb<br>cc"


def test_a_cluster_has_its_own_place_wherever_it_appears():
    assert style_numbers_for(["cluster 2", "cluster 0"]) == {"cluster 2": 2, "cluster 0": 0}
    one, other = styles_for(["cluster 2", "cluster 0"]), styles_for(["cluster 0", "cluster 2"])
    assert one["cluster 2"] == other["cluster 2"]


def test_names_take_the_places_that_clusters_leave():
    found = style_numbers_for(["walk", "cluster 1", "hop", "clusters 1+4", "cluster 0"])
    assert found == {"walk": 2, "cluster 1": 1, "hop": 3, "clusters 1+4": 4, "cluster 0": 0}


def test_other_labels_keep_their_order():
    assert list(style_numbers_for(["b", "a", "b", "c"]).items()) == [("b", 0), ("a", 1), ("c", 2)]
