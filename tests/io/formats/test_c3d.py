"""C3D files, as ezc3d writes them."""

import sys

import numpy as np
import pytest
from helpers.position_files import JOINTS, body, c3d_file

from kinembed.core.errors import FormatError
from kinembed.io.formats.c3d import _notes, parse_c3d
from kinembed.io.formats.reader import read_motion, read_motions
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.positions import PositionParameters
from kinembed.motion.visibility import Point

pytestmark = pytest.mark.usefixtures("quick_children")

pytest.importorskip("ezc3d", reason="ezc3d is not installed: it is in the extra pose")


@pytest.fixture
def positions():
    """Up is z, as in most C3D files."""
    x, y, z = np.moveaxis(forward_kinematics(body()), -1, 0)
    return np.stack([x, -z, y], axis=-1)


def read(path, **parameters):
    return read_motion(str(path), trial="a", positions=PositionParameters(**parameters))


def test_markers_come_back_with_y_up(tmp_path, positions):
    path = c3d_file(tmp_path / "a.c3d", positions, JOINTS)
    motion = read(path.rename(tmp_path / "A.C3D"))
    assert (motion.frame_rate, motion.skeleton.joints) == (100.0, JOINTS)
    np.testing.assert_allclose(
        forward_kinematics(motion), forward_kinematics(body()), rtol=1e-6, atol=1e-5
    )


def test_what_is_no_marker_is_left_out(tmp_path, positions):
    labels = ("root", "lhand", "*7", "LKneeAngles", "rfoot")
    path = c3d_file(tmp_path / "a.c3d", positions, labels, ANGLES=["LKneeAngles"])
    assert read(path).skeleton.joints == ("root", "lhand", "rfoot")


def test_occluded_markers_are_gaps(tmp_path, positions, caplog):
    residuals = np.zeros(positions.shape[:2])
    residuals[10:13, 1] = -1
    path = c3d_file(tmp_path / "a.c3d", positions, JOINTS, residuals=residuals)
    motion = read(path)
    between = np.linspace(positions[9, 1, 2], positions[13, 1, 2], 5)
    np.testing.assert_allclose(motion.values[9:14, 4], between, rtol=1e-5)
    assert "3 of 200 points" in caplog.text
    masked = read(path, longest_gap_s=0.02).visibility.points
    assert np.argwhere(masked == Point.MASKED).tolist() == [[10, 1], [11, 1], [12, 1]]


def test_the_second_marker_of_a_name_is_numbered(tmp_path, positions, caplog):
    path = c3d_file(tmp_path / "a.c3d", positions, ("a", "b", "c", "b", "d"))
    assert read(path).skeleton.joints == ("a", "b", "c", "b-2", "d")
    assert "markers of one name are numbered: b (now b-2)" in caplog.text


def test_a_number_that_another_marker_bears_is_not_given(tmp_path, positions):
    path = c3d_file(tmp_path / "a.c3d", positions, ("b", "b-2", "b", "b", "d"))
    assert read(path).skeleton.joints == ("b", "b-2", "b-3", "b-4", "d")


def test_spare_labels_and_points_without_one_are_said():
    assert _notes(8, 6) == ("2 labels have no point and are passed over",)
    assert _notes(5, 6) == ("1 points have no label and are left out",)
    assert _notes(6, 6) == ()


def test_two_people_in_one_file_are_two_individuals(tmp_path, positions):
    both = np.concatenate([positions, positions + 1000], axis=1)
    labels = [*(f"Ann:{joint}" for joint in JOINTS), *(f"Bob:{joint}" for joint in JOINTS)]
    path = c3d_file(tmp_path / "a.c3d", both, labels)
    ann, bob = read_motions(str(path), trial="a", positions=PositionParameters())
    assert (ann.trial, bob.trial) == ("a/Ann", "a/Bob")
    assert ann.skeleton.joints == bob.skeleton.joints == JOINTS
    apart = np.tile([1000, 1000, -1000], (40, 5))
    np.testing.assert_allclose(bob.values - ann.values, apart, atol=1e-3)


SUBJECTS = {"NAMES": ["Ann", "Bob"], "LABEL_PREFIXES": ["A_", "B_"]}


def test_the_file_says_what_labels_of_its_subjects_begin_with(tmp_path, positions):
    both = np.concatenate([positions, positions + 1000], axis=1)
    labels = [*(f"A_{joint}" for joint in JOINTS), *(f"B_{joint}" for joint in JOINTS)]
    path = c3d_file(tmp_path / "a.c3d", both, labels, subjects=SUBJECTS)
    ann, bob = read_motions(str(path), trial="a", positions=PositionParameters())
    assert (ann.trial, bob.trial) == ("a/Ann", "a/Bob")
    assert ann.skeleton.joints == bob.skeleton.joints == JOINTS
    alone = {name: texts[:1] for name, texts in SUBJECTS.items()}
    path = c3d_file(tmp_path / "b.c3d", positions, labels[:5], subjects=alone)
    [found] = parse_c3d(path.read_bytes(), file="b.c3d")
    assert (found.individual, found.joints) == ("", tuple(labels[:5]))


def test_the_same_markers_in_another_order_have_the_same_positions(tmp_path, positions):
    one = read(c3d_file(tmp_path / "a.c3d", positions, JOINTS))
    other = read(c3d_file(tmp_path / "b.c3d", positions[:, ::-1], JOINTS[::-1]))
    assert other.skeleton.joints == JOINTS[::-1]
    backwards = forward_kinematics(other)[:, ::-1]
    np.testing.assert_array_equal(backwards, forward_kinematics(one))


@pytest.mark.parametrize("screen", ["+Y", "+Z", "Z", "+X", "down"])
def test_the_axis_that_points_up_is_that_of_the_screen(tmp_path, positions, screen):
    path = c3d_file(tmp_path / "a.c3d", positions, JOINTS, Y_SCREEN=[screen])
    [found] = parse_c3d(path.read_bytes(), file="a.c3d")
    assert found.up == ("y" if screen == "+Y" else "z")
    assert len(found.notes) == (screen == "+Y")


def test_frames_are_numbered_as_the_trial_does(tmp_path, positions):
    path = c3d_file(tmp_path / "a.c3d", positions, JOINTS, trial=[7 - 2**16, 1])
    [found] = parse_c3d(path.read_bytes(), file="a.c3d")
    assert found.file_frames.tolist() == list(range(2**16 + 7, 2**16 + 47))


def test_bad_formatting_is_passed_over_and_said(tmp_path, positions):
    content = c3d_file(tmp_path / "a.c3d", positions, JOINTS).read_bytes()
    [right] = parse_c3d(content, file="a.c3d")
    at = content.index(b"POINT") + len("POINT")  # where the next parameter begins, in bytes
    [found] = parse_c3d(content[:at] + b"\1" + content[at + 1 :], file="a.c3d")
    assert found.joints == right.joints
    np.testing.assert_array_equal(found.values, right.values)
    assert "ignore_bad_formatting" in found.notes[0]


def test_a_file_of_another_processor_is_named(tmp_path, positions):
    content = bytearray(c3d_file(tmp_path / "a.c3d", positions, JOINTS).read_bytes())
    content[(content[0] - 1) * 512 + 3] = 86
    with pytest.raises(FormatError, match=r"a\.c3d: the file was written for a MIPS processor"):
        parse_c3d(bytes(content), file="a.c3d")


def test_a_file_that_crashes_its_reader_is_refused(tmp_path, positions):
    content = bytearray(c3d_file(tmp_path / "a.c3d", positions, JOINTS).read_bytes())
    content[512:1024] = bytes([255]) * 512
    with pytest.raises(FormatError, match=r"a\.c3d: expected a C3D file, but "):
        parse_c3d(bytes(content), file="a.c3d")


def test_a_header_that_says_more_than_the_file_holds_is_refused(tmp_path, positions):
    content = bytearray(c3d_file(tmp_path / "a.c3d", positions, JOINTS).read_bytes())
    content[2:4] = b"\xff\x7f"
    with pytest.raises(FormatError, match="expected 40 frames of 32767 points, as the header"):
        parse_c3d(bytes(content), file="a.c3d")


def test_zeros_are_not_seen(tmp_path, positions):
    hidden = positions.copy()
    hidden[5:35, 1] = 0
    path = c3d_file(tmp_path / "a.c3d", hidden, JOINTS)
    points = read(path).visibility.points
    assert np.flatnonzero(points[:, 1] == Point.MASKED).tolist() == list(range(5, 35))
    assert (points[:, [0, 2, 3, 4]] == Point.SEEN).all()


@pytest.mark.parametrize("kept", [0, 1, 511, 600, 1024, -1000])  # -1000: whole frames
def test_a_file_that_is_cut_off_is_refused(tmp_path, positions, kept):
    path = c3d_file(tmp_path / "a.c3d", positions, JOINTS)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(FormatError, match=r"a\.c3d: expected (a C3D file|content|40 frames)"):
        read(path)


def test_something_else_is_refused(tmp_path):
    path = tmp_path / "a.c3d"
    path.write_bytes(b"x" * 2000)
    with pytest.raises(FormatError, match=r"a\.c3d: expected a C3D file, found something else"):
        read(path)


def test_what_to_install_is_said(tmp_path, positions, monkeypatch):
    path = c3d_file(tmp_path / "a.c3d", positions, JOINTS)
    monkeypatch.setitem(sys.modules, "ezc3d", None)
    with pytest.raises(FormatError, match=r"'ezc3d', .*not installed: pip install 'kinembed\[pose"):
        read(path)
