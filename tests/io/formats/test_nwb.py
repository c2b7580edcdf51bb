"""NWB with ndx-pose, in small files that h5py writes as the extension lays them out."""

import numpy as np
import pytest
from helpers.tool_files import NWB_TIMES, NWB_VALUES, nwb_file, nwb_mouse, nwb_series

from kinembed.core.errors import FormatError
from kinembed.io.formats.nwb import parse_nwb

pytestmark = pytest.mark.usefixtures("quick_children")

h5py = pytest.importorskip("h5py", reason="h5py is not installed: it is in the extra pose")


def test_joints_confidence_and_rate_come_from_the_file():
    [found] = parse_nwb(nwb_file(nwb_mouse), file="a.nwb")
    assert (found.joints, found.individual) == (("nose", "tail"), "")
    assert (found.frame_rate, found.up, found.notes) == (25.0, None, ())
    np.testing.assert_array_equal(found.values, NWB_VALUES.transpose(1, 0, 2))
    np.testing.assert_array_equal(found.confidence[:, 1], np.linspace(0, 1, 8))


def test_a_rate_without_timestamps_and_three_axes():
    solid = np.random.default_rng(0).uniform(1, 100, (8, 3))
    content = nwb_file(
        lambda one: nwb_series(one, "nose", solid, rate=30.0, conversion=0.5, offset=1.0)
    )
    [found] = parse_nwb(content, file="a.nwb")
    assert (found.frame_rate, found.confidence) == (30.0, None)
    np.testing.assert_allclose(found.values[:, 0], solid * 0.5 + 1)


def test_times_that_are_left_out_are_frames_that_are_not_seen():
    kept = [0, 1, 2, 5, 6, 7]

    def write(container):
        nwb_series(container, "nose", NWB_VALUES[0, kept], times=NWB_TIMES[kept])

    [found] = parse_nwb(nwb_file(write), file="a.nwb")
    assert (found.frame_rate, len(found.values)) == (25.0, 8)
    assert np.isnan(found.values[3:5]).all()
    assert "2 frames are absent" in found.notes[0]


def test_frame_numbers_in_place_of_seconds_are_named():
    content = nwb_file(lambda one: nwb_series(one, "nose", NWB_VALUES[0], times=np.arange(8.0)))
    [found] = parse_nwb(content, file="a.nwb")
    assert (found.frame_rate, found.file_frames.tolist()) == (None, list(range(8)))
    assert found.notes == (
        "timestamps are frame numbers, not seconds: the frame rate is not known",
    )


def test_seconds_may_be_slow():
    content = nwb_file(
        lambda one: nwb_series(one, "nose", NWB_VALUES[0], times=np.linspace(0, 10, 8))
    )
    assert parse_nwb(content, file="a.nwb")[0].frame_rate == pytest.approx(0.7)


def test_every_container_is_an_individual():
    names = ("behavior/ann", "behavior/bob")
    assert [
        one.individual for one in parse_nwb(nwb_file(nwb_mouse, names=names), file="a.nwb")
    ] == [
        "ann",
        "bob",
    ]
    content = nwb_file(nwb_mouse, names=("left/pose", "right/pose"))
    assert [one.individual for one in parse_nwb(content, file="a")] == ["left_pose", "right_pose"]


def two(first, second):
    def write(container):
        nwb_series(container, "nose", **first)
        nwb_series(container, "tail", **second)

    return nwb_file(write)


GOOD = {"values": NWB_VALUES[0]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (nwb_file(nwb_mouse, kind="Position"), "expected an NWB file with pose .* found none"),
        (nwb_file(nwb_mouse, kind="PoseTraining"), "found PoseTraining: these are training labels"),
        (nwb_file(lambda one: None), "expected series of joints in .*pose, found none"),
        (two(GOOD, {"values": NWB_VALUES[0, :7]}), r"of one shape in .*tail/data, found \(7, 2\)"),
        (
            two(GOOD, {**GOOD, "times": NWB_TIMES + 1}),
            "expected the timestamps of .*nose in .*tail",
        ),
        (two(GOOD, {**GOOD, "confidence": [1.0]}), r"a confidence per frame in .*tail, found \(1,"),
        (two({"values": np.ones((8, 4))}, GOOD), r"two or three columns in .* shape \(8, 4\)"),
        (
            two({**GOOD, "times": NWB_TIMES[:3]}, {**GOOD, "times": NWB_TIMES[:3]}),
            "a time per frame",
        ),
        (two({**GOOD, "times": None}, GOOD), "expected timestamps or a rate in .*nose"),
        (b"something else", "expected an NWB file with pose"),
    ],
)
def test_what_is_wrong_is_said(content, message):
    with pytest.raises(FormatError, match=message):
        parse_nwb(content, file="a.nwb")
