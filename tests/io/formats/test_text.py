import numpy as np
import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.text import (
    Line,
    format_numbers,
    number_rows,
    read_lines,
    read_table,
    shorten,
)


def test_blank_lines_are_passed_over_but_counted() -> None:
    assert read_lines("a\r\n\n  b \n\t\nc", "f") == [Line(1, "a"), Line(3, "b"), Line(5, "c")]


def test_binary_data_is_reported_where_it_begins() -> None:
    with pytest.raises(FormatError, match=r"f:3: expected text, found binary .*'\\x1f'"):
        read_lines("a\n\nb\x1f\x8b", "f")


def test_long_text_is_cut_in_messages() -> None:
    assert shorten("x" * 30) == repr("x" * 30)
    assert shorten("x" * 100) == repr("x" * 40 + "...")


def test_numbers_are_written_so_that_they_read_back() -> None:
    values = np.array([0.1, 1 / 3, -0.0, 1e-300, -1e9])
    assert format_numbers(values) == "0.1 0.3333333333333333 -0.0 1e-300 -1000000000.0"
    np.testing.assert_array_equal(number_rows([format_numbers(values)], 5), [values])


@pytest.mark.parametrize(
    "row", ["", "1", "1 2 3", "1 x", "1 nan", "1 inf", "1 1e999", "1 -2e9", "1 1_0"]
)
def test_rows_of_anything_but_that_many_finite_numbers_are_none(row: str) -> None:
    assert number_rows(["1 2", row], 2) is None


def test_first_wrong_row_is_reported() -> None:
    lines = [Line(4, "1, 2"), Line(6, "3,"), Line(7, "4,5,6")]
    with pytest.raises(FormatError, match=r"f:6: expected two numbers, found ''"):
        read_table(lines, 2, ",", file="f", what="two numbers")
