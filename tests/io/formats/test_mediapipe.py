"""Landmarks of MediaPipe as JSON."""

import json

import numpy as np
import pytest
from helpers.tool_files import LANDMARKS, mediapipe_landmarks

from kinembed.core.errors import FormatError
from kinembed.io.formats.mediapipe import JOINTS, parse_mediapipe
from kinembed.io.formats.reader import read_motion


def parse(content):
    [found] = parse_mediapipe(json.dumps(content), file="a.json")
    return found


@pytest.mark.parametrize("key", ["pose_world_landmarks", "worldLandmarks"])
@pytest.mark.parametrize("nested", [False, True])
def test_world_landmarks_are_read_where_all_poses_have_them(key, nested):
    frames = [
        {
            key: [mediapipe_landmarks(row)] if nested else mediapipe_landmarks(row),
            "landmarks": mediapipe_landmarks(4 - row),
        }
        for row in range(5)
    ]
    found = parse({"fps": 25, "frames": [*frames, {"landmarks": []}, None]})
    assert (found.joints, found.frame_rate, found.up) == (JOINTS, 25.0, "-y")
    np.testing.assert_array_equal(found.values[:5], LANDMARKS[..., :3])
    np.testing.assert_array_equal(found.confidence[:5], LANDMARKS[..., 3])
    assert np.isnan(found.values[5:]).all()
    assert "measured from the hips" in found.notes[0]


def test_landmarks_of_the_picture_become_pixels_where_its_size_is_given():
    frames = [{"pose_landmarks": mediapipe_landmarks(row)} for row in range(5)]
    shares = parse(frames)
    np.testing.assert_array_equal(shares.values, LANDMARKS[..., :2])
    assert "shares of the picture's width" in shares.notes[0]
    found = parse({"width": 640, "height": 480, "frames": frames})
    np.testing.assert_array_equal(found.values, LANDMARKS[..., :2] * [640, 480])
    assert (found.notes, found.frame_rate) == ((), None)


def test_frames_may_be_arrays_and_have_times():
    bare = parse(LANDMARKS.tolist())
    np.testing.assert_array_equal(bare.values, LANDMARKS[..., :2])
    timed = [
        {"landmarks": mediapipe_landmarks(row), "timestamp_ms": 40 * row} for row in (0, 1, 2, 4)
    ]
    found = parse(timed)
    assert (found.frame_rate, len(found.values)) == (25.0, 5)
    assert np.isnan(found.values[3]).all()


def test_a_file_is_a_recording(tmp_path):
    frames = [{"landmarks": mediapipe_landmarks(row)} for row in range(5)]
    (tmp_path / "a.json").write_text(json.dumps({"fps": 30, "frames": frames}))
    assert len(read_motion(str(tmp_path / "a.json"), trial="a")) == 5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            [{"landmarks": [mediapipe_landmarks(0), mediapipe_landmarks(1)]}],
            "2 persons in frame 0, .* one .num_poses=1",
        ),
        ([{"landmarks": mediapipe_landmarks(0)[:3]}], "expected 33 landmarks in frame 0, found 3"),
        ([{"landmarks": [3] * 33}], "expected an object as a landmark of frame 0, found 3"),
        ([{"landmarks": [[1, 2]] * 33}], "expected x, y, z, visibility in frame 0, found 2"),
        ([{"landmarks": [{"x": "1"}] * 33}], 'expected numbers in frame 0, found "1"'),
        ([{"hands": []}], r"expected landmarks \(pose_landmarks, .* found none"),
        (
            {"fps": -1, "frames": [{"landmarks": mediapipe_landmarks(0)}]},
            "a positive 'fps', found -1",
        ),
        ({"frames": 3}, "expected an array as 'frames', found 3"),
        ({}, "expected an array as 'frames'"),
    ],
)
def test_what_is_wrong_is_said_with_its_frame(content, message):
    with pytest.raises(FormatError, match=message):
        parse(content)
