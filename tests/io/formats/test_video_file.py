"""Videos that are read, and what is said of those that cannot be."""

import cv2
import numpy as np
import pytest
from helpers.videos import growing_grey, write_video

from kinembed.core.errors import FormatError
from kinembed.io.formats.video_file import read_video


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return write_video(tmp_path_factory.mktemp("videos") / "grey.avi", growing_grey(30))


def test_all_frames_are_read_in_their_order(video):
    read = read_video(video)
    assert (read.frames.shape, read.frames.dtype) == ((30, 48, 64, 3), np.uint8)
    assert read.frame_rate == 10
    np.testing.assert_allclose(read.frames, growing_grey(30), atol=2)


def test_red_comes_first(tmp_path):
    colours = np.zeros((3, 32, 32, 3), np.uint8)
    for frame in range(3):
        colours[frame, ..., frame] = 250
    read = read_video(write_video(tmp_path / "colours.avi", colours))
    np.testing.assert_allclose(read.frames.astype(int), colours, atol=6)


@pytest.mark.parametrize(
    ("asked", "step"), [(10.0, 1), (25.0, 1), (7.0, 1), (5.0, 2), (3.0, 3), (0.5, 20)]
)
def test_every_nth_frame_comes_nearest_to_the_rate_that_is_asked_for(video, asked, step):
    read = read_video(video, frame_rate=asked)
    assert read.frame_rate == pytest.approx(10 / step)
    np.testing.assert_array_equal(read.frames, read_video(video).frames[::step])


def test_a_video_of_which_one_frame_would_be_left_is_named(tmp_path):
    path = write_video(tmp_path / "short.avi", growing_grey(3))
    message = r"short\.avi: expected two frames or more at 2.5 Hz, found one \(of 3 at 10 Hz\)"
    with pytest.raises(FormatError, match=message):
        read_video(path, frame_rate=2.5)


def test_frames_are_shrunk_in_proportion_and_never_enlarged(tmp_path):
    frames = growing_grey(4, 48, 96).copy()
    frames[:, :, 48:] = 200
    path = write_video(tmp_path / "halves.avi", frames)
    small = read_video(path, shorter_side=12)
    assert small.frames.shape == (4, 12, 24, 3)
    np.testing.assert_allclose(small.frames, frames[:, ::4, ::4], atol=3)
    assert read_video(path, shorter_side=100).frames.shape == (4, 48, 96, 3)


def damaged(content):
    """Noise where the second half of the pictures was."""
    half = len(content) // 2
    return content[:half] + bytes(len(content) - half)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda content: b"", "expected a video, but the file is empty"),
        (lambda content: b"no video" * 99, "expected a video, found nothing that OpenCV decodes"),
        (lambda content: content[:50], "expected a video, found nothing that OpenCV decodes"),
        (
            lambda content: content[: len(content) // 2],
            r"expected 30 frames, as it says itself, but only \d+ can be decoded; the file is cut",
        ),
        (damaged, r"expected 30 frames, as it says itself, but only \d+ can be decoded"),
    ],
)
def test_a_video_that_is_not_whole_is_one_error(video, tmp_path, damage, message):
    path = tmp_path / "video.avi"
    path.write_bytes(damage(video.read_bytes()))
    with pytest.raises(FormatError, match=f"video.avi: {message}"):
        read_video(path)


def test_a_cut_off_mp4_has_lost_its_index(tmp_path):
    whole = tmp_path / "whole.mp4"
    writer = cv2.VideoWriter(str(whole), cv2.VideoWriter.fourcc(*"mp4v"), 10, (64, 48))
    for frame in growing_grey(30):
        writer.write(frame)
    writer.release()
    assert len(read_video(whole).frames) == 30
    (tmp_path / "half.mp4").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(FormatError, match=r"half.mp4: .* nothing that OpenCV decodes"):
        read_video(tmp_path / "half.mp4")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FormatError, match=r"none.mp4: expected a video, found no such file"):
        read_video(tmp_path / "none.mp4")
    with pytest.raises(FormatError, match="expected a video, found no such file"):
        read_video(tmp_path)


def test_a_picture_and_a_video_without_frames_are_no_videos(tmp_path):
    cv2.imwrite(str(tmp_path / "still.png"), growing_grey(1)[0])
    with pytest.raises(FormatError, match=r"still.png: .* two frames or more, found 1"):
        read_video(tmp_path / "still.png")
    write_video(tmp_path / "none.avi", growing_grey(0))
    with pytest.raises(FormatError, match=r"none.avi: .* two frames or more, found 0"):
        read_video(tmp_path / "none.avi")


class StandIn:
    """What OpenCV gives of videos that cannot be written here."""

    def __init__(self, sizes=((48, 64),) * 4, rate=10.0, decoded=True, width=48.0):
        self.sizes, self.rate, self.decoded, self.at = sizes, rate, decoded, -1
        self.width = width

    def isOpened(self):  # noqa: N802
        return True

    def get(self, what):
        return {
            cv2.CAP_PROP_FPS: self.rate,
            cv2.CAP_PROP_FRAME_COUNT: -1.0,
            cv2.CAP_PROP_FRAME_WIDTH: self.width,
            cv2.CAP_PROP_FRAME_HEIGHT: 64.0,
        }[what]

    def grab(self):
        self.at += 1
        return self.at < len(self.sizes)

    def retrieve(self):
        return self.decoded, np.zeros((*self.sizes[self.at], 3), np.uint8)

    def release(self):
        self.sizes = ()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"sizes": ((48, 64), (48, 64), (24, 32))},
            r"frames of 64 x 48 pixels like the first, found one of 32 x 24 \(frame 2\)",
        ),
        ({"rate": 0.0}, "expected a frame rate of 1 to 10000 Hz, found 0"),
        ({"rate": -1.0}, "expected a frame rate of 1 to 10000 Hz, found -1"),
        ({"rate": float("nan")}, "expected a frame rate of 1 to 10000 Hz, found nan"),
        ({"width": 2e6}, "expected frames of at most 67108864 pixels, found 2e.06 x 64"),
        ({"decoded": False}, "found a frame that OpenCV cannot decode"),
    ],
)
def test_what_other_formats_may_hold_is_refused(video, monkeypatch, given, message):
    capture = StandIn(**given)
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: capture)
    with pytest.raises(FormatError, match=f"grey.avi: .*{message}"):
        read_video(video)
    assert capture.sizes == ()  # released


def test_frames_fill_no_more_memory_than_may_be(video, monkeypatch):
    monkeypatch.setattr("kinembed.io.formats.video_file.LARGEST_FILE", 3 * 48 * 64)
    with pytest.raises(FormatError, match="fill up to 9216 bytes of memory, found more; cut it"):
        read_video(video)


def test_a_video_that_does_not_tell_its_length_is_read_to_its_end(video, monkeypatch):
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: StandIn())
    assert read_video(video).frames.shape == (4, 48, 64, 3)
