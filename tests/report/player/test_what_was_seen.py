"""The report's section on what was seen, of toy motions with a mask."""

import re
from dataclasses import replace

import numpy as np
import pytest
from helpers.made_up import page_of, results_of, seen_of, unseen_in
from helpers.masked import hidden

from kinembed.motion.visibility import Visibility
from kinembed.report.player.what_was_seen import what_was_seen


@pytest.fixture
def motions(toy_motion):
    """One of which 40 of 300 frames were not seen, one whose arm's end hardly was, a whole one."""
    points = np.zeros((300, 3), dtype=np.int8)
    points[:290, 2], points[5:10, 0] = 2, 1
    arm = replace(toy_motion, visibility=Visibility(points, np.ones(300, dtype=bool)))
    named = (("cage/a", hidden(toy_motion)), ("cage/b", arm), ("whole", toy_motion))
    return [replace(motion, trial=name) for name, motion in named]


def section(page):
    text = page[page.index("<h2>What was seen</h2>") :]
    return text[: text.index('<div id="tooltip"')]


def cells(text):
    rows = re.findall("<tr>(<td>.*?)</tr>", text)
    return [re.findall("<td>(.*?)</td>", row) for row in rows]


def test_joints_frames_and_what_is_left_out_are_told(motions, toy_motion):
    told = section(page_of(results_of(toy_motion, "whole"), seen=seen_of(motions)))
    assert cells(told) == [
        ["cage/a", "300", "13.3", "0"],
        ["cage/a", "hips", "86.7", "0.0", "13.3", "0.80"],
        ["cage/a", "arm", "86.7", "0.0", "13.3", "0.80"],
        ["cage/b", "hips", "98.3", "1.7", "0.0", "0.10"],
        ["arm_end", "hardly ever seen", "3", "3.3"],
    ]
    assert "<details>" not in told


def test_long_tables_are_folded(toy_motion):
    every = [replace(hidden(toy_motion), trial=f"cage/{number}") for number in range(5)]
    told = section(page_of(results_of(toy_motion, "whole"), seen=seen_of(every)))
    assert re.findall("<summary>(.*?)</summary>", told) == [
        "Joints that were not seen in all frames of the file: 15 rows"
    ]


def test_where_all_was_seen_there_is_no_table(toy_motion):
    told = section(page_of(results_of(toy_motion, "whole")))
    assert "<table" not in told
    assert "Of every recording, all frames were seen." in told


def test_trimmed_recordings_are_told(toy_motion):
    table, recordings = seen_of([toy_motion])
    trimmed = recordings.assign(file_rows=320, first_row=15)
    [row] = what_was_seen(table, trimmed)["recordings"]
    assert (row["trial"], row["trimmed"], row["unseen_share"]) == ("toy", 20, 0)


def test_names_stay_text(toy_motion):
    name = "<script>alert(1)</script>"
    motion = replace(hidden(toy_motion), trial=name)
    page = page_of(unseen_in(results_of(toy_motion, name)), seen=seen_of([motion]))
    assert "<td>&lt;script&gt;alert(1)&lt;/script&gt;</td>" in section(page)
    assert name not in section(page)
