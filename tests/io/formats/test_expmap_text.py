from dataclasses import replace

import numpy as np
import pytest

from kinembed.core.errors import DataError, FormatError
from kinembed.io.formats.expmap_text import column_count, parse_expmap_text, write_expmap_text
from kinembed.motion.channels import expmap_channels
from kinembed.motion.layouts.skeletons import cmu_bvh_skeleton, h36m_skeleton
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.skeleton import Skeleton

TREE = Skeleton(
    joints=("root", "leg", "leg_end", "arm"),
    parents=(-1, 0, 1, 0),
    offsets=np.zeros((4, 3)),
    axes=np.tile(np.eye(3), (4, 1, 1)),
    rotation_orders=("zyx", "zyx", "", "zyx"),
)
REST = "1,2,3,0,-0,0,7,8,9,-0,-0,0,10,11,12\n"
FIRST = "1.5,2,3,.1,.2,.3,.4,.5,.6,0,-0,0,.7,.8,.9\n"
SECOND = "2.5, 2, 3, 1e-1, 2e-1, 3e-1, 4, 5, 6, 0, 0, 0, 7, 8, 9\n"
VALUES = [
    [1.5, 2, 3, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    [2.5, 2, 3, 0.1, 0.2, 0.3, 4, 5, 6, 7, 8, 9],
]


def parse(text: str, *, rest_pose_row: bool = False) -> Motion:
    return parse_expmap_text(
        text,
        file="bad.txt",
        trial="tiny",
        skeleton=TREE,
        frame_rate=120.0,
        rest_pose_row=rest_pose_row,
    )


def test_columns_of_end_joints_are_dropped() -> None:
    motion = parse(FIRST + SECOND)
    np.testing.assert_array_equal(motion.values, VALUES)
    names = [f"{joint}.e{axis}" for joint in ("root", "leg", "arm") for axis in "xyz"]
    assert motion.channels == ("root.tx", "root.ty", "root.tz", *names)
    assert (motion.representation, motion.frame_rate) == (Representation.EXPMAP, 120.0)
    assert motion.skeleton == TREE


def test_rest_pose_is_dropped_after_a_check() -> None:
    np.testing.assert_array_equal(parse(REST + FIRST + SECOND, rest_pose_row=True).values, VALUES)
    assert len(parse(REST + FIRST + SECOND)) == 3
    with pytest.raises(FormatError, match=r"bad\.txt:1: expected the rest pose before the first"):
        parse(FIRST + SECOND, rest_pose_row=True)
    with pytest.raises(FormatError, match="expected frames after the rest pose, found none"):
        parse(REST, rest_pose_row=True)


def test_published_layouts_have_117_and_99_columns() -> None:
    assert column_count(cmu_bvh_skeleton()) == 117
    assert column_count(h36m_skeleton()) == 99
    assert len(expmap_channels(cmu_bvh_skeleton())) == 96
    assert len(expmap_channels(h36m_skeleton())) == 99


def test_motion_survives_being_written() -> None:
    motion = parse(FIRST)
    random = replace(motion, values=np.random.default_rng(0).normal(size=(4, 12)))
    text = write_expmap_text(random)
    np.testing.assert_array_equal(parse(text).values, random.values)
    assert [row.split(",")[9:12] for row in text.splitlines()] == [["0.0", "0.0", "0.0"]] * 4


def test_euler_angles_cannot_be_written() -> None:
    with pytest.raises(DataError, match="exp-map text holds the representation 'expmap'"):
        write_expmap_text(replace(parse(FIRST), representation=Representation.EULER))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"bad\.txt: expected text, but the file is empty"),
        ("1,\0", r"bad\.txt:1: expected text, found binary data"),
        (FIRST + SECOND[:20], r"bad\.txt:2: expected 15 columns of finite numbers .*, found 5 in"),
        (FIRST + "\n" + SECOND.replace(", 9", ""), r"bad\.txt:3: expected 15 .* found 14 in '2.5"),
        (FIRST + SECOND.replace("9", "9, 10"), r"bad\.txt:2: expected 15 columns .* found 16 in"),
        (FIRST.replace(",", " "), r"bad\.txt:1: expected 15 columns .* found 1 in"),
        (FIRST.replace(",", ";"), r"bad\.txt:1: expected 15 columns .* found 1 in"),
        (
            FIRST + SECOND.replace("7", "NaN"),
            r"bad\.txt:2: .* 3 for each of 4 joints\), found 'NaN'",
        ),
        (FIRST + SECOND.replace("7", "Inf"), r"bad\.txt:2: expected 15 columns .*, found 'Inf'"),
        (FIRST + SECOND.replace("7", ""), r"bad\.txt:2: expected 15 columns .*, found ''"),
        (
            FIRST.replace(",0,-0,0,", ",0,.5,0,"),
            r"bad\.txt:1: expected 0 in column 11, as the end ",
        ),
        (
            FIRST + "\n" + FIRST.replace("-0,", "9,"),
            r":3: .*'leg_end' cannot turn, found 9; is this",
        ),
    ],
)
def test_bad_file_is_rejected_with_its_line(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse(text)
