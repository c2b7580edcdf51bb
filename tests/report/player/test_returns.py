"""What the page says of behaviours that return with further seeds."""

import re

import pandas as pd
import pytest
from helpers.made_up import page_of, results_of

from kinembed.report.player.returns import returns_of

USAGE = pd.DataFrame(
    [("a", "given", "cluster 0", "0"), ("a", "given", "walk", "1 2"), ("a", "annotation", "x", "")],
    columns=["sequence", "tier", "label", "clusters"],
)
STABILITY = pd.DataFrame(
    [("given", 0, 1.0, True), ("given", 1, 0.5, False), ("given", 2, 1.0, True)],
    columns=["prediction", "cluster", "returns", "stable"],
).assign(seeds=2)


def test_every_row_of_the_table_says_in_how_many_seeds_it_returns():
    found = returns_of(USAGE, {"a": STABILITY})
    cells = ["2 of 2", "cluster 1: 1 of 2, unstable; cluster 2: 2 of 2", ""]
    assert found == {"a": {"cells": cells, "seeds": 2, "unstable": ["walk"]}}


def test_nothing_is_said_to_be_stable_of_which_nothing_is_known():
    (found,) = returns_of(USAGE, {"a": STABILITY.assign(prediction="estimated")}).values()
    assert found == {"cells": ["", "", ""], "seeds": 2, "unstable": None}


@pytest.mark.parametrize("stability", [{}, {"a": STABILITY.iloc[:0]}, {"b": STABILITY}])
def test_without_a_table_nothing_is_said(stability):
    assert returns_of(USAGE, stability) == {}


def test_the_page_marks_what_is_unstable_and_else_stays_as_it_was(toy_motion):
    results = results_of(toy_motion, "one")
    rows = [
        {"prediction": variant, "cluster": cluster, "returns": 1.0 * cluster, "seeds": 2}
        for variant in ("given", "estimated")
        for cluster in sorted(set(results.predictions.get(variant, ())))
    ]
    table = pd.DataFrame(rows)
    table["stable"] = table["returns"] > 0
    page = page_of(results, stability={"one": table})
    assert "<b>Unstable:</b> cluster 0. When" in page
    assert "<td>0 of 2, unstable</td>" in page
    assert "<th>returns in other seeds</th>" in page
    added = re.sub(r"<p data-figures[^>]*><b>Unstable.*?</p>\n|<li><b>Returns.*?</li>\n", "", page)
    added = re.sub(r"<th>returns in other seeds</th>|<td>\d of 2[^<]*</td>", "", added)
    dash = "<td>\N{EN DASH}</td>"  # of rows of the annotation
    assert added.replace(dash, "") == page_of(results).replace(dash, "")
