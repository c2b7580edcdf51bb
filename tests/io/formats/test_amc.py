from dataclasses import replace

import numpy as np
import pytest
from helpers.tiny_files import AMC, ASF, replace_line

from kinembed.core.errors import DataError, FormatError
from kinembed.io.formats.amc import parse_amc, write_amc
from kinembed.io.formats.asf import parse_asf
from kinembed.motion.channels import expmap_channels
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Motion, Representation

SKELETON = parse_asf(ASF, file="tiny.asf")
CHANNELS = (
    *("root.tx", "root.ty", "root.tz", "root.rx", "root.ry", "root.rz"),
    *("thigh.rx", "thigh.ry", "thigh.rz", "shin.rx", "shin.rz"),
)
VALUES = [
    [1, 2, 3, 10, 20, 30, 1.5, 2.5, 3.5, 4, 5],
    [1.25, 2, 3, 11, 21, 31, -1, -2, -3, 60, -0.5],
]


def parse(text: str) -> Motion:
    return parse_amc(text, SKELETON, file="bad.amc", trial="tiny")


def test_values_are_those_of_the_file() -> None:
    motion = parse(AMC)
    assert motion.channels == CHANNELS
    np.testing.assert_array_equal(motion.values, VALUES)
    assert (motion.trial, motion.frame_rate) == ("tiny", 120.0)
    assert motion.representation is Representation.EULER
    assert motion.skeleton == SKELETON


def test_frame_rate_is_the_callers() -> None:
    assert parse_amc(AMC, SKELETON, file="a", trial="t", frame_rate=60.0).frame_rate == 60.0


def test_angles_but_not_positions_of_a_radians_file_are_converted() -> None:
    np.testing.assert_array_equal(
        parse(AMC.replace(":DEGREES", ":radians")).values[:, :3], [row[:3] for row in VALUES]
    )
    degrees = parse(AMC.replace(":DEGREES", ":RADIANS")).values[:, 3:]
    np.testing.assert_allclose(degrees, np.degrees([row[3:] for row in VALUES]), rtol=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        AMC.replace("\n", "\r\n"),
        AMC.replace("\n", "\n\n"),
        AMC.replace("\n", "  \n"),
        AMC.replace(" ", "\t"),
        AMC.removesuffix("\n"),
        AMC.partition("1\nroot")[1] + AMC.partition("1\nroot")[2],
    ],
    ids=["windows", "blank lines", "trailing blanks", "tabs", "no last newline", "no header"],
)
def test_layout_of_the_text_makes_no_difference(text: str) -> None:
    np.testing.assert_array_equal(parse(text).values, VALUES)


def test_joints_may_come_in_another_order_than_in_the_skeleton() -> None:
    lines = AMC.splitlines()
    for frame in (slice(4, 7), slice(8, 11)):
        lines[frame] = lines[frame][::-1]
    motion = parse("\n".join(lines))
    assert motion.channels == CHANNELS
    np.testing.assert_array_equal(motion.values, VALUES)


def test_angles_turn_bones_about_their_own_axes() -> None:
    motion = replace(parse(AMC), values=np.zeros((1, 11)))
    motion.values[0, CHANNELS.index("thigh.rx")] = 90
    positions = forward_kinematics(motion)[0]
    # The thigh's x axis is the body's y axis: the thigh lies along it, the shin (0, -6, 8) turns.
    np.testing.assert_allclose(positions[3] - positions[2], [0, -2, 0], atol=1e-12)
    np.testing.assert_allclose(positions[4] - positions[3], [8, -6, 0], atol=1e-12)


def test_motion_survives_being_written() -> None:
    motion = replace(parse(AMC), values=np.random.default_rng(0).normal(size=(5, 11)) * 100)
    np.testing.assert_array_equal(parse(write_amc(motion)).values, motion.values)


def test_channels_are_written_in_the_order_of_the_format() -> None:
    motion = parse(AMC)
    shuffled = replace(motion, values=motion.values[:, ::-1], channels=CHANNELS[::-1])
    assert write_amc(shuffled) == write_amc(motion)
    assert "\nthigh 1.5 2.5 3.5\n" in write_amc(motion)


def test_exponential_maps_cannot_be_written() -> None:
    channels = expmap_channels(SKELETON)
    motion = replace(
        parse(AMC),
        values=np.zeros((1, len(channels))),
        channels=tuple(channels),
        representation=Representation.EXPMAP,
    )
    with pytest.raises(
        DataError, match="AMC holds the representation 'euler', the motion has 'exp"
    ):
        write_amc(motion)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"bad\.amc: expected text, but the file is empty"),
        ("\0\1\2", r"bad\.amc:1: expected text, found binary data"),
        (
            "%PDF-1.7 and so on",
            r"bad\.amc:1: expected frame number 1 .*, found '%PDF-1.7 and so on'",
        ),
        (AMC[: AMC.index("1\nroot")], r"bad\.amc:3: the file ends where 'frame number 1' is"),
        (AMC[: AMC.index("thigh")], r"bad\.amc:5: the file ends where 'thigh' is expected"),
        (AMC[: AMC.index("shin 6e1")], r"bad\.amc:10: the file ends where 'shin' is expected"),
        (AMC[: AMC.index(" -.5")], r"bad\.amc:11: expected 2 finite .*, found 1 in '6e1'"),
        (replace_line(AMC, 4), r"bad\.amc:4: expected frame number 1 .*, found 'root 1 2 3"),
        (
            replace_line(AMC, 8),
            r"bad\.amc:8: .*'root' comes twice in frame 1, or frame number 2 is",
        ),
        (replace_line(AMC, 8, "3"), r"bad\.amc:8: expected frame number 2 .*, found '3'"),
        (replace_line(AMC, 8, "1"), r"bad\.amc:8: expected frame number 2 .*, found '1'"),
        (replace_line(AMC, 8, "2", "2"), r"bad\.amc:9: frame 2 lacks joint 'root', found '2'"),
        (
            AMC.replace("1\nroot", "0\nroot", 1),
            r"bad\.amc:4: expected frame number 1 .*, found '0'",
        ),
        (AMC.replace("\n2\n", "\nnan\n"), r"bad\.amc:8: .*no joint 'nan' that turns"),
        (AMC.replace("\n2\n", "\n2.0\n"), r"bad\.amc:8: .*no joint '2\.0' that turns"),
        (
            AMC.replace("shin", "foot"),
            r":7: the skeleton has no joint 'foot' that turns; it has root, th",
        ),
        (AMC.replace("shin 6", "foot 6"), r":11: the skeleton has no joint 'foot' that turns"),
        (AMC.replace("shin", "hip"), r":7: the skeleton has no joint 'hip' that turns"),
        (replace_line(AMC, 7), r":7: frame 1 lacks joint 'shin', found '2' instead"),
        (replace_line(AMC, 10), r":10: frame 2 lacks joint 'thigh', found 'shin' instead"),
        (replace_line(AMC, 7, "shin 4 5", "shin 4 5"), r":8: joint 'shin' comes twice in frame 1"),
        (replace_line(AMC, 11, "thigh 1 2 3"), r":11: joint 'thigh' comes twice in frame 2"),
        (
            AMC.replace("-1 -2 -3", "-1 -2"),
            r":10: expected 3 .*\(thigh\.rx, thigh\.ry, .*found 2 in",
        ),
        (AMC.replace("-1 -2 -3", "1 2 3 4"), r":10: expected 3 finite .*, found 4 in '1 2 3 4'"),
        (AMC.replace("-1 -2 -3", ""), r":10: expected 3 finite .*, found 0 in ''"),
        (AMC.replace("-2 -3", "nan -3"), r":10: expected 3 finite .*, found 'nan'"),
        (AMC.replace("-2 -3", "-inf -3"), r":10: expected 3 finite .*, found '-inf'"),
        (AMC.replace("-2 -3", "1e999 -3"), r":10: expected 3 finite .*, found '1e999'"),
        (AMC.replace("-2 -3", "1_0 -3"), r":10: expected 3 finite .*, found '1_0'"),
        (AMC.replace("-2 -3", "--2 -3"), r":10: expected 3 finite .*, found '--2'"),
        (AMC.replace("root 1.25 2", "root 1,25 2"), r":9: expected 6 finite .*, found '1,25'"),
    ],
)
def test_bad_file_is_rejected_with_its_line(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse(text)


def test_first_of_several_mistakes_is_reported_however_late_it_comes() -> None:
    lines = write_amc(replace(parse(AMC), values=np.ones((500, 11)))).splitlines()
    lines[1204] = lines[1204].replace("1.0", "one", 1)
    lines[1802] = "elbow 1"
    with pytest.raises(FormatError, match=r"bad\.amc:1205: .*found 'one'"):
        parse("\n".join(lines))
