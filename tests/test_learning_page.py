"""The page "Does learning help?" follows from its table, and the table from the scores."""

import pandas as pd
import pytest
from benchmarks.does_learning_help import ALL, RESULTS, RIVALS, compared, differences, recordings
from representations import corpora
from representations.outcomes import chosen, leads, means

TABLE = pd.read_csv(RESULTS / "learning.csv")
TRIAL = pd.read_csv(RESULTS / "fair_trial.csv")
CORPORA = pd.read_csv(RESULTS / "fair_trial_corpora.csv")
KEYS = ["data", "comparison", "measure", "number"]


@pytest.mark.parametrize("rival", RIVALS)
def test_a_row_of_the_table_follows_from_the_scores(rival):
    data, scores = list(recordings(ALL[3]))[1]  # it has all rivals
    found = compared(differences(scores[~scores["clusters_given"]], rival, "accuracy"))
    row = TABLE.set_index(KEYS).loc[(data, RIVALS[rival], "accuracy", "estimated")]
    assert row.to_dict() == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize(
    "data",
    [
        "subject 86, shared, test",
        "mice, shared, test",
        "HDM05, shared, test",
        "120 concatenations, test",
    ],
)
def test_the_appendix_shows_rows_of_the_table(data):
    page = (RESULTS / "appendix/learning.md").read_text(encoding="utf-8")
    rows = TABLE[(TABLE["data"] == data) & (TABLE["measure"] == "accuracy")]
    assert len(rows) == 2 * rows["comparison"].nunique() >= 6
    for row in rows.itertuples():
        cell = f"{row.difference:+.3f} [{row.low:.3f}, {row.high:.3f}] | {row.p:.2f}"
        assert cell in page


@pytest.mark.parametrize(
    "data",
    [
        "subject 86, one vocabulary, tuned, test",
        "HDM05, one vocabulary, tuned, test",
        "mice, one vocabulary, tuned, test",
    ],
)
def test_the_appendix_shows_by_how_much_states_lead_where_recordings_share_clusters(data):
    page = (RESULTS / "appendix/learning.md").read_text(encoding="utf-8")
    rows = TABLE[(TABLE["data"] == data) & (TABLE["measure"] == "accuracy")]
    assert len(rows) == 2 * 7
    for row in rows.itertuples():
        assert f"{row.difference:+.3f} [{row.low:.3f}, {row.high:.3f}]" in page, row


@pytest.mark.parametrize("found", [leads(TRIAL), corpora.leads(CORPORA)], ids=["86", "corpora"])
def test_leads_of_the_table_follow_from_the_fair_trial(found):
    rows = pd.DataFrame(found).set_index(KEYS)
    pd.testing.assert_frame_equal(TABLE.set_index(KEYS).loc[rows.index], rows)


def test_the_pages_show_every_representation_of_the_fair_trial():
    pages = [RESULTS / name for name in ("learning.md", "appendix/learning.md")]
    shown = "".join(page.read_text(encoding="utf-8") for page in pages)
    scores = means(TRIAL).set_index("representation")["tuned, estimated"]
    rows = TABLE[(TABLE["data"] == "subject 86, tuned, test") & (TABLE["measure"] == "accuracy")]
    assert set(rows["number"]) == {"estimated", "given"}
    for row in rows.itertuples():
        penalty, threshold, summaries = chosen(TRIAL, row.comparison)
        start = f"| {row.comparison} | {penalty:g}, {threshold:g}, {'yes' if summaries else 'no'} |"
        line = next(line for line in shown.splitlines() if line.startswith(start))
        assert f"| {scores[row.comparison]:.3f} |" in line
        assert f"| {row.difference:+.3f} [{row.low:.3f}, {row.high:.3f}] |" in line
