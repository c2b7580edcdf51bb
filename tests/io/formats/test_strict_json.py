import numpy as np
import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.strict_json import mapping, numbers, read_json, sequence


def test_json_is_read():
    assert read_json('{"a": [1, null]}', file="a.json") == {"a": [1, None]}
    assert sequence(None, file="a", where="b") == []
    np.testing.assert_array_equal(numbers([1, None], file="a", where="b"), [1, np.nan])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{\n'a'}", "a.json:2: expected JSON, but"),
        ("[NaN]", "NaN is no number of JSON"),
        ("[" * 40 + "]" * 40, "at most 32 deep"),
        ("[" * 100_000, "a.json.*: expected JSON, but"),
        ("[" + "9" * 5000 + "]", "a.json: expected JSON, but"),
    ],
)
def test_what_is_no_json_is_refused(text, message):
    with pytest.raises(FormatError, match=message):
        read_json(text, file="a.json")


def test_values_of_another_kind_are_refused():
    with pytest.raises(FormatError, match="an object as x, found 3"):
        mapping(3, file="a", where="x")
    with pytest.raises(FormatError, match=r"an array as x, found \{"):
        sequence({"a": "b" * 100}, file="a", where="x")
    for value in ("1", True, [1]):
        with pytest.raises(FormatError, match="numbers in x, found"):
            numbers([value], file="a", where="x")
    with pytest.raises(FormatError, match="numbers in x, but"):
        numbers([10**400], file="a", where="x")
