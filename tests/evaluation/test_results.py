import logging
import math
from functools import partial

import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.evaluation.results import (
    ResultsParameters,
    collect,
    results_page,
    side_by_side,
    summarise,
)
from kinembed.evaluation.scores import score_table

TABLES = ["scores", "ablation_scores"]
MADE_WITH = {"kinembed": "1.2.3", "processor": "2 cores, a processor"}


def same(value):
    return value


def scores(*rows, protocol="continuous", given=True):
    """Rows of method, sequence, seed and accuracy; every other score is 0.25."""
    named = [
        dict(zip(["method", "sequence", "seed", "accuracy"], row, strict=True)) for row in rows
    ]
    table = score_table({"protocol": protocol, "clusters_given": given} | row for row in named)
    return table.fillna(0.25)


def stored(**tables):
    """Table -> version -> loader, as the catalog gives them."""
    return {
        name: {version: partial(same, table) for version, table in versions.items()}
        for name, versions in tables.items()
    }


def means(summary, method):
    (row,) = summary[summary["method"] == method].to_dict("records")
    return row["sequences"], row["seeds"], row["accuracy"], row["accuracy_std"]


def test_means_over_sequences_and_the_spread_of_seeds():
    table = scores(("ours", "a", 0, 0.5), ("ours", "b", 0, 0.7), ("ours", "a", 1, 0.9))
    table = pd.concat([table, scores(("ours", "b", 1, 0.7), ("other", "a", 0, 0.4))])
    summary = summarise(table)
    # the seeds' means are 0.6 and 0.8: apart from 0.7 by 0.1 each, so the variance is 2 * 0.01 / 1
    assert means(summary, "ours") == (2, 2, pytest.approx(0.7), pytest.approx(math.sqrt(0.02)))
    assert means(summary, "other")[:3] == (1, 1, pytest.approx(0.4))
    assert math.isnan(means(summary, "other")[3])
    assert summary["method"].tolist() == ["ours", "other"]
    assert summary["ari"].tolist() == pytest.approx([0.25, 0.25])


def test_a_seed_without_some_sequence_counts_in_the_mean_but_not_in_the_spread():
    summary = summarise(scores(("ours", "a", 0, 0.5), ("ours", "b", 0, 0.8), ("ours", "a", 1, 0.7)))
    sequences, seeds, accuracy, deviation = means(summary, "ours")
    assert (sequences, seeds, accuracy) == (2, 1, pytest.approx((0.6 + 0.8) / 2))
    assert math.isnan(deviation)


def test_protocols_and_ways_of_counting_stay_apart():
    table = pd.concat(
        [
            scores(("ours", "a", 0, 0.5), given=False),
            scores(("ours", "a", 0, 0.9), protocol="published_annotated_cuts"),
            scores(("ours", "a", 0, 0.7)),
        ]
    )
    found = summarise(table)[["protocol", "clusters_given", "accuracy"]].to_numpy().tolist()
    assert found == [
        ["continuous", True, 0.7],
        ["continuous", False, 0.5],
        ["published_annotated_cuts", True, 0.9],
    ]


def test_nothing_annotated_summarises_nothing():
    summary = summarise(score_table([]))
    assert summary.empty
    assert {"method", "sequences", "seeds", "accuracy", "accuracy_std"} <= set(summary)


def test_of_every_table_the_newest_version_of_each_seed_stands():
    tables = stored(
        scores={
            "2026-01-01": scores(("ours", "a", 0, 0.1), ("ours", "b", 0, 0.1)),
            "2026-01-02": scores(("ours", "a", 1, 0.2)),
            "2026-01-03": scores(("ours", "a", 0, 0.3)),
        },
        ablation_scores={"2026-01-02": scores(("lstm", "a", 0, 0.4), ("lstm", "a", 1, 0.5))},
    )
    collected = collect(tables, TABLES)
    found = collected.scores[["method", "sequence", "seed", "accuracy"]].to_numpy().tolist()
    assert found == [
        ["lstm", "a", 0, 0.4],
        ["lstm", "a", 1, 0.5],
        ["ours", "a", 0, 0.3],
        ["ours", "a", 1, 0.2],
    ]
    assert collected.sources.to_numpy().tolist() == [
        ["scores", 0, "2026-01-03"],
        ["scores", 1, "2026-01-02"],
        ["ablation_scores", 0, "2026-01-02"],
        ["ablation_scores", 1, "2026-01-02"],
    ]


def test_the_columns_are_those_of_scores_and_have_four_decimals():
    collected = collect(stored(scores={"1": scores(("ours", "a", 0, 1 / 3))}), TABLES)
    assert list(collected.scores) == list(score_table([]))
    assert collected.scores["accuracy"].tolist() == [0.3333]


def test_what_stands_in_two_tables_is_taken_once():
    rows = scores(("ours", "a", 0, 0.5)).assign(boundary_distance_s=float("nan"))
    nearly = rows.assign(accuracy=0.500004)
    collected = collect(stored(scores={"1": rows}, ablation_scores={"2": nearly}), TABLES)
    assert collected.scores["accuracy"].tolist() == [0.5]


def test_tables_that_disagree_are_named():
    tables = stored(
        scores={"1": scores(("ours", "a", 3, 0.5))},
        ablation_scores={"2": scores(("ours", "a", 3, 0.6))},
    )
    message = "ablation_scores and scores disagree: ours on a .* accuracy of 0.6 and of 0.5"
    with pytest.raises(DataError, match=message):
        collect(tables, TABLES)
    assert collect(tables, ["ablation_scores"]).scores["accuracy"].tolist() == [0.6]


def test_a_table_that_was_never_made_is_named_in_the_log(caplog):
    caplog.set_level(logging.INFO, logger="kinembed.evaluation.results")
    collect(stored(scores={"1": scores(("ours", "a", 0, 0.5))}), TABLES)
    assert [record.getMessage() for record in caplog.records] == [
        "Left out of the results, because it has not been made: ablation_scores"
    ]


def test_nothing_to_collect_is_an_error():
    with pytest.raises(DataError, match="none of the tables scores, ablation_scores has been made"):
        collect(stored(comparison={"1": pd.DataFrame()}), TABLES)


def test_a_table_of_an_earlier_kind_is_named():
    old = scores(("ours", "a", 0, 0.5)).drop(columns="seed")
    with pytest.raises(DataError, match="scores, version 1: no column seed; it was made by an ea"):
        collect(stored(scores={"1": old}), TABLES)


def page(table, *held_out, **groups):
    parameters = ResultsParameters(tables=TABLES, held_out=list(held_out), groups=groups)
    sources = pd.DataFrame({"table": ["scores"], "seed": [0], "version": ["2026-01-01"]})
    return results_page(
        table, sources, parameters, title="toy", note="Synthetic.", made_with=MADE_WITH
    )


def test_the_page_shows_means_and_spread_and_what_it_was_made_with():
    text = page(
        scores(("kinembed", "a", 0, 0.6), ("kinembed", "a", 1, 0.8), ("ward", "a", 0, 0.9)),
    )
    lines = text.splitlines()
    assert lines[0] == "# toy: results"
    assert "Synthetic." in lines
    ward = lines.index("| ward | 1 | 1 | 0.900 | 0.250 | 0.250 | 0.250 | 0.250 | 0.250 |")
    ours = " | ".join(["0.700 ± 0.141"] + 5 * ["0.250 ± 0.000"])
    assert lines[ward + 1] == f"| **kinembed** | 1 | 2 | {ours} |"
    assert "| scores | 0 | 2026-01-01 |" in lines
    assert "| processor | 2 cores, a processor |" in lines
    assert "Held-out" not in text
    assert not any(line != line.rstrip() for line in lines)


def test_headings_and_tables_stand_apart():
    table = scores(("ward", "a", 0, 0.4), ("ward", "b", 0, 0.6))
    for text in (page(table), page(table, "b"), page(table, "b", one=["a"])):
        assert "\n\n\n" not in text
        lines = text.splitlines()
        headings = [number for number, line in enumerate(lines) if line.startswith("#")]
        assert all(lines[number - 1] == lines[number + 1] == "" for number in headings[1:])


def test_the_page_says_which_protocol_reads_the_annotation():
    text = page(
        pd.concat(
            [
                scores(("ward", "a", 0, 0.9), protocol="published_annotated_cuts"),
                scores(("ward", "a", 0, 0.7), given=False),
            ]
        )
    )
    continuous, annotated = text.split("### `published_annotated_cuts`, number of clusters given")
    assert "### `continuous`, number of clusters estimated" in continuous
    assert "Protocol: **reads the annotation**" in annotated
    assert "reads the annotation" not in continuous


def test_held_out_sequences_have_tables_of_their_own():
    table = scores(("ward", "a", 0, 0.4), ("ward", "b", 0, 0.6), ("ward", "c", 0, 0.8))
    every, held_out = page(table, "b", "c").split("## Held-out sequences: b, c")
    assert "| ward | 3 | 1 | 0.600 |" in every
    assert "| ward | 2 | 1 | 0.700 |" in held_out


def test_groups_of_sequences_have_tables_of_their_own():
    table = scores(("ward", "a_1", 0, 0.4), ("ward", "a_2", 0, 0.6), ("ward", "b_1", 0, 0.8))
    _, first, second = page(table, first=["a_*"], second=["b_*"]).split("\n## ")[1:4]
    assert first.startswith("first\n")
    assert "| ward | 2 | 1 | 0.500 |" in first
    assert "| ward | 1 | 1 | 0.800 |" in second


def test_held_out_sequences_without_scores_are_named(caplog):
    table = scores(("ward", "a", 0, 0.6), ("ward", "b", 0, 0.8))
    _, held_out = page(table, "b", "z").split("## Held-out sequences: b\n")
    assert "made on them. There are no scores of z." in held_out
    assert "| ward | 1 | 1 | 0.800 |" in held_out
    assert "results.held_out: there are no scores of z" in caplog.text


def test_a_page_without_any_held_out_sequence_says_so():
    text = page(scores(("ward", "a", 0, 0.4)), "y", "z")
    assert "## Held-out sequences: none was run\n\nThere are no scores of y, z.\n\n## W" in text


def test_a_group_without_scores_is_left_out_and_logged(caplog):
    with caplog.at_level("INFO"):
        text = page(scores(("ward", "a", 0, 0.4)), some=["a"], others=["z*"])
    assert "## some" in text
    assert "others" not in text
    assert "because it has no scores: others" in caplog.text


def test_protocols_stand_side_by_side_on_the_sequences_that_both_scored():
    cut = "published_annotated_cuts"
    table = pd.concat(
        [
            scores(("ward", "a", 0, 0.8), ("ward", "b", 0, 0.5), ("ward", "b", 1, 0.7)),
            scores(("ward", "c", 0, 0.0), ("constant", "a", 0, 0.3)),
            scores(("ward", "a", 0, 0.0), given=False),
            scores(("ward", "a", 0, 0.9), ("ward", "b", 0, 1.0), protocol=cut),
            scores(("single", "a", 0, 0.7), protocol=cut),
            scores(("single", "a", 0, 0.4), ("single", "b", 0, 0.2)),
        ]
    )
    found = side_by_side(table)
    assert found.index.tolist() == ["ward", "single"]
    assert found[("accuracy", "continuous")].tolist() == pytest.approx([0.7, 0.3])
    assert found[("accuracy", cut)].tolist() == pytest.approx([0.95, 0.7])
    text = page(table)
    assert f"| method | `continuous` | `{cut}` |\n|---|---|---|\n| ward | 0.700 (0.250) |" in text


def test_under_one_protocol_nothing_stands_side_by_side():
    table = scores(("ward", "a", 0, 0.8))
    assert side_by_side(table).empty
    assert "under each protocol" not in page(table)
