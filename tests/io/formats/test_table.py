from dataclasses import replace

import pytest

from kinembed.io.formats.table import BY_SUFFIX, FORMATS, by_suffix, format_of


def test_a_format_that_is_registered_twice_is_refused_naming_both():
    again = replace(FORMATS[1], suffixes=(".new", ".amc"), content="another")
    with pytest.raises(ValueError, match=r"'.amc' is registered twice: for 'AMC.*' and for 'ano"):
        by_suffix([*FORMATS, again])


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.AMC", ".amc"), ("a.bvh.gz", ".bvh"), ("b.labels.csv", ".csv"), ("a.md", None)],
)
def test_the_end_of_a_name_tells_the_format(name, suffix):
    assert format_of(name) is (BY_SUFFIX[suffix] if suffix else None)


@pytest.mark.parametrize(
    ("suffix", "line", "reason"),
    [
        (".txt", "1.0,2.0", ""),
        (".txt", "Recorded on Monday", "does not begin with a number"),
        (".csv", "nose_x,nose_y", ""),
        (".csv", "date,weight", "names no column <joint>_x in its first line"),
    ],
)
def test_the_first_line_tells_what_is_no_recording(suffix, line, reason):
    assert BY_SUFFIX[suffix].why_not(line) == reason
