"""Patches of videos: where something moves, in parts of videos that do not overlap."""

import numpy as np
import pytest
import torch
from helpers.squares import SMALL

from kinembed.core.errors import DataError
from kinembed.io.formats.video_file import Video
from kinembed.io.sources.videos import VideoFiles
from kinembed.video.prediction import score_baselines
from kinembed.video.prediction.parameters import HeldOutParameters
from kinembed.video.prediction.patch_source import (
    CELL,
    PatchParameters,
    PatchSource,
    draw_patches,
    movement,
    moving_patches,
)

CPU = torch.device("cpu")
WINDOWS = SMALL.windows  # 4 + 3
PATCHES = PatchParameters(side=8, held_out=0.25, moving=0.2)


def videos(**frames):
    return VideoFiles({f"{name}.avi": Video(one, 10.0) for name, one in frames.items()})


def noise(frames, height=16, width=24, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (frames, height, width, 3), dtype=np.uint8)


def test_movement_is_the_variance_over_time_of_grey_cells():
    frames = noise(9)
    moved = movement(frames, 7, 8)
    assert moved.shape == (3, 3, 5)
    for start, row, column in np.ndindex(3, 3, 5):
        top, left = CELL * row, CELL * column
        patch = frames[start : start + 7, top : top + 8, left : left + 8].astype(float).mean(-1)
        cells = patch.reshape(7, 2, CELL, 2, CELL).mean((2, 4))
        assert moved[start, row, column] == pytest.approx(cells.var(axis=0).mean())


def test_the_share_that_moves_most_is_kept():
    moved = np.arange(30.0).reshape(2, 3, 5)
    places = moving_patches(moved, 0.1)
    np.testing.assert_array_equal(
        places, [[1, 2 * CELL, 2 * CELL], [1, 2 * CELL, 3 * CELL], [1, 2 * CELL, 4 * CELL]]
    )
    assert len(moving_patches(moved, 1.0)) == 30


def test_patches_lie_where_something_moves():
    """All is noise in the left third of the second video, and nothing anywhere else."""
    still = np.full((40, 16, 24, 3), 90, np.uint8)
    still[:, :, :8] = noise(40, 16, 8)
    drawn = PatchSource(videos(a=still), PATCHES).training(WINDOWS, 50, CPU)(0)
    left = drawn.source.unflatten(-1, (8, 8, 3))
    assert (left.var(dim=1) > 0).float().mean() > 0.9


def test_values_are_those_of_the_video_and_come_from_the_seed():
    frames = noise(12)
    tensors = [torch.tensor(frames), torch.tensor(frames[::-1].copy())]
    places = torch.tensor([[1, 2, 4, 8]])
    drawn = draw_patches(tensors, places, 8, WINDOWS, 2, 5)
    assert (drawn.source.shape, drawn.target.shape) == ((2, 4, 192), (2, 3, 192))
    expected = frames[::-1][2:9, 4:12, 8:16].reshape(7, -1) / np.float32(255)
    np.testing.assert_allclose(torch.cat(drawn, 1)[1], expected, rtol=1e-6)
    source = PatchSource(
        videos(a=frames, b=noise(30, 20, 16, 1)), PATCHES.model_copy(update={"held_out": 0.6})
    )
    draw = source.training(SMALL.windows.model_copy(update={"source": 2, "target": 1}), 6, CPU)
    assert torch.equal(draw(3).source, draw(3).source)
    assert not torch.equal(draw(3).source, draw(4).source)
    assert source.frame_shape == (8, 8, 3)


def test_no_frame_that_is_held_out_is_trained_on():
    """Every frame has a grey of its own, the video's last quarter the brightest."""
    grey = np.broadcast_to(np.arange(40, dtype=np.uint8)[:, None, None, None], (40, 16, 24, 3))
    source = PatchSource(videos(a=grey), PATCHES.model_copy(update={"moving": 1.0}))
    known = torch.cat(source.training(WINDOWS, 300, CPU)(0), 1) * 255
    tried = torch.cat(source.held_out(WINDOWS, 300), 1) * 255
    assert (known.min().item(), known.max().item()) == (0, pytest.approx(29))
    assert (tried.min().item(), tried.max().item()) == (pytest.approx(30), pytest.approx(39))
    assert torch.equal(torch.cat(source.held_out(WINDOWS, 300), 1) * 255, tried)


def test_videos_shorter_than_a_window_are_named():
    source = PatchSource(videos(long=noise(80), short=noise(24)), PATCHES)
    message = r"fewer frames than a window of 4 \+ 3: short.avi, what is held out \(6\); shorten"
    with pytest.raises(DataError, match=message):
        source.training(WINDOWS, 5, CPU)
    assert source.held_out(WINDOWS, 5).source.shape == (5, 4, 192)
    longer = WINDOWS.model_copy(update={"target": 17})
    with pytest.raises(
        DataError, match=r"no held-out video has 4 \+ 17 frames, the longest has 20"
    ):
        source.held_out(longer, 5)


def test_a_video_smaller_than_a_patch_is_named():
    with pytest.raises(DataError, match=r"tiny.avi: 24 x 6 pixels are less than a patch of 8 x 8"):
        PatchSource(videos(tiny=noise(40, 6)), PATCHES)


def test_a_video_that_stands_still_is_predicted_by_its_last_frame():
    still = np.repeat(noise(1), 40, axis=0)
    network = SMALL.network.model_copy(update={"values": "real"})
    parameters = SMALL.model_copy(update={"network": network})
    source = PatchSource(videos(a=still), PATCHES)
    table = score_baselines(source, parameters, HeldOutParameters(videos=9))
    errors = table.groupby("model")["squared_error"].max()
    assert errors["last_frame"] == 0
    assert errors["last_and_mean"] == 0
    assert errors["mean_frame"] > 1
    assert table["cross_entropy"].isna().all()


def test_values_in_the_unit_interval_suit_cross_entropy_too():
    source = PatchSource(videos(a=noise(40)), PATCHES)
    table = score_baselines(source, SMALL, HeldOutParameters(videos=9))
    assert table["cross_entropy"].gt(0).all()
