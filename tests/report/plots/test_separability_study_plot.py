import pandas as pd

from kinembed.report.plots.separability_study import TITLES, separability_study_overview


def checks(names=("a", "b"), **columns):
    rows = [
        {"sequence": name, "step": step, "loss": 1 / step, "silhouette": step / 100, "ari": 0.5}
        for name in names
        for step in (10, 20, 30)
    ]
    return pd.DataFrame(rows).assign(**columns)


CHOICES = pd.DataFrame(
    {"sequence": ["a", "b"], "criterion": ["silhouette", "loss"], "step": [20, 30]}
)


def panels(figure):
    return {ax.get_title(loc="left"): ax for ax in figure.axes if ax.axison}


def test_a_panel_for_each_quantity_and_a_line_for_each_sequence():
    drawn = panels(separability_study_overview(checks(), CHOICES))
    assert set(drawn) == {TITLES[name] for name in ("loss", "silhouette", "ari")}
    for ax in drawn.values():
        lines = [line for line in ax.lines if len(line.get_xdata()) == 3]
        assert [line.get_label() for line in lines] == ["a", "b"]


def test_a_dot_marks_the_check_that_a_criterion_would_have_chosen():
    drawn = panels(separability_study_overview(checks(), CHOICES))
    (dot,) = [line for line in drawn[TITLES["silhouette"]].lines if len(line.get_xdata()) == 1]
    assert (list(dot.get_xdata()), list(dot.get_ydata())) == ([20], [0.2])
    assert dot.get_color() == drawn[TITLES["silhouette"]].lines[0].get_color()
    assert all(len(line.get_xdata()) == 3 for line in drawn[TITLES["ari"]].lines)


def test_what_was_never_defined_is_not_drawn():
    drawn = panels(separability_study_overview(checks(ari=float("nan")), CHOICES, note="synthetic"))
    assert TITLES["ari"] not in drawn


def test_sequences_that_share_a_colour_family_differ_in_line():
    many = checks(names=[f"s{n}" for n in range(10)])
    drawn = panels(separability_study_overview(many, CHOICES))
    lines = drawn[TITLES["loss"]].lines
    assert lines[0].get_linestyle() != lines[8].get_linestyle()


def test_the_first_steps_and_the_one_before_training_have_room():
    many = checks().assign(step=[0, 25, 2500] * 2)
    axis = panels(separability_study_overview(many, CHOICES))[TITLES["ari"]].transData
    before, first, last = (axis.transform((step, 0.5))[0] for step in (0, 25, 2500))
    assert first - before > (last - before) / 5
