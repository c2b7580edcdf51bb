import pandas as pd

from kinembed.evaluation.scores import score_table
from kinembed.report.plots.overview import loss_overview, score_overview


def test_every_sequence_has_a_line_of_its_own_colour():
    names = [f"draw_{number:02d}" for number in range(20)]
    histories = pd.DataFrame(
        [(name, step, 1.0 / step) for name in names for step in (1, 2)],
        columns=["sequence", "step", "loss"],
    )
    figure = loss_overview(histories, note="synthetic")
    assert [trace.name for trace in figure.data] == names
    assert len({trace.line.color for trace in figure.data}) == 20
    assert figure.layout.title.subtitle.text == "synthetic"


def test_losses_of_critics_are_broken_lines_of_the_colour_of_their_sequence():
    histories = pd.DataFrame(
        [(name, 1, 0.1, 0.2, 0.3) for name in "ab"],
        columns=["sequence", "step", "loss", "fidelity", "continuity"],
    )
    figure = loss_overview(histories)
    of_first = figure.data[:3]
    names = ["a", "a, fidelity critic", "a, continuity critic"]
    assert [trace.name for trace in of_first] == names
    assert [trace.y[0] for trace in of_first] == [0.1, 0.2, 0.3]
    assert len({trace.line.dash for trace in of_first}) == 3
    assert len({trace.line.color for trace in of_first}) == 1
    assert len({trace.line.color for trace in figure.data}) == 2
    assert "cross entropy" in figure.layout.yaxis.title.text


def test_bars_are_the_accuracies_of_both_variants():
    scores = pd.DataFrame(
        {"sequence": ["a", "a"], "clusters_given": [True, False], "accuracy": [0.9, 0.5]}
    )
    (ax,) = score_overview(scores).axes
    assert sorted(bar.get_width() for bar in ax.patches) == [0.5, 0.9]


def test_nothing_annotated_is_said():
    (ax,) = score_overview(score_table([])).axes
    assert [text.get_text() for text in ax.texts] == ["no sequence is annotated"]
