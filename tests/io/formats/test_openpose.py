"""OpenPose's keypoints: a file per frame, or one for all."""

import json

import numpy as np
import pytest
from helpers.tool_files import OPENPOSE_POINTS, openpose_frame, openpose_person, write_openpose

from kinembed.core.errors import FormatError
from kinembed.io.formats.openpose import JOINTS, parse_openpose
from kinembed.io.formats.reader import read_motion, read_motions
from kinembed.io.sources.folder import acquire_folder
from kinembed.motion.positions import PositionParameters

RATE = PositionParameters(frame_rate=30, least_confidence=0.0)


def parse(*frames):
    return parse_openpose(json.dumps(list(frames)), file="a.json")


@pytest.mark.parametrize("joints", [25, 18, 15])
def test_joints_of_every_model_come_back(joints):
    [found] = parse(*(openpose_frame(openpose_person(row, -1, joints)) for row in range(6)))
    assert (found.individual, found.joints) == ("", JOINTS[joints])
    np.testing.assert_array_equal(found.values, OPENPOSE_POINTS[:, :joints, :2])
    np.testing.assert_array_equal(found.confidence, OPENPOSE_POINTS[:, :joints, 2])
    assert len(set(found.joints)) == joints


def test_zeros_and_frames_without_people_are_not_seen():
    hidden = openpose_person(0)
    hidden["pose_keypoints_2d"][:3] = [0, 0, 0]
    [found] = parse(openpose_frame(hidden), openpose_frame(), openpose_frame(openpose_person(2)))
    assert np.isnan(found.values[0, 0]).all()
    assert np.isnan(found.values[1]).all()
    np.testing.assert_array_equal(found.values[2], OPENPOSE_POINTS[2, :, :2])


def test_points_in_three_dimensions_are_read():
    solid = np.random.default_rng(0).uniform(1, 100, (25, 4))
    one = {"pose_keypoints_2d": [], "pose_keypoints_3d": solid.ravel().tolist()}
    [found] = parse(openpose_frame(one))
    np.testing.assert_array_equal(found.values[0], solid[:, :3])


def test_numbered_persons_are_individuals_and_hands_are_passed_over():
    hands = {"hand_left_keypoints_2d": [1.0] * 63}
    frames = [
        openpose_frame(openpose_person(row, 7, **hands), openpose_person(5 - row, 3))
        for row in range(6)
    ]
    three, seven = parse(*frames)
    assert (three.individual, seven.individual) == ("person_3", "person_7")
    np.testing.assert_array_equal(seven.values, OPENPOSE_POINTS[..., :2])
    np.testing.assert_array_equal(three.values, OPENPOSE_POINTS[::-1, :, :2])
    assert three.notes == ("passed over: hand_left_keypoints_2d",)


def test_a_folder_with_a_file_per_frame_is_one_recording(tmp_path):
    write_openpose(
        tmp_path, {number: openpose_frame(openpose_person(number)) for number in (0, 1, 2, 4, 5)}
    )
    write_openpose(
        tmp_path,
        {number: openpose_frame(openpose_person(number)) for number in (0, 1)},
        trial="walk_2",
    )
    (tmp_path / "camera.json").write_text('{\n"width": 3}')
    acquired = acquire_folder(tmp_path)
    assert [file.name for file in acquired.files] == ["walk", "walk_2"]
    [absent] = acquired.absent
    assert absent.reason == (
        "camera.json names no people or landmarks, so it is not taken for a recording"
    )
    walk = acquired.files[0]
    motion = read_motion(str(walk.path), trial="walk", positions=RATE)
    assert (len(motion), motion.frame_rate) == (6, 30)
    assert not motion.visibility.points[:3].any()
    write_openpose(tmp_path, {5: openpose_frame(openpose_person(0))})
    assert acquire_folder(tmp_path).files[0].sha256 != walk.sha256


def test_one_file_for_all_frames_is_one_recording(tmp_path):
    text = json.dumps([openpose_frame(openpose_person(row)) for row in range(6)])
    (tmp_path / "walk.json").write_text(text)
    [motion] = read_motions(str(tmp_path / "walk.json"), trial="walk", positions=RATE)
    assert len(motion) == 6


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (
            [openpose_frame(), openpose_frame(openpose_person(0, -1), openpose_person(1, -1))],
            "2 persons in frame 1, and no numbers",
        ),
        ([openpose_frame(openpose_person(0, 1), openpose_person(1, 1))], "2 persons in frame 0"),
        ([openpose_frame()], "expected a person in some frame, found none"),
        ([], "expected at least one frame"),
        ([{"version": 1}], "expected 'people' in frame 0, found version"),
        (
            [openpose_frame(openpose_person(0, joints=7))],
            "expected 75, 54, 45 numbers .* of frame 0, found 21",
        ),
        (
            [openpose_frame({"pose_keypoints_2d": ["1"] * 75})],
            'numbers in .* of frame 0, found "1"',
        ),
        (
            [openpose_frame(openpose_person(0)), openpose_frame(openpose_person(0, joints=18))],
            "joints of one model in all frames",
        ),
        ([3], "expected an object as frame 0, found 3"),
    ],
)
def test_what_is_wrong_is_said_with_its_frame(frames, message):
    with pytest.raises(FormatError, match=message):
        parse(*frames)


def test_a_frame_that_is_broken_is_named(tmp_path):
    write_openpose(tmp_path, {0: openpose_frame(openpose_person(0)), 1: {}})
    with pytest.raises(FormatError, match="expected 'people' in frame 1"):
        read_motion(
            str(tmp_path / "walk_000000000000_keypoints.json"), trial="walk", positions=RATE
        )
