"""The page "Does learning help?" follows from its table, and the table from the scores."""

import pandas as pd
import pytest
from benchmarks.does_learning_help import ALL, RESULTS, RIVALS, compared, differences, recordings

TABLE = pd.read_csv(RESULTS / "learning.csv")
KEYS = ["data", "comparison", "measure", "number"]


@pytest.mark.parametrize("rival", RIVALS)
def test_a_row_of_the_table_follows_from_the_scores(rival):
    data, scores = list(recordings(ALL[1]))[1]
    found = compared(differences(scores[~scores["clusters_given"]], rival, "accuracy"))
    row = TABLE.set_index(KEYS).loc[(data, RIVALS[rival], "accuracy", "estimated")]
    assert row.to_dict() == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize(
    "data", ["subject 86, shared, test", "mice, shared, test", "HDM05, shared, test"]
)
def test_the_page_shows_rows_of_the_table(data):
    page = (RESULTS / "learning.md").read_text(encoding="utf-8")
    rows = TABLE[(TABLE["data"] == data) & (TABLE["measure"] == "accuracy")]
    assert len(rows) == 6
    for row in rows.itertuples():
        cell = f"{row.difference:+.3f} [{row.low:.3f}, {row.high:.3f}] | {row.p:.2f}"
        assert cell in page
