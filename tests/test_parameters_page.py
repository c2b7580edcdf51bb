"""The page of all settings is as the classes have them."""

import re
from importlib.util import module_from_spec, spec_from_file_location

from helpers.groups import GROUPS
from helpers.projects import ROOT

spec = spec_from_file_location("parameters_page", ROOT / "docs/parameters.py")
page_of = module_from_spec(spec)
spec.loader.exec_module(page_of)
PAGE = (ROOT / "docs/parameters.md").read_text()


def test_the_page_is_up_to_date():
    assert page_of.page() == PAGE, "run: python docs/parameters.py"


def test_every_group_has_a_table_and_every_setting_a_meaning():
    assert re.findall(r"^## (\w+)$", PAGE, re.MULTILINE) == sorted(GROUPS)
    assert not re.findall(r"^\| .*\|  \|$", PAGE, re.MULTILINE)


def test_defaults_units_and_ranges_of_the_method_are_shown():
    assert "| `transition_penalty_s` | `0.7` | s | > 0 |" in PAGE
    assert "| `pretraining.windows.source` | `20` | frames | > 0 |" in PAGE
    assert re.search(r"`states` \| `both` \|  \| encoder, decoder, both \|", PAGE)
