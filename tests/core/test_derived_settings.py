import pytest

from kinembed.core.derived_settings import conflict


@pytest.mark.parametrize("given", ["clustering.change_s", "training.windows.source"])
def test_a_setting_conflicts_under_its_earlier_name_and_within_its_group_too(given):
    assert conflict(["embedding.components", given]).startswith(f"{given} would follow from")


def test_other_settings_are_no_conflict():
    assert conflict(["seed", "embedding.leap", "clustering.number"]) == ""
