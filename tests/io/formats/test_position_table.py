"""Tables of joint positions: what is read, and what is refused and where."""

import logging
import re
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from helpers.position_files import body

from kinembed.core.errors import FormatError
from kinembed.io.formats.position_table import write_position_csv, write_position_parquet
from kinembed.io.formats.reader import read_motion, read_motions
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Representation
from kinembed.motion.positions import PositionParameters, picture_plane
from kinembed.motion.visibility import Point

RATE = PositionParameters(frame_rate=30)
SIDE = PositionParameters(frame_rate=30, view="side")


def read(folder, content, name="a.csv", positions=RATE):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_motion(str(path), trial="a", positions=positions)


@pytest.mark.parametrize(
    ("name", "write"), [("a.csv", write_position_csv), ("a.parquet", write_position_parquet)]
)
def test_positions_come_back_exactly(tmp_path, name, write):
    motion = body()
    again = read(tmp_path, write(motion), name)
    assert again.representation is Representation.POSITIONS
    assert (again.channels, again.frame_rate) == (motion.channels, 50.0)
    assert again.skeleton.links == motion.skeleton.links
    np.testing.assert_allclose(again.skeleton.offsets, motion.skeleton.offsets, atol=1e-12)
    np.testing.assert_array_equal(again.values, motion.values)


def test_columns_may_come_in_any_order_and_joints_have_any_name(tmp_path):
    header = "le ft.1_y,frame,<script>_x,le ft.1_x,<script>_y\n"
    motion = read(tmp_path, header + "1,7,2,3,4\n 5 ,8,6,7e0,8\n")
    assert motion.skeleton.joints == ("le ft.1", "<script>")
    # A camera above looks down: x stays x, y goes towards the viewer.
    np.testing.assert_array_equal(
        forward_kinematics(motion), [[[3, 0, 1], [2, 0, 4]], [[7, 0, 5], [6, 0, 8]]]
    )
    assert motion.frame_rate == 30


@pytest.mark.parametrize(
    ("up", "expected"),
    [("y", [1, 2, 3]), ("-y", [1, -2, -3]), ("z", [1, 3, -2]), ("-z", [1, -3, 2])],
)
def test_the_axis_that_points_up_becomes_y_and_left_stays_left(tmp_path, up, expected):
    content = "a_x,a_y,a_z\n1,2,3\n"
    motion = read(tmp_path, content, positions=PositionParameters(frame_rate=30, up=up))
    assert motion.values.tolist() == [expected]


@pytest.mark.parametrize(
    ("step", "rate"), [(1 / 120, 120.0), (1 / 29.97, 29.97), (1 / 3, 3.0), (0.0333, 30.03)]
)
def test_a_column_of_times_says_the_rate_before_the_parameter(tmp_path, step, rate):
    rows = "".join(f"{row * step:.6f},{row},0\n" for row in range(50))
    assert read(tmp_path, f"Time_s,a_x,a_y\n{rows}").frame_rate == pytest.approx(rate, rel=1e-4)


def test_short_gaps_are_interpolated_and_said(tmp_path, caplog):
    content = "a_x,a_y\n,\n1,2\nnan,3\n3,4\n4,\n"
    motion = read(tmp_path, content, positions=SIDE)
    assert motion.values[:, 0].tolist() == [1, 1, 2, 3, 3]
    assert motion.values[:, 1].tolist() == [-2, -2, -3, -4, -4]
    [line] = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    assert re.search(r"a\.csv: 3 of 5 points \(60 %\) were not seen: 3 are interpolated", line)


def test_the_share_of_what_was_not_seen_is_no_power_of_ten(tmp_path, caplog):
    read(tmp_path, "a_x,a_y\n1,2\n" + ",\n" * 400)
    assert "(99.8 %) were not seen" in caplog.text
    read(tmp_path, "a_x,a_y\n1,2\n" + ",\n" * 4000)
    assert "(100 %) were not seen" in caplog.text


def test_long_gaps_stay_masked(tmp_path):
    content = "a_x,a_y,b_x,b_y\n" + "1,2,3,4\n" * 5 + "1,2,,\n" * 9 + "1,2,3,4\n"
    motion = read(tmp_path, content)
    assert motion.visibility.points[:, 1].tolist() == [0] * 5 + [Point.MASKED] * 9 + [0]
    assert np.flatnonzero(~motion.seen).tolist() == list(range(5, 14))
    longer = PositionParameters(frame_rate=30, longest_gap_s=0.3)
    assert read(tmp_path, content, positions=longer).seen.all()


def test_zeros_at_the_origin_are_not_seen_unless_a_joint_is_always_there(tmp_path):
    content = "a_x,a_y,b_x,b_y\n" + "1,2,0,0\n" * 3 + "0,0,0,0\n" * 4 + "3,2,0,0\n"
    motion = read(tmp_path, content)
    assert motion.visibility.points[:, 0].tolist() == [0, 0, 0, 1, 1, 1, 1, 0]
    assert (motion.visibility.points[:, 1] == 0).all()
    assert motion.values[3:7, 0].tolist() == pytest.approx([1.4, 1.8, 2.2, 2.6])


def test_minus_one_is_not_seen_where_a_joint_is_mostly_elsewhere(tmp_path):
    content = "a_x,a_y,b_x,b_y\n" + "1,-1,-1,-1\n" * 3 + "-1,-1,-1,-1\n" * 2 + "4,-1,5,5\n"
    motion = read(tmp_path, content)
    assert motion.visibility.points[:, 0].tolist() == [0, 0, 0, 1, 1, 0]
    assert (motion.visibility.points[:, 1] == 0).all()
    assert motion.values[3:5, 0].tolist() == pytest.approx([2, 3])


def test_a_camera_is_taken_to_be_above(tmp_path):
    above = read(tmp_path, "a_x,a_y\n1,2\n")
    assert above.values.tolist() == [[1, 0, 2]]
    side = read(tmp_path, "a_x,a_y\n1,2\n", positions=SIDE)
    assert side.values.tolist() == [[1, -2, 0]]
    assert (picture_plane(above), picture_plane(side)) == ("top", "side")


def test_rates_may_differ_by_the_names_of_recordings(tmp_path):
    rates = PositionParameters(frame_rate=30, frame_rates={"b*": 60, "a*": 90})
    assert read(tmp_path, "a_x,a_y\n1,2\n", positions=rates).frame_rate == 90


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a_x,a_y\n", r":1: expected rows below the header"),
        ("", r": expected content, but the file is empty"),
        ("a_x,a_y\n1,2\n\n3\n", r":4: expected 2 columns, as the first line has, found 1 in '3'"),
        ("a_x,a_y\n1,2\n3,4,5\n", r":3: expected 2 columns.*found 3"),
        ("a_x,a_y\n1,2\n3,4e\n", r":3: expected a number in column 2 \(a_y\), found '4e'"),
        ("a_x,a_y\n1,2\n3,inf\n", r":3: expected a number in column 2 \(a_y\), found 'inf'"),
        ("a_x,a_y\n1_0,2\n", r":2: expected a number in column 1 \(a_x\), found '1_0'"),
        ("a_x,a_y\n1,0x10\n", r":2: expected a number in column 2"),
        (
            "a_x,a_y\n1,1e300\n",
            r": expected a position up to 1e\+09, found 1e\+300 in frame 0, 'a', axis y",
        ),
        ("a_x,a_y\n1,\x002\n", r":2: expected text, found binary data"),
        ("a_x,a_y,a_x\n1,2,3\n", r":1: column 3, 'a_x', comes twice"),
        ("a_x,a_y,b_x\n1,2,3\n", r":1: joint 'b' lacks a column b_y"),
        ("a_x,a_y,b_x,b_y,b_z\n1,2,3,4,5\n", r":1: joint 'a' lacks a column a_z"),
        ("time,frame\n0,0\n1,1\n", r":1: expected columns <joint>_x and <joint>_y, found none"),
        ("frame,a_x,a_y\n,1,2\n", r":2: expected whole numbers that rise in 'frame'"),
        ("frame,a_x,a_y\n1,1,2\n1,1,2\n", r":3: .*found 1 after 1"),
        ("time,a_x,a_y\n0,1,2\n", r": expected two rows or more for a frame rate"),
        ("time,a_x,a_y\n0,1,2\n33,1,2\n66,1,2\n", r":2: expected 'time' in seconds, found steps"),
        ("time,a_x,a_y\n0,1,2\n0,1,2\n0,1,2\n", r":4: expected 'time' to rise"),
        ("time,a_x,a_y\n0,1,2\n,1,2\n", r":3: expected 'time' to rise"),
        ("a_x,a_y\n,\n,\n", r": no joint is seen in any frame"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, content, message):
    parameters = PositionParameters(frame_rate=30, longest_gap_s=0)
    with pytest.raises(FormatError, match=f"a\\.csv{message}"):
        read(tmp_path, content, positions=parameters)


def test_a_rate_that_is_nowhere_is_asked_for(tmp_path):
    with pytest.raises(FormatError, match=r"a\.csv: expected a frame rate.*positions\.frame_rate"):
        read(tmp_path, "a_x,a_y\n1,2\n", positions=PositionParameters())


def test_other_columns_are_passed_over_and_named(tmp_path, caplog):
    content = ",a_x,a_y,a_error,a_score,M_00,fnum\n0,1,2,9,0.9,1,7\n1,3,4,9,0.2,1,8\n"
    motion = read(tmp_path, content, positions=SIDE)
    assert motion.skeleton.joints == ("a",)
    assert "columns passed over: 'a_error', 'M_00'" in caplog.text
    assert motion.visibility.confidence[:, 0].tolist() == [0.9, 0]
    assert motion.frame_numbers.tolist() == [7, 8]


@pytest.mark.parametrize(
    "content",
    [
        "a.x,a.y,b.x,b.y\n1.5,2,3,4\n5,6,7,8\n",
        "a x,a y,b x,b y\n1.5,2,3,4\n5,6,7,8\n",
        "a_X,a_Y,b_X,b_Y\n1.5,2,3,4\n5,6,7,8\n",
        "a_x;a_y;b_x;b_y\n1,5;2;3;4\n5;6;7;8\n",
        "a_x\ta_y\tb_x\tb_y\n1.5\t2\t3\t4\n5\t6\t7\t8\n",
        "frame,joint,x,y\n0,a,1.5,2\n0,b,3,4\n1,b,7,8\n1,a,5,6\n",
        "keypoint,frame,y,x,likelihood\na,3,2,1.5,1\nb,3,4,3,1\na,4,6,5,1\nb,4,8,7,1\n",
    ],
)
def test_columns_are_written_in_many_ways(tmp_path, content):
    motion = read(tmp_path, content, positions=SIDE)
    assert motion.skeleton.joints == ("a", "b")
    assert motion.values.tolist() == [[1.5, -2, 0, 3, -4, 0], [5, -6, 0, 7, -8, 0]]


def test_a_column_of_tracks_makes_individuals(tmp_path):
    content = "track,frame_idx,a.x,a.y,a.score\nann,0,1,2,1\nbob,5,3,4,1\nann,1,5,6,1\n"
    path = tmp_path / "a.csv"
    path.write_text(content)
    ann, bob = read_motions(str(path), trial="a", positions=SIDE)
    assert (ann.trial, bob.trial) == ("a/ann", "a/bob")
    assert (ann.frame_numbers.tolist(), bob.frame_numbers.tolist()) == ([0, 1], [5])


def test_the_joints_of_a_table_are_said_once(tmp_path, caplog):
    caplog.set_level("INFO", logger="kinembed")
    content = "animal,frame,nose_x,nose_y,speed_x,speed_y\nann,0,1,2,0,1\nbob,0,3,4,0,1\n"
    (tmp_path / "a.csv").write_text(content)
    read_motions(str(tmp_path / "a.csv"), trial="a", positions=SIDE)
    assert [each for each in caplog.messages if "speed" in each] == [
        f"{tmp_path / 'a.csv'}: its joints are nose, speed"
    ]


def test_an_individual_that_is_seldom_seen_has_the_rate_of_all(tmp_path):
    rows = [f"ann,{frame},{frame},2" for frame in range(5)]
    rows += [f"bob,{frame},{frame},4" for frame in (0, 2, 4)]
    (tmp_path / "a.csv").write_text("\n".join(["track,frame,a_x,a_y", *rows]))
    ann, bob = read_motions(str(tmp_path / "a.csv"), trial="a", positions=SIDE)
    assert ann.frame_rate == bob.frame_rate == SIDE.frame_rate
    assert len(bob) == 5
    assert bob.visibility.points[:, 0].tolist() == [0, 1, 0, 1, 0]


def test_the_long_form_needs_frames_and_each_joint_once(tmp_path):
    with pytest.raises(FormatError, match="expected a column of frame numbers or times"):
        read(tmp_path, "joint,x,y\na,1,2\n")
    with pytest.raises(FormatError, match=r":3: expected a joint once in a frame, found 'a' again"):
        read(tmp_path, "frame,joint,x,y\n0,a,1,2\n0,a,1,2\n")


def test_two_tables_one_after_the_other_are_said_where_the_second_begins(tmp_path):
    rows = "0,a,1,2\n0,b,3,4\n1,a,5,6\n1,b,7,8\n"
    with pytest.raises(FormatError, match=r"csv:6: .*found 'a' again, first in line 2"):
        read(tmp_path, f"frame,joint,x,y\n{rows}{rows}")


def test_frames_that_are_absent_are_gaps(tmp_path):
    motion = read(tmp_path, "frame,a_x,a_y\n0,1,2\n1,2,3\n4,5,6\n", positions=SIDE)
    assert motion.visibility.points[:, 0].tolist() == [0, 0, 1, 1, 0]
    assert motion.values[:, 0].tolist() == [1, 2, 3, 4, 5]


def parquet(**columns):
    stream = BytesIO()
    pd.DataFrame(columns).to_parquet(stream, index=False)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PAR1 and no more", r"expected a Parquet file"),
        (parquet(a_x=[1.0], a_y=[2.0])[:-20], r"expected a Parquet file"),
        (parquet(a_x=[1.0], a_y=["2"]), r"expected numbers in column 'a_y', found .*string"),
        (parquet(a_x=[1.0], a_z=[2.0]), r"joint 'a' lacks a column a_y"),
        (parquet(a_x=[], a_y=[]), r"expected columns with at least one row|expected numbers"),
        (
            parquet(a_x=[1.0, np.inf], a_y=[1, 2]),
            r"expected a position up to 1e.09, found inf in frame 1",
        ),
    ],
)
def test_a_parquet_file_is_checked_alike(tmp_path, content, message):
    with pytest.raises(FormatError, match=f"a\\.parquet.*{message}"):
        read(tmp_path, content, "a.parquet")


def test_nulls_and_integers_of_parquet_are_read(tmp_path):
    content = parquet(a_x=pd.array([1, None, 3], dtype="Int64"), a_y=[1, 2, 3])
    assert read(tmp_path, content, "a.parquet").values[:, 0].tolist() == [1, 2, 3]


NAMED = PositionParameters(frame_rate=20, up="z", columns=["nose", "tail base"])


def test_a_table_of_numbers_has_the_joints_that_are_named(tmp_path):
    motion = read(tmp_path, "1,2,3,4,5,6\n1,2,3,4,5,7\n", positions=NAMED)
    assert (motion.skeleton.joints, motion.frame_rate) == (("nose", "tail base"), 20)
    np.testing.assert_allclose(forward_kinematics(motion)[:, 1], [[4, 6, -5], [4, 7, -5]])
    flat = NAMED.model_copy(update={"up": None, "view": "top"})
    assert picture_plane(read(tmp_path, "1;2;4;5\n1;2;4;6\n", positions=flat)) == "top"


def test_named_joints_change_no_table_that_has_a_header(tmp_path):
    content = "time,a_x,a_y,a_z\n0,1,2,3\n0.1,1,2,4\n"
    assert read(tmp_path, content, positions=NAMED).skeleton.joints == ("a",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("1,2,3,4,5\n", r":1: expected 4 or 6 columns, of the 2 joints that .*, found 5"),
        ("1,2,3,4,5,6\n1,2\n", r":2: expected 6 columns, as the first line has, found 2"),
        ("1,2,3,4,5,6\n1,2,3,x,5,6\n", r":2: expected a number in column 4 \(tail base_x\)"),
    ],
)
def test_a_table_that_does_not_fit_the_named_joints_is_refused(tmp_path, content, message):
    with pytest.raises(FormatError, match=message):
        read(tmp_path, content, positions=NAMED)
