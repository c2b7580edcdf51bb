"""Videos as clips of pictures and flow, and networks that learn from them."""

from functools import partial

import cv2
import numpy as np
import pytest
from helpers.videos import write_video
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.errors import DataError, FormatError, SourceError
from kinembed.core.parallel import ParallelConfig
from kinembed.pipeline_registry import register_pipelines
from kinembed.recognition.two_stream import (
    ActionVideoParameters,
    TwoStreamParameters,
    recognise_pictures,
    slowed,
    train_two_stream,
    video_clips,
    videos_by_behaviour,
)
from kinembed.recognition.two_stream.videos import optical_flow
from kinembed.video.stick_figures import PictureClip

pytestmark = pytest.mark.slow

PIXELS = 8
take = partial(video_clips, "walk_a", pixels=PIXELS, frame_rate=10.0, interval_frames=None)


def texture(side, seed=0):
    """Synthetic: smooth noise, which optical flow can follow."""
    noise = np.random.default_rng(seed).random((side, side)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    scaled = (smooth - smooth.min()) / (smooth.max() - smooth.min())
    return (255 * scaled).astype(np.uint8)


def travelling(step, frames=12, height=40, width=56, seed=0):
    """A texture that goes so many pixels right and down from frame to frame."""
    ground, (right, down) = texture(160, seed), step
    at = [(60 - down * n, 60 - right * n) for n in range(frames)]
    grey = np.stack([ground[y : y + height, x : x + width] for y, x in at])
    return np.repeat(grey[..., None], 3, axis=-1)


@pytest.mark.parametrize("step", [(2, 0), (-1, 2), (0, -2)])
def test_flow_is_how_far_what_is_seen_moves(step):
    flow = optical_flow(travelling(step)[..., 0])
    assert flow.shape == (12, 2, 40, 56)
    inner = flow[:, :, 10:-10, 10:-10]
    np.testing.assert_allclose(np.median(inner, axis=(0, 2, 3)), step, atol=0.15)
    np.testing.assert_array_equal(flow[-1], flow[-2])


def test_a_video_is_seen_in_the_pixels_of_the_network(tmp_path):
    path = write_video(tmp_path / "a.avi", travelling((2, 0), height=40, width=56), 10.0)
    (clip,) = take(path).values()
    assert clip.appearance.shape == (12, PIXELS, PIXELS)
    assert clip.appearance.min() >= 0
    assert clip.appearance.max() <= 1
    scale = 40 / PIXELS  # the middle square of 40 pixels becomes 8
    middle = clip.flow[:, :, 2:-2, 2:-2]
    np.testing.assert_allclose(np.median(middle, axis=(0, 2, 3)), [2 / scale, 0], atol=0.06)
    expected = travelling((2, 0))[0, :, 8:48, 0].reshape(8, 5, 8, 5).mean(axis=(1, 3)) / 255
    np.testing.assert_allclose(clip.appearance[0], expected, atol=0.06)


def test_long_videos_are_cut_into_intervals_that_are_named_after_them(tmp_path):
    path = write_video(tmp_path / "a.avi", travelling((1, 0), frames=23), 10.0)
    intervals = video_clips("walk_a", path, pixels=PIXELS, frame_rate=10.0, interval_frames=8)
    assert {name: len(clip) for name, clip in intervals.items()} == {"walk_a#0": 12, "walk_a#1": 11}


def test_at_half_speed_there_is_a_picture_between_each_two():
    appearance = np.arange(3.0)[:, None, None] * np.ones((3, 2, 2))
    slower = slowed(PictureClip(appearance, np.full((3, 2, 2, 2), 2.0)))
    np.testing.assert_allclose(slower.appearance[:, 0, 0], [0, 0.5, 1, 1.5, 2])
    assert (slower.flow == 1).all()
    assert len(slower) == 5


def test_videos_are_found_by_the_folders_of_what_they_show(tmp_path):
    for name in ("walk/a.mp4", "walk/b.AVI", "run/a.mp4", "run/notes.txt", "readme.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert set(videos_by_behaviour(tmp_path)) == {"walk_a", "walk_b", "run_a"}
    with pytest.raises(
        SourceError, match="there is no video; expected <folder>/<behaviour>/<video>"
    ):
        videos_by_behaviour(tmp_path / "walk")
    with pytest.raises(SourceError, match="set videos.folder, or KINEMBED_VIDEOS"):
        videos_by_behaviour(None)


@pytest.mark.parametrize("other", ["walk/b_a.avi", "walk_b/a.mp4"])
def test_videos_that_would_have_one_name_are_named(tmp_path, other):
    for name in ("walk/b_a.mp4", other):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(SourceError, match=r"b_a\.\w+ and .* both be 'walk_b_a'; rename one"):
        videos_by_behaviour(tmp_path)


def test_a_video_that_is_too_short_for_flow_is_named(tmp_path):
    short = write_video(tmp_path / "short.avi", travelling((1, 0), frames=3), 40.0)
    with pytest.raises(FormatError, match=r"short\.avi: expected two frames or more at 10 Hz"):
        take(short)


def test_videos_that_cannot_be_taken_are_named(tmp_path):
    slow = write_video(tmp_path / "slow.avi", travelling((1, 0)), 4.0)
    with pytest.raises(DataError, match=r"slow.avi: subsampling .* gives 4 Hz, but .* is 10 Hz"):
        take(slow)
    broken = tmp_path / "broken.avi"
    broken.write_bytes(b"no video")
    with pytest.raises(FormatError, match=r"broken.avi: expected a video"):
        take(broken)


def test_networks_learn_which_way_videos_go(tmp_path):
    """Each video has a texture of its own; those whose name begins with test are held out."""
    for behaviour, step in (("left", (-2, 0)), ("right", (2, 0))):
        (tmp_path / behaviour).mkdir()
        for seed, name in enumerate(("a", "b", "c", "test_d")):
            video = travelling(step, frames=16, seed=seed)
            write_video(tmp_path / behaviour / f"{name}.avi", video, 10.0)
    parameters = TwoStreamParameters(
        test_clips=["*_test*"],
        figures={"pixels": PIXELS},
        network={"widths": (4, 6, 8), "fused": 8},
        crop_frames=6,
        steps=200,
        batch_size=6,
        learning_rate_drops=(),
        device="cpu",
    )
    given = {
        "params:two_stream": parameters,
        "params:videos": ActionVideoParameters(folder=tmp_path),
        "params:parallel": ParallelConfig(backend="sequential"),
    }
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in given.items()})
    pipeline = register_pipelines()["two_stream_videos"]
    outputs = SequentialRunner().run(pipeline.only_nodes("two_stream.collect_videos"), catalog)
    made = {name: dataset.load() for name, dataset in outputs.items()}
    assert made["two_stream_held_out"].names == ("left_test_d#0", "right_test_d#0")
    assert made["two_stream_slower"].names == made["two_stream_held_out"].names
    assert made["two_stream_train_targets"]["behaviour"].tolist() == ["left"] * 3 + ["right"] * 3
    assert made["two_stream_test_targets"]["behaviour"].tolist() == ["left", "right"]
    assert all(len(clip) == 31 for clip in made["two_stream_slower"].clips)
    labels = made["two_stream_train_targets"]["behaviour"].tolist()
    network = train_two_stream(made["two_stream_pictures"], labels, parameters, 0)
    found = recognise_pictures(network, made["two_stream_held_out"])
    assert found["recognised"].tolist() == ["left", "right"]
