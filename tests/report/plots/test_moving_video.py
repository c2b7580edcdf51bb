from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageSequence

from kinembed.core.errors import DataError
from kinembed.report.plots.moving_video import moving_videos

VIDEO = np.linspace(0, 1, 5 * 16).reshape(5, 4, 4)


def stills(content):
    animation = Image.open(BytesIO(content))
    return [np.array(one.convert("L"), dtype=int) for one in ImageSequence.Iterator(animation)]


@pytest.mark.slow
def test_a_panel_for_each_name_and_a_picture_for_each_frame():
    half = VIDEO.copy()
    half[:3] = np.nan
    both = stills(moving_videos({"video": VIDEO, "future.seed_0": half}, 3, "synthetic"))
    assert len(both) == 5
    alone = stills(moving_videos({"video": VIDEO}, 3))[0].shape[1]
    assert both[0].shape[1] == pytest.approx(2 * alone, abs=1)
    right = [one[:, one.shape[1] // 2 :] for one in both]
    inside = (slice(60, 110), slice(30, 90))  # of a panel
    assert right[2][inside].min() > 250  # nothing is shown but the page
    assert right[3][inside].min() < 220


def test_frames_become_brighter_as_the_video_does():
    brightness = [one[70:110, 40:80].mean() for one in stills(moving_videos({"video": VIDEO}, 3))]
    assert brightness == sorted(brightness)


def test_no_video_is_refused():
    with pytest.raises(DataError, match="no video to draw"):
        moving_videos({}, 3)
