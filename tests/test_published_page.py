"""The pages on the published method show what their tables give."""

import numpy as np
import pandas as pd
import pytest
from benchmarks import published_results, separability_before_plateau, transient_and_attractor
from benchmarks.published_results import RESULTS, part_of, summary

SCORES = pd.read_csv(RESULTS / "published.csv")
PAGE = (RESULTS / "published.md").read_text(encoding="utf-8")


def rows(measure):
    return pd.DataFrame(summary(SCORES, measure))


def interval(row):
    return f"{row['difference']:+.3f} [{row['low']:.3f}, {row['high']:.3f}]"


def test_the_page_shows_the_means_of_its_table():
    found = rows("accuracy")
    assert {"tuning", "test"} <= set(found["part"])
    for row in found[found["part"] != "repeated"].to_dict("records"):
        measure = "ari" if row["protocol"] == "published_loss_cuts" else "accuracy"
        assert f"{row[measure]:.3f}" in PAGE, row


def test_the_page_shows_by_how_much_the_published_method_leads():
    found = rows("accuracy").set_index(["protocol", "part", "method"])
    for part in ("tuning", "test"):
        for method in (
            "untrained_single_linkage",
            "window_single_linkage",
            "single_linkage_without_critics",
        ):
            assert interval(found.loc[("published_annotated_cuts", part, method)]) in PAGE
    joined = rows("ari").set_index(["protocol", "part", "method"]).loc["published_loss_cuts"]
    for kind in ("3 clips", "5 clips", "8 clips"):
        assert interval(joined.loc[(kind, "window_ward")]) in PAGE


def test_the_page_shows_how_far_states_lie_from_attractors():
    table = pd.DataFrame(
        transient_and_attractor.compared(pd.read_csv(transient_and_attractor.TABLE))
    )
    for row in table[table["measure"].isin(["encoder_first", "decoder_last", "others"])].to_dict(
        "records"
    ):
        assert f"{row['trained']:.2f}" in PAGE, row
        assert f"{row['untrained']:.2f}" in PAGE, row


@pytest.mark.parametrize("table", ["separability_study", "separability_study_10000"])
def test_the_study_shows_correlations_before_the_plateau(table):
    checks = pd.read_csv(RESULTS / f"{table}.csv")
    page = (RESULTS / "separability_study.md").read_text(encoding="utf-8")
    chosen = separability_before_plateau.choices(checks)
    for row in separability_before_plateau.summary(chosen):
        shown = f"{row['correlation before']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"
        assert shown in page, row


def test_repeated_draws_are_a_set_of_their_own():
    assert part_of("clips_3_07") == "3 clips"
    assert part_of("clips_3_repeated_07") == "repeated"
    assert part_of("86_07") == "tuning"


def test_a_difference_is_paired_by_recording_with_seeds_inside():
    scores = pd.DataFrame(
        [
            {"sequence": name, "method": method, "seed": seed, "accuracy": value}
            for name, method, seed, value in [
                ("86_09", "single_linkage", 0, 0.8),
                ("86_09", "single_linkage", 1, 0.6),
                ("86_09", "window_ward", 0, 0.5),
                ("86_10", "single_linkage", 0, 0.9),
                ("86_10", "window_ward", 0, 0.6),
            ]
        ]
    ).assign(protocol="p", clusters_given=True, accuracy_by_order=0.0, ari=0.0, ami=0.0)
    found = pd.DataFrame(summary(scores, "accuracy")).set_index("method")
    assert found.loc["window_ward", "difference"] == pytest.approx(np.mean([0.2, 0.3]))
    assert found.loc["window_ward", "recordings"] == 2
    assert found.loc["single_linkage", "accuracy"] == pytest.approx(np.mean([0.7, 0.9]))


def test_the_table_has_the_newest_scores_of_each_seed(tmp_path):
    columns = published_results.score_columns()
    row = dict.fromkeys(columns, 0.0) | {"method": "single_linkage", "seed": 0}
    for version, accuracy in (("v1", 0.1), ("v2", 0.2)):
        folder = tmp_path / "scores.csv" / version
        folder.mkdir(parents=True)
        table = pd.DataFrame([row | {"accuracy": accuracy}], columns=columns)
        table.to_csv(folder / "scores.csv", index=False)
    (found,) = published_results.stored(tmp_path, "scores")
    assert found["accuracy"].tolist() == [0.2]


def test_networks_that_were_trained_otherwise_have_names_of_their_own(tmp_path):
    columns = published_results.score_columns()
    folder = tmp_path / "08_reporting/cmu86/ablation_scores.csv/v1"
    folder.mkdir(parents=True)
    rows = [
        dict.fromkeys(columns, 0.0) | {"method": method, "seed": 0}
        for method in ("single_linkage", "untrained_single_linkage", "window_ward")
    ]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "ablation_scores.csv", index=False)
    found = published_results.beside("small", tmp_path)
    assert found["method"].tolist() == ["single_linkage_small", "untrained_single_linkage_small"]


def test_a_draw_has_the_name_that_it_has_among_120(tmp_path):
    columns = published_results.score_columns()
    folder = tmp_path / "08_reporting/cmu_actions/published_loss_scores.csv/v1"
    folder.mkdir(parents=True)
    row = dict.fromkeys(columns, 0.0) | {"method": "single_linkage", "seed": 0}
    rows = [row | {"sequence": name} for name in ("draw_0", "draw_2", "86_01")]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "published_loss_scores.csv", index=False)
    found = published_results.beside("full_size", tmp_path)
    assert found["sequence"].tolist() == ["clips_5_00", "clips_5_02", "86_01"]
    with pytest.raises(SystemExit, match="no scores"):
        published_results.collected(tmp_path)
