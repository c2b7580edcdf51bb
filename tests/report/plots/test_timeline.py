import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.motion.motion import Segmentation
from kinembed.report.plots.theme import NOT_SEEN_STYLE, OKABE_ITO
from kinembed.report.plots.timeline import timeline, titled_predictions, titles_of_rows
from kinembed.segmentation.predictions import NOT_SEEN

LONG_NAMES = tuple(f"stand_in_inclined_position_{number}" for number in range(12))


def annotation(behaviours=("walk", "run", "walk")) -> Segmentation:
    best = 100 * np.arange(1, len(behaviours))
    return Segmentation(
        behaviours=tuple(behaviours),
        boundaries=np.stack([best - 10, best, best + 20], axis=1),
        frame_count=100 * len(behaviours),
        trial="made_up",
    )


def prediction() -> np.ndarray:
    return np.repeat([4, 9, 4], [110, 90, 100])


def bars(figure: Figure) -> list[tuple[int, float, float, tuple[float, ...]]]:
    """Areas in the colour of a label, as (row, first second, last second, colour)."""
    found = []
    for collection in figure.axes[0].collections:
        colours = collection.get_facecolor()
        if len(colours) == 0 or colours[0][3] < 1:
            continue
        for path in collection.get_paths():
            (left, low), (right, high) = path.get_extents().get_points()
            found.append((round((low + high) / 2), left, right, tuple(colours[0])))
    return sorted(found)


def legend_labels(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_time_is_in_seconds_and_rows_are_named_from_top_to_bottom():
    ax = timeline({"network": prediction()}, 100.0, annotation()).axes[0]
    assert ax.get_xlabel() == "time (s)"
    assert ax.get_xlim() == (0, 3)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["network", "annotation"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_a_cluster_has_the_colour_of_its_behaviour():
    walk, run = to_rgba(OKABE_ITO[0]), to_rgba(OKABE_ITO[1])
    expected = [
        (0, 0.0, 1.1, walk),
        (0, 1.1, 2.0, run),
        (0, 2.0, 3.0, walk),
        (1, 0.0, 1.0, walk),
        (1, 1.0, 2.0, run),
        (1, 2.0, 3.0, walk),
    ]
    drawn = bars(timeline({"network": prediction()}, 100.0, annotation()))
    for (row, left, right, colour), want in zip(drawn, expected, strict=True):
        assert (row, colour) == (want[0], want[3])
        assert (left, right) == pytest.approx(want[1:3])


def test_the_legend_names_behaviours_then_unmatched_clusters_then_the_ranges():
    predicted = prediction()
    predicted[:5] = 7
    labels = legend_labels(timeline({"network": predicted}, 100.0, annotation()))
    assert labels == ["walk", "run", "cluster 7 (no match)", "accepted range of a boundary"]


def test_hostile_names_are_shown_letter_by_letter():
    hostile = ["$\\frac$", "_hidden", "<script>", r"\$1"]
    figure = timeline({"named": list(np.repeat(hostile, 25))}, 100.0)
    figure.draw_without_rendering()  # a formula that makes no sense would raise
    assert legend_labels(figure) == [r"\$\frac\$", "_hidden", "<script>", r"\\$1"]


def test_accepted_ranges_of_boundaries_are_drawn():
    ax = timeline({"network": prediction()}, 100.0, annotation()).axes[0]
    colours = [c.get_facecolor() for c in ax.collections]
    translucent = [len(colour) > 0 and 0 < colour[0][3] < 1 for colour in colours]
    ranges = ax.collections[translucent.index(True)]
    edges = [path.get_extents().intervalx.tolist() for path in ranges.get_paths()]
    np.testing.assert_allclose(edges, [[0.9, 1.2], [1.9, 2.2]])


def test_without_an_annotation_clusters_of_later_rows_are_matched_to_the_first():
    renamed = np.repeat([2, 0, 2], [100, 100, 100])
    figure = timeline({"one": prediction(), "other": renamed}, 100.0)
    assert legend_labels(figure) == ["cluster 4", "cluster 9"]
    assert [bar[3] for bar in bars(figure)[:3]] == [bar[3] for bar in bars(figure)[3:]]


def test_titles_tell_the_number_of_a_cluster_in_each_row():
    rows = {"one": prediction(), "other": np.repeat([2, 0, 2], [110, 90, 100])}
    with_annotation = titles_of_rows(rows, annotation())
    assert with_annotation["other"]["walk"].full == "cluster 2 (overlaps most with annotated walk)"
    assert with_annotation["annotation"]["walk"].full == "walk"
    without = titles_of_rows(rows, None)
    assert without["one"]["cluster 4"].full == "cluster 4"
    other = without["other"]["cluster 4"]
    assert other == ("cluster 2", "cluster 2 (overlaps most with cluster 4 of the first row)")


def test_titles_of_rows_say_who_chose_the_number_of_clusters():
    columns = {"given": [0, 1, 1], "estimated": [0, 1, 2]}
    predictions = pd.DataFrame(columns)
    rows = titled_predictions(predictions, {name: predictions[name].to_numpy() for name in columns})
    assert list(rows) == ["Clusters (you set 2)", "Clusters (number found: 3)"]


def test_rows_of_names_need_no_matching():
    second_person = annotation().frame_labels()
    figure = timeline({"second annotation": second_person}, 100.0, annotation())
    assert len(bars(figure)) == 6


def test_nothing_is_cut_off_with_twelve_long_names_and_unmatched_clusters():
    segmentation = annotation(LONG_NAMES)
    rows = {"a method with a long name": np.arange(1200) // 75}
    figure = timeline(rows, 120.0, segmentation, title="Trial", note="A note. " * 40)
    figure.draw_without_rendering()
    box = figure.axes[0].get_tightbbox()
    assert box.x0 >= 0
    assert box.y0 >= figure.texts[0].get_window_extent().y1
    assert box.x1 <= figure.bbox.x1
    assert box.y1 <= figure.bbox.y1


def test_axes_may_be_given():
    figure = Figure()
    ax = figure.subplots(2)[1]
    assert timeline({"network": prediction()}, 100.0, annotation(), ax=ax) is figure
    assert ax.get_xlabel() == "time (s)"


def test_rows_of_different_lengths_are_refused_by_name():
    with pytest.raises(DataError, match="row 'short' of the timeline has 7 frames, but 300"):
        timeline({"short": np.zeros(7, dtype=np.int64)}, 100.0, annotation())


def test_no_rows_are_refused():
    with pytest.raises(DataError, match="at least one row"):
        timeline({}, 100.0, annotation())


def test_frames_that_were_not_seen_are_hatched_by_grey_lines():
    labels = np.where(prediction() == 9, 5, 4)
    labels[50:80] = NOT_SEEN
    figure = timeline({"network": labels}, 100.0)
    assert legend_labels(figure) == ["cluster 4", "cluster 5", "not seen"]
    [bar] = [bar for bar in figure.axes[0].collections if bar.get_hatch()]
    assert bar.get_hatch() == NOT_SEEN_STYLE.hatch
    assert to_hex(bar.get_hatchcolor()[0]).upper() == NOT_SEEN_STYLE.lines
    assert (0, 0.5, 0.8, to_rgba(NOT_SEEN_STYLE.colour)) in bars(figure)
