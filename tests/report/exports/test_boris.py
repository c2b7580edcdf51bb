import csv
import io

import numpy as np
import pandas as pd
import pytest

from kinembed.report.exports import aggregated_events


@pytest.fixture
def rows(table):
    text = aggregated_events(table).to_csv(index=False)
    return list(csv.DictReader(io.StringIO(text)))


def test_every_frame_comes_back(rows, table):
    read = pd.DataFrame(rows)
    rate = read["FPS (frame/s)"].astype(float)
    for ours, theirs in (("start", "Start (s)"), ("stop", "Stop (s)")):
        np.testing.assert_array_equal(np.rint(read[theirs].astype(float) * rate), table[ours])
        np.testing.assert_array_equal(read[f"Image index {ours}"].astype(int), table[ours])
    np.testing.assert_allclose(
        read["Duration (s)"].astype(float), (table["stop"] - table["start"]) / 120, atol=1e-6
    )
    assert read["Behavior"].tolist() == table["label"].tolist()


def test_a_tier_is_an_observation_of_states(rows):
    ids = list(dict.fromkeys(row["Observation id"] for row in rows))
    assert ids == ["one given", "one estimated", "one annotation", "two estimated"]
    assert {row["Behavior type"] for row in rows} == {"STATE"}
    (length,) = {float(row["Media duration (s)"]) for row in rows}
    assert length == pytest.approx(307 / 120)


def test_the_columns_are_those_of_boris(rows):
    names = list(rows[0])
    assert names[0] == "Observation id"
    start = names.index("Behavior type")
    assert names[start : start + 4] == ["Behavior type", "Start (s)", "Stop (s)", "Duration (s)"]
    assert {row["Observation date"] for row in rows} == {""}


def test_comments_give_the_frames_of_the_file_where_they_differ(rows, table):
    assert {row["Comment start"] for row in rows} == {""}
    later = table.assign(file_first=table["file_first"] + 500, file_last=table["file_last"] + 500)
    events = aggregated_events(later)
    assert events["Comment start"].tolist()[:2] == [
        "frame 500 of the file",
        "frame 507 of the file",
    ]
    assert events["Comment stop"].tolist()[0] == "frame 506 of the file"
    assert events["Image index start"].tolist() == table["start"].tolist()
