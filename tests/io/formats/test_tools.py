"""The table of docs/recordings.md: each row has files that are read as it says."""

import re
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from helpers.projects import ROOT
from helpers.tool_examples import EXAMPLES, Example, Place

from kinembed.core.errors import FormatError
from kinembed.io.formats.reader import read_motions
from kinembed.io.formats.table import BY_SUFFIX
from kinembed.io.sources.folder import acquire_folder
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Motion
from kinembed.motion.positions import PositionParameters
from kinembed.motion.visibility import Point

RATE = 60.0
"""Hz that are given to each file; those that state their rate state another."""
POSE = ("h5py", "ezc3d", "sleap_io", "h5netcdf", "tables", "xarray", "movement")
"""Packages of the extra ``pose``."""


@dataclass(frozen=True)
class Row:
    """A row of the table on the page."""

    tool: str
    files: tuple[str, ...]
    pose: str
    taken: str
    rest: str


def rows() -> dict[str, Row]:
    """Rows of the table by tool."""
    page = (ROOT / "docs/recordings.md").read_text(encoding="utf-8")
    section = page.split("\n## Formats\n")[1].split("\n## ")[0]
    lines = [line.strip("| ") for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r" ?\| ?", line)] for line in lines[2:]]
    found = [Row(tool, tuple(re.findall("`(.+?)`", files)), *rest) for tool, files, *rest in cells]
    assert len({row.tool for row in found}) == len(found)
    return {row.tool: row for row in found}


def test_every_row_has_an_example_of_each_file_and_every_example_a_row():
    table = rows()
    assert set(table) == {example.tool for example in EXAMPLES}
    for row in table.values():
        names = [example.name for example in EXAMPLES if example.tool == row.tool]
        for pattern in row.files:
            assert any(fnmatchcase(name, pattern) for name in names), (row.tool, pattern)
        for name in names:
            assert any(fnmatchcase(name, pattern) for pattern in row.files), (row.tool, name)


def test_every_format_is_in_the_table():
    patterns = [pattern for row in rows().values() for pattern in row.files]
    assert [one for one in BY_SUFFIX if not any(each.endswith(one) for each in patterns)] == []


def test_rows_say_where_the_rate_comes_from():
    for row in rows().values():
        stated = any(example.rate for example in EXAMPLES if example.tool == row.tool)
        assert stated == bool(re.search(r"\brate\b", row.taken)), row.tool


def write(example: Example, folder: Path) -> None:
    if example.pose and any(find_spec(package) is None for package in POSE):
        pytest.skip("a package of the extra pose is not installed")
    example.write(folder / example.name)


def read(folder: Path, name: str) -> list[Motion]:
    """As the reader is called for a file of a folder."""
    acquired = acquire_folder(folder)
    paths = {file.role: str(file.path) for file in acquired.files}
    assert Path(paths["motion"]).name == name
    given = PositionParameters(frame_rate=RATE, view="side", longest_gap_s=0)
    return read_motions(
        paths["motion"],
        trial="a",
        skeleton_path=paths.get("skeleton"),
        frame_rate=RATE,
        positions=given,
    )


def unseen_of(motions: dict[str, Motion]) -> set[Place]:
    return {
        (individual, int(row), motion.skeleton.joints[joint])
        for individual, motion in motions.items()
        if motion.visibility is not None
        for row, joint in np.argwhere(motion.visibility.points != Point.SEEN)
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_file_is_read_as_the_table_says(example, tmp_path):
    write(example, tmp_path)
    found = read(tmp_path, example.name)
    motions = {motion.trial.removeprefix("a").lstrip("/"): motion for motion in found}
    assert tuple(motions) == example.individuals
    assert {motion.frame_rate for motion in found} == {example.rate or RATE}
    for motion in found:
        assert motion.skeleton.joints == example.joints
    assert max(len(motion) for motion in found) == example.frames
    for (individual, frame, joint), point in example.points.items():
        motion = motions[individual]
        place = forward_kinematics(motion)[frame, motion.skeleton.index(joint)]
        np.testing.assert_allclose(place, point, rtol=1e-6, atol=1e-9)
    for (frame, channel), angle in example.angles.items():
        assert found[0].values[frame, found[0].channels.index(channel)] == pytest.approx(angle)
    assert unseen_of(motions) == example.unseen


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_what_needs_the_extra_says_so(example, tmp_path, monkeypatch):
    write(example, tmp_path)
    for package in POSE:
        monkeypatch.setitem(sys.modules, package, None)
    if example.pose:
        with pytest.raises(FormatError, match=r"pip install 'kinembed\[pose\]'"):
            read(tmp_path, example.name)
    else:
        assert read(tmp_path, example.name)


def test_rows_mark_what_needs_the_extra():
    for row in rows().values():
        needs = {example.name: example.pose for example in EXAMPLES if example.tool == row.tool}
        marked = re.findall("`(.+?)`", row.pose)
        if marked:
            of_names = {name: any(fnmatchcase(name, one) for one in marked) for name in needs}
            assert needs == of_names, row.tool
        else:
            wanted = {"": {False}, "yes": {True}, "version 7.3": {True, False}}[row.pose]
            assert set(needs.values()) == wanted, row.tool
