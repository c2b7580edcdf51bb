"""Settings that are regular expressions, checked before they are applied to names."""

import pytest
from pydantic import ValidationError

from kinembed.analysis.layer_geometry import GeometryParameters
from kinembed.core.errors import DataError
from kinembed.core.parameters import checked_pattern
from kinembed.io.clip_labels import action_of
from kinembed.io.ingestion import IngestionParameters
from kinembed.recognition.skeleton.layers import actors


@pytest.mark.parametrize(
    ("pattern", "group"), [("_([a-z]+)_", 1), ("(?P<action>.+)_", "action"), ("(a)|(b)", 2)]
)
def test_patterns_with_the_group_are_taken(pattern, group):
    assert checked_pattern(pattern, group) == pattern


@pytest.mark.parametrize(
    ("pattern", "group", "message"),
    [
        ("_(", 1, "expected a regular expression, but missing ), unterminated subpattern at"),
        ("_[a-z]+_", 1, r"expected a regular expression with a group \(...\), found none in it"),
        ("(.+)_", "action", r"regular expression with a group \(\?P<action>...\), found none"),
    ],
)
def test_other_patterns_are_refused(pattern, group, message):
    with pytest.raises(ValueError, match=message.replace("missing )", r"missing \)")):
        checked_pattern(pattern, group)


@pytest.mark.parametrize("pattern", ["_(", "_[a-z]+_"])
def test_settings_say_which_pattern_is_wrong(pattern):
    with pytest.raises(ValidationError, match="group_pattern\n.*expected a regular expression"):
        GeometryParameters(dataset="made up", group_pattern=pattern)
    with pytest.raises(ValidationError, match="clip_pattern\n.*expected a regular expression"):
        IngestionParameters(source="sample", sample={"folder": "x"}, clip_pattern=pattern)


def test_a_group_that_takes_no_part_in_a_match_finds_nothing():
    either = GeometryParameters(dataset="made up", group_pattern="^(?:a_(.)|b)")
    with pytest.raises(DataError, match="finds no actor in the names of b_1"):
        actors(["a_1", "b_1"], either)
    with pytest.raises(DataError, match="the name of clip 'b_1' does not follow the pattern"):
        action_of("b_1", "(?:a_(?P<action>.)|b)")
