"""Links that lead in circles, and names of any bytes and any length."""

import os
import sys

import pytest

from kinembed.core.errors import SourceError
from kinembed.io.sources import acquire_tree
from kinembed.io.sources.folder import folders_below

CSV = "a_x,a_y\n1,2\n3,4\n"


def test_each_folder_is_read_once_wherever_links_lead(tmp_path):
    top = tmp_path / "top"
    (top / "one" / "two").mkdir(parents=True)
    (top / "one" / "two" / "walk.csv").write_text(CSV)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "hop.csv").write_text(CSV)
    for name, target in {
        "one/up": top,
        "one/two/self": top / "one" / "two",
        "again": top / "one",
        "beside": elsewhere,
        "loop": top / "loop",
    }.items():
        (top / name).symlink_to(target)
    (elsewhere / "back").symlink_to(top)
    found = [str(path.relative_to(top)) for path in folders_below(top)]
    assert found == [".", "beside", "one", "one/two"]
    assert {file.name for file in acquire_tree(top).files} == {"beside_hop", "one_two_walk"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_not_utf_8_is_one_clear_line(tmp_path):
    with open(os.fsencode(tmp_path) + b"/w\xff.csv", "w") as stream:  # noqa: PTH123 -- bytes
        stream.write(CSV)
    with pytest.raises(SourceError, match=r"w\\xff.csv: the trial's name .* rename it") as raised:
        acquire_tree(tmp_path)
    assert str(raised.value).encode("utf-8")
    assert "\n" not in str(raised.value)


def test_a_name_that_is_too_long_is_one_clear_line(tmp_path):
    (tmp_path / f"{'w' * 201}.csv").write_text(CSV)
    with pytest.raises(SourceError, match="has at most 200 bytes, folders included; rename the"):
        acquire_tree(tmp_path)
