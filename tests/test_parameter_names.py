"""A misspelt setting is answered with full names."""

from helpers.groups import GROUPS

from kinembed.parameter_names import names_within, suggestion

NAMES = list(names_within(GROUPS))


def test_names_are_those_of_groups_within_groups():
    assert {"ingestion.positions.frame_rate", "few_shot.pretraining.steps"} <= set(NAMES)
    assert "ingestion.positions" not in NAMES


def test_a_misspelt_last_part_is_answered_with_the_nearest_name():
    meant = "did you mean 'ingestion.positions.frame_rate'?"
    assert suggestion("ingestion.positions.framerate", NAMES) == meant
    assert suggestion("positions.frame_rate", NAMES) == meant


def test_a_name_alone_is_answered_with_each_that_ends_so():
    found = suggestion("frame_rate", NAMES)
    assert "'ingestion.positions.frame_rate'" in found
    assert "'recognition.frame_rate'" in found
    assert "steps" not in found


def test_a_name_like_no_other_is_not_answered():
    assert suggestion("qqq", NAMES) == suggestion("ingestion.qqq", NAMES) == ""
