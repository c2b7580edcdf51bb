"""Real videos, which a mirror holds; nothing of them is kept here."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.video_file import read_video
from kinembed.io.sources.videos import find_videos
from kinembed.motion.windows import WindowLengths
from kinembed.recognition.two_stream.videos import optical_flow
from kinembed.video.prediction.patch_source import PatchParameters, PatchSource


@pytest.mark.parametrize(
    ("name", "frames", "rate", "width"),
    [
        ("bigbuckbunny", 132, 25.0, 32),
        ("bottle-detection", 1189, 29.83, 32),
        ("car-detection", 377, 12.5, 32),
        ("one-by-one-person-detection", 1394, 10.0, 32),
    ],
)
def test_every_video_is_read_whole_and_small(
    mirror: Path, name: str, frames: int, rate: float, width: int
) -> None:
    video = read_video(mirror / "video" / f"{name}.mp4", shorter_side=18)
    assert video.frames.shape == (frames, 18, width, 3)
    assert video.frame_rate == pytest.approx(rate, abs=0.01)
    assert video.frames.std(axis=0).max() > 10  # something moves


def test_a_video_damaged_in_its_middle_is_refused(mirror: Path, tmp_path: Path) -> None:
    content = bytearray((mirror / "video" / "bigbuckbunny.mp4").read_bytes())
    half = len(content) // 2
    content[half : half + 20_000] = bytes(20_000)
    (tmp_path / "bunny.mp4").write_bytes(content)
    with pytest.raises(FormatError, match=r"bunny.mp4: expected 132 frames, .* cut off or damaged"):
        read_video(tmp_path / "bunny.mp4", shorter_side=18)


def test_flow_says_where_people_who_walk_will_be_in_the_next_picture(mirror: Path) -> None:
    """Taken back by its flow, a picture is nearer to the one before than as it is."""
    video = read_video(
        mirror / "video" / "one-by-one-person-detection.mp4", shorter_side=128, frame_rate=10.0
    )
    grey = video.frames[60:110].mean(axis=-1).round().astype(np.uint8)
    rows, columns = np.indices(grey.shape[1:], dtype=np.float32)
    as_is = taken_back = pixels = 0
    for first, second, (right, down) in zip(
        grey[:-1], grey[1:], optical_flow(grey)[:-1], strict=True
    ):
        back = cv2.remap(second, columns + right, rows + down, cv2.INTER_LINEAR)
        moving = np.hypot(right, down) > 1
        as_is += cv2.absdiff(second, first)[moving].sum()
        taken_back += cv2.absdiff(back, first)[moving].sum()
        pixels += moving.sum()
    assert pixels > 1000
    assert taken_back < 0.6 * as_is, taken_back / as_is


def test_patches_of_a_real_video_show_what_moves(mirror: Path) -> None:
    videos = find_videos(mirror / "video", ["car-detection.mp4"], shorter_side=48, frame_rate=6.0)
    windows = WindowLengths(source=6, target=6)
    moving, every = (
        PatchSource(videos, PatchParameters(side=16, moving=share)).held_out(windows, 100)
        for share in (0.1, 1.0)
    )
    assert moving.source.shape == (100, 6, 16 * 16 * 3)
    assert 0 <= moving.source.min() < moving.source.max() <= 1
    assert moving.source.var(dim=1).mean() > 2 * every.source.var(dim=1).mean()
