from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageSequence

from kinembed.core.errors import DataError
from kinembed.report.plots.picture_animations import DOTS_PER_INCH, HEIGHT, WIDTH, pictures_gif
from kinembed.video.stick_figures import PictureClip


def clip(frames):
    """It becomes brighter, and what it shows goes right."""
    appearance = np.linspace(0.2, 1, frames)[:, None, None] * np.ones((frames, 8, 8))
    flow = np.stack([np.ones((frames, 8, 8)), np.zeros((frames, 8, 8))], axis=1)
    return PictureClip(appearance, flow)


def stills(content):
    animation = Image.open(BytesIO(content))
    return [np.array(one.convert("RGB"), dtype=int) for one in ImageSequence.Iterator(animation)]


@pytest.mark.slow
def test_pictures_are_above_their_flow_and_a_shorter_clip_rests_at_its_end():
    clips = {"long": clip(6), "short": clip(3)}
    frames = stills(pictures_gif(clips, 10.0, title="what it shows", note="synthetic"))
    assert len(frames) == 6
    width = DOTS_PER_INCH * (2 * WIDTH + 1)
    assert frames[0].shape == (DOTS_PER_INCH * HEIGHT, round(width), 3)
    high, left, right = (round(DOTS_PER_INCH * inches) for inches in (1.5, 1.0, 2.9))
    long, short = ([int(one[high, at, 0]) for one in frames] for at in (left, right))
    assert long == sorted(set(long))
    assert short[2:] == [short[2]] * 4
    low = round(DOTS_PER_INCH * 3.4)
    red, *rest = frames[0][low, left]
    assert red > 200
    assert max(rest) < 60


def test_an_animation_has_the_speed_of_its_clips():
    with Image.open(BytesIO(pictures_gif({"one": clip(4)}, 20.0, title="one"))) as animation:
        assert (animation.n_frames, animation.info["duration"]) == (4, 50)


def test_no_clip_is_refused():
    with pytest.raises(DataError, match="no clip to draw"):
        pictures_gif({}, 10.0, title="none")
