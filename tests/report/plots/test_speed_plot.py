import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.report.plots.speed import speed_by_size

TABLE = pd.DataFrame(
    [
        ("processor_s", 40.0, 2000, "new"),
        ("processor_s", 20.0, 1000, "new"),
        ("processor_s", 70.0, 1000, "old"),
        ("peak_mb", 500.0, 1000, "new"),
        ("ratio", 3.5, 1000, "old / new"),
    ],
    columns=["measure", "value", "size", "contestant"],
)


def test_time_and_memory_of_both_by_size():
    figure = speed_by_size(TABLE, "synthetic")
    time, memory = figure.axes
    old, new = time.lines
    assert new.get_xydata().tolist() == [[1000, 20], [2000, 40]]
    assert old.get_xydata().tolist() == [[1000, 70]]
    assert [label.get_text() for label in time.get_xticklabels()] == ["1,000", "2,000"]
    assert memory.lines[1].get_xydata().tolist() == [[1000, 500]]
    assert figure.texts[-1].get_text() == "synthetic"


def test_without_time_or_memory_there_is_nothing_to_draw():
    with pytest.raises(DataError, match="no processor time"):
        speed_by_size(TABLE[4:])
