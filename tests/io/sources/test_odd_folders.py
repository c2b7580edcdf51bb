"""Links that lead in circles, and names of any bytes and any length."""

import os
import sys

import pytest

from kinembed.core.errors import SourceError
from kinembed.io.sources import acquire_folder, acquire_tree
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
    (tmp_path / "walk.csv").write_text(CSV)
    (tmp_path / os.fsdecode(b"notes\xff.txt")).write_text("notes")
    [absent] = acquire_tree(tmp_path).absent
    assert (absent.name, absent.reason[:14]) == ("notes\\xff", "notes\\xff.txt ")
    (tmp_path / os.fsdecode(b"w\xff.csv")).write_text(CSV)
    with pytest.raises(SourceError, match=r"w\\xff.csv: the trial's name .* rename it") as raised:
        acquire_tree(tmp_path)
    assert str(raised.value).encode("utf-8")
    assert "\n" not in str(raised.value)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_folder_whose_name_is_not_utf_8_is_one_clear_line(tmp_path):
    folder = tmp_path / os.fsdecode(b"f\xff")
    folder.mkdir()
    (folder / "walk.csv").write_text(CSV)
    with pytest.raises(SourceError, match=r"f\\xff/walk.csv: a folder's name is not in UTF-8"):
        acquire_folder(folder)


def test_a_name_that_is_too_long_is_one_clear_line(tmp_path):
    (tmp_path / f"{'w' * 201}.csv").write_text(CSV)
    with pytest.raises(SourceError, match="has at most 200 bytes, folders included; rename the"):
        acquire_tree(tmp_path)
