"""Numbers, counts and sizes beyond what recordings hold, in every format."""

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest

from kinembed.core import limits
from kinembed.core.errors import FormatError
from kinembed.io.formats.reader import read_motions
from kinembed.motion.plausible import check_motion
from kinembed.motion.positions import PositionParameters

BVH = (
    "HIERARCHY\nROOT hips\n{\nOFFSET 0 0 0\n"
    "CHANNELS 6 Xposition Yposition Zposition Zrotation Yrotation Xrotation\n"
    "End Site\n{\nOFFSET 0 1 0\n}\n}\nMOTION\nFrames: 2\nFrame Time: 0.01\n"
    "1 2 3 4 5 6\n1 2 3 4 5 7\n"
)
CSV = "time,a_x,a_y\n0,1,2\n0.01,1,3\n0.02,1,4\n"
NEXUS = "Trajectories\n100\n,,A:B,,\nFrame,Sub Frame,X,Y,Z\n,,mm,mm,mm\n"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.bvh", BVH.replace("4 5 7", "4 5 -1e30"), ":15: .*found '-1e30', which is beyond 1e.09"),
        ("a.bvh", BVH.replace("4 5 7", "4 5 1e8"), "degrees up to 1e.06, found 1e.08 in frame 1"),
        ("a.bvh", BVH.replace("0 1 0", "0 1e308 0"), ":8: .*found '1e308', which is beyond 1e.09"),
        ("a.bvh", BVH.replace("0.01", "1e300"), ":13: .*found '1e300', which is beyond 1e.09"),
        ("a.bvh", BVH.replace("0.01", "1e-6"), ":13: expected a frame rate of 1 to 10000 Hz"),
        ("a.bvh", BVH.replace("0.01", "5000"), ":13: .* 1 to 10000 Hz, found 0.2 Hz"),
        ("a.csv", CSV.replace("1,4", "1,4294967296"), "position up to 1e.09, .*'a', axis y"),
        ("a.csv", CSV.replace("0.02", "0.00002").replace("0.01", "0.00001"), "1 to 10000 Hz"),
        (
            "a.csv",
            CSV.replace("1,4", "True,4"),
            ":4: expected a number in column 2 .a_x., .*'True'",
        ),
        ("a.csv", "time,a_x,a_y\n0,,\n0.01,,\n", "no joint is seen in any frame: every cell is"),
        ("a.csv", CSV.replace("a_", "a" * 300 + "_"), "the name of a joint in 1 to 200 bytes"),
        (
            "a.csv",
            CSV.replace("a_x", "x" * 140_000),
            ":1: expected separated text, but field larger",
        ),
        (
            "a.csv",
            CSV.replace("time", "frame").replace("0.01", "1").replace("0.02", "1e30"),
            ":4: expected whole numbers",
        ),
        ("a.csv", "Trajectories\n\n,,A:B,,\n\n\n1,0,1,2,3\n", "a frame rate in Hz below"),
        ("a.csv", NEXUS, ":6: expected rows of frames below the header, found none"),
        ("a.trc", "PathFileType\r\ra\rb\rc\rd\r", ":1: expected separated text, but new-line"),
        ("a.trc", "\na\nb\nc\nd\ne\nf\n", ":1: expected PathFileType, found ''"),
        ("a.txt", ",".join(["0", "0", "0", "1e9", *["0"] * 113]), "radians up to 17453.3"),
    ],
)
def test_numbers_beyond_the_limits_are_refused_with_their_place(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_text(text + "\n")
    with pytest.raises(FormatError, match=f"{name}.*{message}") as raised:
        read_motions(str(path), trial="t")
    assert "\n" not in str(raised.value)


def test_times_in_milliseconds_are_told_from_seconds(tmp_path):
    (tmp_path / "a.bvh").write_text(BVH.replace("0.01", "16.6667"))
    assert read_motions(str(tmp_path / "a.bvh"), trial="t")[0].frame_rate == 60


@pytest.mark.parametrize("rate", [0.5, 20_000])
def test_a_rate_that_is_given_has_the_same_limits(rate):
    with pytest.raises(ValueError, match="frame_rate"):
        PositionParameters(frame_rate=rate)


def test_frames_joints_and_offsets_are_counted(toy_motion, monkeypatch):
    assert check_motion(toy_motion, file="a") is toy_motion
    offsets = toy_motion.skeleton.offsets.copy()
    offsets[1, 1] = 1e10
    far = replace(toy_motion, skeleton=replace(toy_motion.skeleton, offsets=offsets))
    with pytest.raises(FormatError, match="a: expected an offset of 'arm' up to 1e.09, found 0 1e"):
        check_motion(far, file="a")
    monkeypatch.setattr(limits, "MOST_FRAMES", 299)
    with pytest.raises(FormatError, match="a: expected at most 299 frames, found 300"):
        check_motion(toy_motion, file="a")


def test_what_is_unpacked_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SPARE_BYTES", 1000)
    path = tmp_path / "a.bvh.gz"
    path.write_bytes(gzip.compress(BVH.encode() + b" " * 100_000))
    with pytest.raises(FormatError, match="its content would fill more than [0-9]+ bytes, too"):
        read_motions(str(path), trial="t")


def test_a_file_is_no_larger_than_is_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("kinembed.io.formats.opening.LARGEST_FILE", 100)
    (tmp_path / "a.bvh").write_text(BVH)
    with pytest.raises(FormatError, match="that can be read, but it has [0-9]+ bytes; the limit"):
        read_motions(str(tmp_path / "a.bvh"), trial="t")


def test_the_page_on_recordings_states_the_limits():
    page = Path("docs/recordings.md").read_text(encoding="utf-8")
    section = re.search(r"## Limits\n(.*?)\n## ", page, re.DOTALL)[1].replace(",", "")
    for stated in (
        limits.FARTHEST,
        limits.LARGEST_ANGLE,
        limits.FASTEST,
        limits.MOST_FRAMES,
        limits.MOST_JOINTS,
        limits.LARGEST_FILE >> 30,
        limits.SPARE_BYTES >> 20,
        limits.TIGHTEST,
    ):
        assert re.search(rf"\b{stated:.0f}\b", section), stated
