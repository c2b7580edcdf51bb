"""NWB with ndx-pose, in small files that h5py writes as the extension lays them out."""

from io import BytesIO

import numpy as np
import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.nwb import parse_nwb

h5py = pytest.importorskip("h5py", reason="h5py is not installed: it is in the extra pose")

VALUES = np.random.default_rng(0).uniform(1, 100, (2, 8, 2))
"""Joint, frame, axis."""
TIMES = np.arange(8) / 25


def group(parent, name, kind):
    made = parent.create_group(name)
    made.attrs["neurodata_type"] = kind
    return made


def series(container, name, values, times=TIMES, rate=None, confidence=None, **attributes):
    made = group(container, name, "PoseEstimationSeries")
    made["data"] = values
    made["data"].attrs.update(attributes)
    if rate is not None:
        made["starting_time"] = 0.0
        made["starting_time"].attrs["rate"] = rate
    elif times is not None:
        made["timestamps"] = times
    if confidence is not None:
        made["confidence"] = confidence


def stored(write, kind="PoseEstimation", names=("behavior/pose",)):
    content = BytesIO()
    with h5py.File(content, "w") as file:
        for name in names:
            write(group(file, f"processing/{name}", kind))
    return content.getvalue()


def mouse(container):
    for joint, values in zip(("nose", "tail"), VALUES, strict=True):
        series(container, joint, values, confidence=np.linspace(0, 1, 8))


def test_joints_confidence_and_rate_come_from_the_file():
    [found] = parse_nwb(stored(mouse), file="a.nwb")
    assert (found.joints, found.individual) == (("nose", "tail"), "")
    assert (found.frame_rate, found.up, found.notes) == (25.0, None, ())
    np.testing.assert_array_equal(found.values, VALUES.transpose(1, 0, 2))
    np.testing.assert_array_equal(found.confidence[:, 1], np.linspace(0, 1, 8))


def test_a_rate_without_timestamps_and_three_axes():
    solid = np.random.default_rng(0).uniform(1, 100, (8, 3))
    content = stored(lambda one: series(one, "nose", solid, rate=30.0, conversion=0.5, offset=1.0))
    [found] = parse_nwb(content, file="a.nwb")
    assert (found.frame_rate, found.confidence) == (30.0, None)
    np.testing.assert_allclose(found.values[:, 0], solid * 0.5 + 1)


def test_times_that_are_left_out_are_frames_that_are_not_seen():
    kept = [0, 1, 2, 5, 6, 7]

    def write(container):
        series(container, "nose", VALUES[0, kept], times=TIMES[kept])

    [found] = parse_nwb(stored(write), file="a.nwb")
    assert (found.frame_rate, len(found.values)) == (25.0, 8)
    assert np.isnan(found.values[3:5]).all()
    assert "2 frames are absent" in found.notes[0]


def test_frame_numbers_in_place_of_seconds_are_named():
    content = stored(lambda one: series(one, "nose", VALUES[0], times=np.arange(8.0)))
    [found] = parse_nwb(content, file="a.nwb")
    assert (found.frame_rate, found.file_frames.tolist()) == (None, list(range(8)))
    assert found.notes == (
        "timestamps are frame numbers, not seconds: the frame rate is not known",
    )


def test_seconds_may_be_slow():
    content = stored(lambda one: series(one, "nose", VALUES[0], times=np.linspace(0, 10, 8)))
    assert parse_nwb(content, file="a.nwb")[0].frame_rate == pytest.approx(0.7)


def test_every_container_is_an_individual():
    names = ("behavior/ann", "behavior/bob")
    assert [one.individual for one in parse_nwb(stored(mouse, names=names), file="a.nwb")] == [
        "ann",
        "bob",
    ]
    content = stored(mouse, names=("left/pose", "right/pose"))
    assert [one.individual for one in parse_nwb(content, file="a")] == ["left_pose", "right_pose"]


def two(first, second):
    def write(container):
        series(container, "nose", **first)
        series(container, "tail", **second)

    return stored(write)


GOOD = {"values": VALUES[0]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (stored(mouse, kind="Position"), "expected an NWB file with pose .* found none"),
        (stored(mouse, kind="PoseTraining"), "found PoseTraining: these are training labels"),
        (stored(lambda one: None), "expected series of joints in .*pose, found none"),
        (two(GOOD, {"values": VALUES[0, :7]}), r"of one shape in .*tail/data, found \(7, 2\)"),
        (two(GOOD, {**GOOD, "times": TIMES + 1}), "expected the timestamps of .*nose in .*tail"),
        (two(GOOD, {**GOOD, "confidence": [1.0]}), r"a confidence per frame in .*tail, found \(1,"),
        (two({"values": np.ones((8, 4))}, GOOD), r"two or three columns in .* shape \(8, 4\)"),
        (two({**GOOD, "times": TIMES[:3]}, {**GOOD, "times": TIMES[:3]}), "a time per frame"),
        (two({**GOOD, "times": None}, GOOD), "expected timestamps or a rate in .*nose"),
        (b"something else", "expected an NWB file with pose"),
    ],
)
def test_what_is_wrong_is_said(content, message):
    with pytest.raises(FormatError, match=message):
        parse_nwb(content, file="a.nwb")
