import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.report.plots.embedding import embedding_2d, embedding_3d

PREDICTED = np.array([6, 6, 6, 1, 1, 9])
ANNOTATED = ["walk", "walk", "walk", "run", "run", "run"]
FRAMES = np.arange(100, 160, 10)


def projection(components: int = 3) -> np.ndarray:
    return np.arange(6.0 * components).reshape(6, components)


@pytest.mark.parametrize(
    ("draw", "kind"), [(embedding_2d, "scattergl"), (embedding_3d, "scatter3d")]
)
def test_a_trace_per_name_and_panel_with_one_legend_entry_per_name(draw, kind):
    figure = draw(projection(), FRAMES, 120.0, PREDICTED, ANNOTATED)
    assert {trace.type for trace in figure.data} == {kind}
    assert [trace.name for trace in figure.data] == [
        "walk",
        "run",
        "cluster 9 (no match)",
        "walk",
        "run",
    ]
    listed = [trace.name for trace in figure.data if trace.showlegend]
    assert listed == ["walk", "run", "cluster 9 (no match)"]


@pytest.mark.parametrize("draw", [embedding_2d, embedding_3d])
def test_a_matched_cluster_looks_like_its_behaviour_in_both_panels(draw):
    figure = draw(projection(), FRAMES, 120.0, PREDICTED, ANNOTATED)
    looks = {
        name: {(t.marker.color, t.marker.symbol) for t in figure.data if t.name == name}
        for name in ("walk", "run")
    }
    assert [len(look) for look in looks.values()] == [1, 1]
    assert looks["walk"] != looks["run"]


def test_plotly_reads_no_tags_in_names():
    names = ["<a href='http://x'>", "a & b", "plain"] * 2
    figure = embedding_2d(projection(), FRAMES, 120.0, names)
    shown = [trace.name for trace in figure.data]
    assert shown == ["&lt;a href='http://x'&gt;", "a &amp; b", "plain"]


def test_every_vector_is_drawn_once_in_each_panel():
    figure = embedding_2d(projection(), FRAMES, 120.0, PREDICTED, ANNOTATED)
    for panel in ("x", "x2"):
        drawn = np.concatenate([trace.x for trace in figure.data if trace.xaxis == panel])
        np.testing.assert_array_equal(np.sort(drawn), projection()[:, 0])


def test_hovering_tells_frame_and_time():
    walk = embedding_2d(projection(), FRAMES, 100.0, PREDICTED, ANNOTATED).data[0]
    np.testing.assert_allclose(walk.customdata, [[100, 1.0], [110, 1.1], [120, 1.2]])
    assert "frame %{customdata[0]}" in walk.hovertemplate
    assert "cluster 6 (overlaps most with annotated walk)" in walk.hovertemplate


def test_axes_tell_the_share_of_variance():
    variance = np.array([0.416, 0.2, 0.05])
    flat = embedding_2d(projection(), FRAMES, 120.0, PREDICTED, ANNOTATED, variance)
    assert flat.layout.xaxis2.title.text == "component 1 (42 % of variance)"
    assert flat.layout.yaxis.title.text == "component 2 (20 % of variance)"
    deep = embedding_3d(projection(), FRAMES, 120.0, PREDICTED, ANNOTATED, variance)
    assert deep.layout.scene2.zaxis.title.text == "component 3 (5 % of variance)"


def test_without_variance_axes_tell_the_component():
    figure = embedding_2d(projection(2), FRAMES, 120.0, PREDICTED)
    assert figure.layout.xaxis.title.text == "component 1"


def test_without_an_annotation_there_is_one_panel_of_numbered_clusters():
    figure = embedding_3d(projection(), FRAMES, 120.0, PREDICTED)
    assert [trace.name for trace in figure.data] == ["cluster 6", "cluster 1", "cluster 9"]
    assert [a.text for a in figure.layout.annotations] == ["coloured by cluster"]


def test_title_and_note_are_shown():
    figure = embedding_2d(projection(), FRAMES, 120.0, PREDICTED, title="States", note="Made up.")
    assert figure.layout.title.text == "States"
    assert figure.layout.annotations[-1].text == "Made up."


def test_too_few_components_are_refused():
    with pytest.raises(DataError, match="has 2 components, but 3 are drawn"):
        embedding_3d(projection(2), FRAMES, 120.0, PREDICTED)


def test_labels_that_are_not_one_per_vector_are_refused():
    with pytest.raises(DataError, match="6 vectors are drawn, but 5 are labelled"):
        embedding_2d(projection(), FRAMES, 120.0, PREDICTED[:5])
