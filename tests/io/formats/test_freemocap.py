"""Tables of FreeMoCap, in small files laid out as versions 1 and 2 write them."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest
from helpers.tool_files import (
    FREEMOCAP_2_BODY,
    FREEMOCAP_2_BY_FRAME,
    FREEMOCAP_BY_FRAME,
    FREEMOCAP_BY_TRAJECTORY,
    FREEMOCAP_WIDE,
)

from kinembed.core.errors import FormatError
from kinembed.io.formats.freemocap import parse_freemocap_csv
from kinembed.io.formats.reader import read_motion
from kinembed.io.sources.folder import acquire_folder
from kinembed.motion.positions import PositionParameters

BODY = [[[1, 2, 1600], [4, 5, 900]], [[7, 8, 1610], [np.nan] * 3], [[10, 11, 1620], [13, 14, 910]]]
FILES = {
    "mediapipe_body_3d_xyz.csv": FREEMOCAP_WIDE,
    "renamed.csv": FREEMOCAP_WIDE,
    "walk_by_trajectory.csv": FREEMOCAP_BY_TRAJECTORY,
    "walk_by_frame.csv": FREEMOCAP_BY_FRAME,
    "freemocap_data_by_frame.csv": FREEMOCAP_2_BY_FRAME,
    "rtmpose_body_3d_xyz.csv": FREEMOCAP_2_BODY,
    "first_body_3d_xyz.csv": FREEMOCAP_WIDE.replace("body_", ""),
}


def parse(text, file="a_3d_xyz.csv"):
    [found] = parse_freemocap_csv(text, file=file)
    return found


@pytest.mark.parametrize("name", FILES)
def test_every_layout_gives_the_same_body(tmp_path, name):
    found = parse(FILES[name], name)
    assert (found.joints, found.up, found.individual) == (("nose", "left_hip"), "z", "")
    np.testing.assert_array_equal(found.values, BODY)
    assert found.frame_rate == (25 if "trajectory" in name else None)
    (tmp_path / name).write_text(FILES[name])
    [file] = acquire_folder(tmp_path).files
    motion = read_motion(str(file.path), trial="a", positions=PositionParameters(frame_rate=30))
    assert motion.values[0].tolist() == [1, 1600, -2, 4, 900, -5]  # y up


def test_the_table_of_all_points_may_be_parquet(tmp_path):
    path = tmp_path / "freemocap_data_by_frame.parquet"
    pd.read_csv(StringIO(FREEMOCAP_2_BY_FRAME)).to_parquet(path)
    motion = read_motion(str(path), trial="a", positions=PositionParameters(frame_rate=30))
    assert motion.skeleton.joints == ("nose", "left_hip")
    assert motion.values[2].tolist() == [10, 1620, -11, 13, 910, -14]
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(FormatError, match="expected a Parquet file"):
        read_motion(str(path), trial="a")


def test_what_is_passed_over_is_said():
    assert parse(FREEMOCAP_BY_TRAJECTORY).notes == ("passed over: com",)
    assert parse(FREEMOCAP_BY_FRAME).notes == ("passed over: mediapipe_com, mediapipe_hand",)
    assert parse(FREEMOCAP_2_BY_FRAME).notes == (
        "passed over: rigid_3d_xyz, segment_center_of_mass, rtmpose.left_hand",
    )
    rigid = FREEMOCAP_2_BY_FRAME.replace(",3d_xyz", ",other")
    assert "passed over: other" in parse(rigid).notes[0]


def test_a_hand_alone_is_read():
    hand = parse(FREEMOCAP_WIDE.replace("body_", "left_hand_"))
    assert hand.joints == ("nose", "left_hip")


def test_times_are_seconds_or_nanoseconds():
    header, *lines = FREEMOCAP_BY_TRAJECTORY.splitlines()
    rows = [f"17000000000{int(line[4:6]):02d}0000000{line[6:]}" for line in lines]
    assert parse("\n".join([header, *rows])).frame_rate == 25
    text = FREEMOCAP_BY_FRAME.replace("0,,{}", "0,5.0,{}").replace("1,,{}", "1,5.02,{}")
    timed = parse(text.replace("2,,{}", "2,5.04,{}"))
    assert (timed.frame_rate, timed.file_frames.tolist()) == (50, [0, 1, 2])
    with pytest.raises(FormatError, match=r"expected 'timestamp' in seconds, found steps of 40"):
        parse(FREEMOCAP_BY_TRAJECTORY.replace("100.04", "140").replace("100.08", "180"))


def test_frames_that_are_left_out_were_not_seen():
    found = parse(FREEMOCAP_2_BODY.replace("\n2,", "\n4,"))
    assert found.file_frames.tolist() == [0, 1, 2, 3, 4]
    assert np.isnan(found.values[2:4]).all()
    assert found.notes == ("2 frames are absent by 'frame': they are not seen",)


def test_a_body_that_stands_along_y_is_doubted():
    lying = pd.read_csv(StringIO(FREEMOCAP_WIDE))
    swapped = lying[[f"{name[:-1]}{'xzy'['xyz'.index(name[-1])]}" for name in lying]]
    text = swapped.set_axis(lying.columns, axis=1).to_csv(index=False)
    assert parse(text).notes == (
        "markers stand along y and z is read as up; if y is, set ingestion.positions.up=y",
    )


def test_the_rate_is_asked_for(tmp_path):
    path = tmp_path / "mediapipe_body_3d_xyz.csv"
    path.write_text(FREEMOCAP_WIDE)
    with pytest.raises(FormatError, match=r"a frame rate, found none; .*positions\.frame_rate"):
        read_motion(str(path), trial="a")


ASIDE = FREEMOCAP_BY_FRAME.replace("mediapipe_body", "mediapipe_face")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FREEMOCAP_WIDE.replace("7,8,1610", "7,x,1610"), ":3: .* column 'body_nose_y', found 'x'"),
        (FREEMOCAP_WIDE.replace("\n7,8,", "\n7,"), ":3: expected 6 columns.* found 5"),
        (FREEMOCAP_WIDE.replace("\n7,8,", "\n7,8,9,"), ":3: expected 6 columns.* found 7"),
        (FREEMOCAP_WIDE.replace("body_nose_z", "body_nose_q"), "joint 'nose' lacks a column"),
        (FREEMOCAP_WIDE.partition("\n")[0] + "\n", "expected rows below the header"),
        (
            FREEMOCAP_2_BODY.replace("1,left_hip", "1,nose"),
            ":5: .* once in a frame, found 'nose' a",
        ),
        (FREEMOCAP_2_BODY.replace("1,left_hip", "1.5,left_hip"), ":5: expected whole numbers"),
        (ASIDE, "positions of one body, found mediapipe_face, mediapipe_com, mediapipe_hand; give"),
        (
            FREEMOCAP_2_BY_FRAME.replace("3d_xyz", "speed"),
            "a trajectory 3d_xyz or rigid_3d_xyz, found speed, rigid_speed, segment_center",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, message):
    with pytest.raises(FormatError, match=message):
        parse(text)


def test_another_table_is_not_taken_for_one_of_freemocap(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("body_x,body_y,body_z\n1,2,3\n")
    motion = read_motion(str(path), trial="a", positions=PositionParameters(frame_rate=30))
    assert motion.values.tolist() == [[1, 2, 3]]
