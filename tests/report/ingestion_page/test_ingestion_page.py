"""The page to read before training, and its table in the log, of toy recordings."""

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from helpers.browser import browser
from helpers.made_up import HOSTILE, seen_of
from helpers.masked import hidden

from kinembed.io.ingestion import IngestionParameters
from kinembed.motion.motion import Segmentation
from kinembed.motion.positions import position_motion
from kinembed.motion.visibility import Visibility
from kinembed.report.ingestion_page import (
    draw_pose,
    ingestion_page,
    log_table,
    recording_rows,
)
from kinembed.report.parameters import ReportParameters

JOINTS = ("nose", "ear", "hip", "tail")


def flat(joints=JOINTS, name="m", masked=()):
    """4 joints on the ground at 30 Hz; `masked` are (joint, frames) that were not seen."""
    positions = np.random.default_rng(0).normal(size=(90, len(joints), 3))
    positions[..., 1] = 0
    points = np.zeros((90, len(joints)), dtype=np.int8)
    for joint, frames in masked:
        points[frames, joint] = 2
    motion = position_motion(positions, tuple(joints), frame_rate=30.0, trial=name)
    enough = (points == 2).mean(axis=1) <= 0.4
    return replace(motion, visibility=Visibility(points, enough))


def files_of(motions, suffix=".csv"):
    names = sorted({motion.trial.partition("/")[0] for motion in motions})
    columns = {"sha256": "", "address": "", "reason": "", "role": "motion"}
    return pd.DataFrame(
        [{"name": name, "path": f"/data/{name}{suffix}", **columns} for name in names]
    )


def parameters_of(**positions):
    folder = {"path": "unused"}
    return IngestionParameters(source="folder", folder=folder, positions=positions)


def rows_of(*motions, suffix=".csv", annotations=None):
    table, recordings = seen_of(motions)
    return recording_rows(recordings, table, files_of(motions, suffix), annotations or {}), table


def page_of(*motions, absent=(), annotations=None, suffix=".csv", **positions):
    rows, table = rows_of(*motions, suffix=suffix, annotations=annotations)
    drawings = {motion.trial: draw_pose(motion) for motion in motions}
    summary = {"absent": list(absent)}
    report = ReportParameters(title="toy", note="Synthetic")
    return ingestion_page(rows, table, summary, drawings, parameters_of(**positions), report)


def answer(page):
    return re.search('<p class="answer">(.*?)</p>', page)[1].replace("\N{NO-BREAK SPACE}", " ")


def remarks(page):
    found = re.search('<ul class="remarks">(.*?)</ul>', page, re.DOTALL)
    text = found[1].replace("\N{NO-BREAK SPACE}", " ") if found else ""
    return re.findall("<li>(.*?)</li>", text)


def cells(page):
    rows = re.findall("<tr>(<td.*?)</tr>", page)
    texts = [re.findall("<td[^>]*>(.*?)</td>", row) for row in rows]
    return [[re.sub("<.*?>", "", cell) for cell in row] for row in texts]


def test_where_nothing_is_missing_one_line_says_so(toy_motion):
    page = page_of(toy_motion, suffix=".bvh")
    assert answer(page) == (
        "1 recording in 1 file (300 frames, 6.0 s), used at 50 Hz with 3 of 3 joints; "
        "all frames were seen; nothing to check."
    )
    assert "All joints of all recordings were seen in all frames, and all are used." in page
    assert page.count("<svg") == 2
    assert not remarks(page)
    assert not cells(page)


def test_the_page_begins_with_its_answer():
    body = page_of(flat()).partition("<main>")[2]
    texts = re.sub("<h1>.*?</h1>", "", body).split()
    assert texts[:2] == ["<p", 'class="answer">1']


def test_a_masked_joint_is_hollow_and_in_the_table():
    page = page_of(flat(masked=[(0, slice(0, 30)), (3, slice(30, 90))]))
    assert page.count('<g class="masked">') == 1
    assert page.count('class="line gone"') == 1
    assert remarks(page)[1:] == [
        "Masked in more than 10 % of the frames: tail (66.7 % of m), nose (33.3 % of m)."
    ]
    assert cells(page) == [
        ["nose", "66.7", "0.0", "33.3", "1.00", "used"],
        ["ear", "100.0", "0.0", "0.0", "0.00", "used"],
        ["hip", "100.0", "0.0", "0.0", "0.00", "used"],
        ["tail", "33.3", "0.0", "66.7", "2.00", "used"],
    ]


def test_the_first_frame_with_the_most_joints_is_drawn():
    motion = flat(masked=[(0, slice(0, 12)), (1, slice(60, 90))])
    assert draw_pose(motion).frame == 12
    assert draw_pose(replace(motion, file_frames=np.arange(90) + 1000)).frame == 1012


def test_a_placeholder_far_away_does_not_shrink_the_body():
    motion = flat(masked=[(0, slice(0, 90))])
    values = motion.values.copy()
    values[:, :3] *= 1000
    [near], [far] = draw_pose(motion).views, draw_pose(replace(motion, values=values)).views
    assert far.dots[1:] == near.dots[1:]


def test_a_joint_that_is_left_out_is_named_with_the_reason():
    page = page_of(flat(), flat(name="n", masked=[(3, slice(0, 85))]))
    assert "with 3 of 4 joints" in answer(page)
    assert (
        "Not used in any recording (hardly ever seen): tail; tail is seen in 5.6 % of the frames "
        "of n." in remarks(page)
    )
    assert ["tail", "5.6", "n", "2.83", "2", "hardly ever seen"] in cells(page)


def test_frames_that_were_not_seen_or_cut_off_are_counted(toy_motion):
    page = page_of(hidden(toy_motion), suffix=".bvh")
    assert "; 13.3 % of the frames of the files were not seen; 2 points to check." in answer(page)
    assert remarks(page)[1:] == ["More than 10 % of the frames were not seen in toy (13.3 %)."]
    row = rows_of(toy_motion)[0][0]
    assert replace(row, trimmed=700, unseen_share=0.5).lost_share == pytest.approx(0.85)


@pytest.mark.parametrize(
    ("positions", "told"),
    [({}, "assumed to be"), ({"view": "top"}, ""), ({"up": "-z"}, "")],
)
def test_a_view_that_was_assumed_is_told(positions, told):
    page = page_of(flat(), **positions)
    assert any("assumed to be seen from above" in remark for remark in remarks(page)) == bool(told)
    assert ('<span class="missing">assumed to be</span>' in page) == bool(told)


def test_rates_that_files_do_not_state_are_told(toy_motion):
    assert remarks(page_of(toy_motion, suffix=".amc")) == [
        "1 file of AMC, text or MATLAB, which state no frame rate: read at 120 Hz "
        "(ingestion.frame_rate)."
    ]
    given = page_of(flat(), view="top", frame_rate=30, frame_rates={"cam2_*": 60})
    assert remarks(given) == [
        "Frame rate of files that state none: 60 Hz for cam2_* (ingestion.positions.frame_rates), "
        "else 30 Hz (ingestion.positions.frame_rate)."
    ]


def test_resampled_recordings_and_absent_files_are_told():
    absent = [{"name": "x", "role": "skeleton", "reason": "it was not in the mirror"}]
    page = page_of(flat(), replace(flat(name="n"), frame_rate=60.0), absent=absent, view="top")
    assert remarks(page) == [
        "1 recording of 60 Hz will be resampled to 30 Hz, the lowest rate.",
        "Not read: x (skeleton): it was not in the mirror.",
    ]
    assert "60 → 30 Hz" in page


def test_of_many_files_that_were_not_read_a_few_are_named():
    absent = [{"name": f"x{n}", "role": "motion", "reason": "why"} for n in range(10)]
    [remark] = remarks(page_of(flat(), absent=absent, view="top"))
    assert remark.endswith("; x7 (motion): why; and 2 more.")


def test_annotations_are_told():
    annotation = Segmentation(("calm", "wild", "calm"), np.array([[30] * 3, [60] * 3]), 90, "m")
    assert "<dd>3 segments: calm, wild</dd>" in page_of(flat(), annotations={"m": annotation})


def test_of_many_recordings_the_first_alone_is_open():
    few = page_of(*(flat(name=f"m{number}") for number in range(3)))
    many = page_of(*(flat(name=f"m{number}") for number in range(9)))
    assert (few.count("<details open>"), many.count("<details open>")) == (3, 1)


def test_with_very_many_joints_names_are_titles():
    names = [f"marker {number}" for number in range(70)]
    page = page_of(flat(names))
    assert "<text" not in page
    assert page.count("<title>marker") == 70


class Tags(HTMLParser):
    """Collects the names of elements."""

    def __init__(self, page):
        super().__init__()
        self.found = set()
        self.feed(page)

    def handle_starttag(self, *element):
        self.found.add(element[0])


def hostile_page():
    joints = (HOSTILE, "ear", "hip", "tail")
    motions = [flat(joints, f"{HOSTILE}/{who}", [(3, slice(0, 85))]) for who in (HOSTILE, "ann")]
    annotation = Segmentation((HOSTILE,), np.empty((0, 3), dtype=np.int64), 90, "m")
    rows, table = rows_of(*motions, annotations={motions[0].trial: annotation})
    drawings = {motion.trial: draw_pose(motion) for motion in motions}
    absent = {"absent": [{"name": HOSTILE, "role": "motion", "reason": HOSTILE}]}
    report = ReportParameters(title=HOSTILE, note=HOSTILE)
    return ingestion_page(rows, table, absent, drawings, parameters_of(), report)


def test_names_stay_text():
    page = hostile_page()
    assert not {"script", "img"} & Tags(page).found
    assert HOSTILE not in page
    assert "&lt;/script&gt;" in page


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_the_page_opens_from_disk_and_fits_a_narrow_window(tmp_path):
    path = tmp_path / "ingestion.html"
    path.write_text(hostile_page())
    with browser(tmp_path / "profile") as page:
        page.look(700, 900)
        page.open(path)
        assert page.value("window.harmed") is None
        assert page.value("document.documentElement.scrollWidth") == 700
        assert page.value("document.querySelector('svg').getBoundingClientRect().height") > 100
        assert page.requests == [path.as_uri()]
        assert not page.errors


def test_the_log_has_a_line_for_each_recording():
    rows, _ = rows_of(flat(), replace(flat(name="long/ann"), frame_rate=60.0))
    assert log_table(rows).splitlines() == [
        "recording  frames  rate (Hz)  duration (s)  frames seen (%)  joints used  left out  "
        "longest gap (s)",
        "long/ann       90   60 -> 30           1.5            100.0            4         0  "
        "           0.00",
        "m              90         30           3.0            100.0            4         0  "
        "           0.00",
    ]


def test_the_log_does_not_list_thousands():
    [row], _ = rows_of(flat())
    lines = log_table([row] * 1200).splitlines()
    assert len(lines) == 502
    assert lines[-1] == "and 700 more recordings, which the page lists"
