import io

import numpy as np
import pandas as pd
import pytest

from kinembed.report.exports import behaviour_usage, list_segments, segment_table


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
    np.testing.assert_allclose(table["start_s"] * 120, table["start"])
    np.testing.assert_allclose(table["stop_s"] * 120, table["stop"])


def test_a_behaviour_of_several_clusters_lists_them(predictions):
    labels = {"given": ["walk"] * 262 + ["cluster 2"] * 45}
    table = segment_table(list_segments("one", predictions, labels, None))
    assert table["clusters"].tolist() == ["0 1", "2"]


def test_tables_survive_csv_and_parquet(table):
    text = table.to_csv(index=False)
    read = pd.read_csv(io.StringIO(text), keep_default_na=False, dtype={"clusters": str})
    pd.testing.assert_frame_equal(read, table, check_dtype=False)
    stream = io.BytesIO()
    table.to_parquet(stream)
    pd.testing.assert_frame_equal(pd.read_parquet(stream), table)


def test_usage_counts_segments_and_seconds(table):
    usage = behaviour_usage(table).set_index(["sequence", "tier", "label"])
    hostile = usage.loc[("one", "given", "<script>alert(1)</script>")]
    assert (hostile["clusters"], hostile["segments"], hostile["first_s"]) == ("0", 2, 0)
    assert hostile["seconds"] == pytest.approx((7 + 94) / 120)
    assert usage.loc[("one", "annotation", "run"), "clusters"] == ""
    seconds = usage.groupby(["sequence", "tier"])["seconds"].sum()
    np.testing.assert_allclose(seconds, 307 / 120)


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
