import io

import numpy as np
import pandas as pd
import pytest

from kinembed.motion.motion import Segmentation
from kinembed.report.exports import behaviour_usage, list_segments, segment_table
from kinembed.report.naming import named_predictions, parse_names
from kinembed.segmentation.predictions import NOT_SEEN


def test_a_row_per_segment_of_every_tier(table):
    told = table[["sequence", "tier", "label", "clusters", "start", "stop"]]
    assert list(told.itertuples(index=False, name=None)) == [
        ("one", "given", "<script>alert(1)</script>", "0", 0, 7),
        ("one", "given", "a,b;'\"&", "1", 7, 107),
        ("one", "given", "<script>alert(1)</script>", "0", 107, 201),
        ("one", "given", "../../日本", "0", 201, 262),
        ("one", "given", "cluster 2", "2", 262, 307),
        ("one", "estimated", "cluster 0", "0", 0, 7),
        ("one", "estimated", "cluster 1", "1", 7, 307),
        ("one", "annotation", "walk", "", 0, 101),
        ("one", "annotation", "run", "", 101, 307),
        ("two", "estimated", "cluster 0", "0", 0, 7),
        ("two", "estimated", "cluster 1", "1", 7, 307),
    ]
    np.testing.assert_allclose(table["start_s"], table["start"] / 120, atol=1e-6)
    np.testing.assert_allclose(table["stop_s"], table["stop"] / 120, atol=1e-6)


def test_seconds_are_round():
    frames = np.arange(901)
    predictions = pd.DataFrame({"frame": frames, "time_s": frames / 29.97, "given": 0})
    labels = {"given": ["a"] * 300 + ["b"] * 300 + ["a"] * 301}
    table = segment_table(list_segments("one", predictions, labels, None))
    assert table["stop_s"].tolist() == [10.01001, 20.02002, 30.063397]
    assert behaviour_usage(table)["seconds"].tolist() == [20.053387, 10.01001]


def test_a_behaviour_of_several_clusters_lists_them(predictions):
    labels = {"given": ["walk"] * 262 + ["cluster 2"] * 45}
    table = segment_table(list_segments("one", predictions, labels, None))
    assert table["clusters"].tolist() == ["0 1", "2"]


def test_tables_survive_csv_and_parquet(table):
    text = table.to_csv(index=False)
    kept = {"keep_default_na": False, "na_values": {"probability": [""]}}
    read = pd.read_csv(io.StringIO(text), dtype={"clusters": str}, **kept)
    pd.testing.assert_frame_equal(read, table, check_dtype=False)
    stream = io.BytesIO()
    table.to_parquet(stream)
    pd.testing.assert_frame_equal(pd.read_parquet(stream), table)


def test_usage_counts_segments_and_seconds(table):
    usage = behaviour_usage(table).set_index(["sequence", "tier", "label"])
    hostile = usage.loc[("one", "given", "<script>alert(1)</script>")]
    assert (hostile["clusters"], hostile["segments"], hostile["first_s"]) == ("0", 2, 0)
    assert hostile["seconds"] == pytest.approx((7 + 94) / 120, abs=1e-6)
    assert usage.loc[("one", "annotation", "run"), "clusters"] == ""
    seconds = usage.groupby(["sequence", "tier"])["seconds"].sum()
    np.testing.assert_allclose(seconds, 307 / 120, atol=1e-5)


def test_without_a_sequence_there_are_columns():
    assert segment_table([]).empty
    assert list(behaviour_usage(segment_table([]))) == [
        "sequence",
        "tier",
        "label",
        "clusters",
        "segments",
        "seconds",
        "first_s",
    ]


def test_segments_have_the_frame_numbers_of_the_file(predictions):
    numbers = np.arange(307) * 2 + 1000
    labels = {"given": predictions["given"].to_numpy()}
    table = segment_table(list_segments("one", predictions, labels, None, numbers))
    told = table[["start", "stop", "file_first", "file_last"]].to_numpy().tolist()
    assert told[:2] == [[0, 7, 1000, 1012], [7, 107, 1014, 1212]]
    plain = segment_table(list_segments("one", predictions, labels, None))
    assert (plain["file_first"] == plain["start"]).all()
    assert (plain["file_last"] == plain["stop"] - 1).all()


def test_segments_that_were_not_seen_join_nothing_and_count_nowhere(predictions):
    """Neither clusters of one name before and after, nor merged ones, are joined across them."""
    part = predictions.assign(given=np.repeat([0, NOT_SEEN, 1, NOT_SEEN], [100, 50, 107, 50]))
    names = parse_names("one: {given: {names: {0: a}, merge: [[0, 1]]}}", file="names.yml")
    labels = {"given": named_predictions(names, "one", part)["given"]}
    annotation = Segmentation(("not seen",), np.zeros((0, 3), dtype=int), 307, "one")
    table = segment_table(list_segments("one", part, labels, annotation))
    assert table["label"].tolist() == ["a", "not seen", "a", "not seen", "not seen"]
    assert table["clusters"].tolist() == ["0", "", "1", "", ""]
    usage = behaviour_usage(table)
    assert usage[["tier", "label", "segments"]].to_numpy().tolist() == [
        ["given", "a", 2],
        ["annotation", "not seen", 1],
    ]
    assert usage["seconds"][0] == pytest.approx(207 / 120)
