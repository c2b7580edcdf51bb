from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageSequence

from kinembed.core.errors import DataError
from kinembed.report.plots.moving_maps import moving_maps

pytestmark = pytest.mark.slow

POSE = np.array([[0.0, 0, 0], [0, 1, 0], [0, 2, 0]])
PARENTS = (-1, 0, 1)


@pytest.fixture
def positions():
    """Synthetic: the end swings aside for 2 s at 30 Hz."""
    moving = np.repeat(POSE[None], 60, axis=0)
    moving[:, 2, 0] = np.sin(np.arange(60) / 5)
    return moving


def stills(animation):
    return [np.array(one.convert("RGB")) for one in ImageSequence.Iterator(animation)]


def test_it_lasts_as_long_as_the_clip_with_a_panel_for_each_layer(positions):
    maps = dict.fromkeys(["blocks.0", "blocks.9"], np.zeros((60, 3)))
    animation = Image.open(
        BytesIO(moving_maps(positions, PARENTS, maps, 30.0, "kick", "synthetic"))
    )
    seconds = [one.info["duration"] / 1000 for one in ImageSequence.Iterator(animation)]
    assert sum(seconds) == pytest.approx(2.0)
    assert len(seconds) == 30
    alone = Image.open(BytesIO(moving_maps(positions, PARENTS, {"l": maps["blocks.0"]}, 30.0, "")))
    assert animation.size == (2 * alone.size[0], alone.size[1])


def test_a_joint_that_matters_is_darker(positions):
    maps = {"l": np.repeat(np.arange(60)[:, None] >= 30, 3, axis=1).astype(float)}
    pictures = stills(Image.open(BytesIO(moving_maps(positions, PARENTS, maps, 30.0, "kick"))))
    dark = [int((one.max(axis=2) < 80).sum()) for one in pictures]
    assert min(dark[15:]) > max(dark[:15]) + 100


def test_a_map_of_other_frames_is_refused(positions):
    with pytest.raises(DataError, match=r"map of l has frames and joints \(59, 3\)"):
        moving_maps(positions, PARENTS, {"l": np.zeros((59, 3))}, 30.0, "kick")
