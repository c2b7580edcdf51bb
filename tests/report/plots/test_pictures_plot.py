import numpy as np
import pytest

from kinembed.report.plots.pictures import clip_strip, flow_colours
from kinembed.video.stick_figures import PictureClip


def test_directions_are_hues_and_speeds_how_strong_they_are():
    right, left, up, slow, still = (2, 0), (-2, 0), (0, -2), (1, 0), (0, 0)
    flow = np.array([right, left, up, slow, still], dtype=float).T[:, None]
    colours = flow_colours(flow, fastest=2.0)[0]
    np.testing.assert_allclose(colours[0], [1, 0, 0])
    np.testing.assert_allclose(colours[1], [0, 1, 1])
    np.testing.assert_allclose(colours[2], [0.5, 1, 0], atol=1e-6)
    np.testing.assert_allclose(colours[3], [1, 0.5, 0.5])
    np.testing.assert_allclose(colours[4], [1, 1, 1])
    np.testing.assert_allclose(flow_colours(3 * flow, 2.0)[0, 3], [1, 0, 0])
    assert (flow_colours(flow, 0.0) == 1).all()


def test_a_strip_has_evenly_spaced_frames_above_their_flow_and_a_wheel():
    appearance = np.linspace(0, 1, 11 * 16).reshape(11, 4, 4)
    flow = np.random.default_rng(0).normal(size=(11, 2, 4, 4))
    figure = clip_strip(PictureClip(appearance, flow), 6, "a jump", "synthetic")
    above, below = np.array(figure.axes).reshape(2, 7)
    assert [ax.get_title() for ax in above[:6]] == [f"frame {frame}" for frame in range(0, 11, 2)]
    np.testing.assert_array_equal(above[2].images[0].get_array(), appearance[4])
    fastest = np.quantile(np.sqrt((flow**2).sum(axis=1)), 0.95)
    np.testing.assert_array_equal(below[2].images[0].get_array(), flow_colours(flow[4], fastest))
    wheel = below[6].images[0].get_array()
    np.testing.assert_allclose(wheel[32, 64], [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(wheel[0, 0], 1)
    assert f"{fastest:.2g} pixels" in below[6].get_title()
    assert figure.texts[-1].get_text() == "synthetic"
    assert len(clip_strip(PictureClip(appearance[:3], flow[:3])).axes) == 8


def test_a_slow_clip_is_told_from_one_that_stands():
    slow = PictureClip(np.zeros((3, 4, 4)), np.full((3, 2, 4, 4), 0.03 / np.sqrt(2)))
    assert "0.03 pixels" in clip_strip(slow).axes[-1].get_title()


@pytest.mark.parametrize("frames", [1, 2])
def test_a_clip_that_does_not_move_can_be_drawn(frames):
    still = PictureClip(np.zeros((frames, 4, 4)), np.zeros((frames, 2, 4, 4)))
    assert len(clip_strip(still).axes) == 2 * (frames + 1)
