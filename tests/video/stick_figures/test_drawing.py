from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from kinembed.core.errors import DataError
from kinembed.io.formats.reader import read_motion
from kinembed.motion.exponential_maps import to_expmap
from kinembed.recognition.skeleton import joint_clip
from kinembed.video.stick_figures import PictureClip, PictureClips, StickFigureParameters, draw

FRONT = StickFigureParameters(pixels=11, azimuth=0, thickness=1)
"""The farthest joint is 4.5 pixels from the middle, pixel (5, 5)."""
BONES = [(0, 1), (1, 2), (0, 3)]


def swinging(frames=4, seed=0):
    """Synthetic: a body of four joints that moves at random."""
    steps = np.random.default_rng(seed).normal(scale=0.15, size=(frames, 4, 3))
    start = np.array([[0, 0, 0], [0.1, 1, 0.2], [0.6, 1.4, -0.3], [0.3, -1, 0.4]])
    return start + steps.cumsum(axis=0)


def seen(positions, parameters):
    """Columns and rows by the module's conventions, joint by joint, and nearness."""
    angle = np.radians(parameters.azimuth)
    body = positions - positions[:, :1]
    scale = (parameters.pixels - parameters.thickness - 1) / 2 / np.sqrt((body**2).sum(2)).max()
    middle = (parameters.pixels - 1) / 2
    right = np.cos(angle) * body[..., 0] - np.sin(angle) * body[..., 2]
    near = np.sin(angle) * body[..., 0] + np.cos(angle) * body[..., 2]
    places = np.stack([middle + scale * right, middle - scale * body[..., 1]], axis=-1)
    return places, scale * near


def naive(positions, bones, parameters):
    """Pixel by pixel: brightness, and how far the point that is seen moves to the next frame."""
    places, nearness = seen(positions, parameters)
    frames, pixels = len(places), parameters.pixels
    bright, flow = np.zeros((frames, pixels, pixels)), np.zeros((frames, 2, pixels, pixels))
    for frame, row, column in np.ndindex(bright.shape):
        found = []
        for one, other in bones:
            start, end = places[frame, one], places[frame, other]
            square = ((end - start) ** 2).sum()
            share = np.clip(np.dot([column, row] - start, end - start) / square, 0, 1)
            point = start + share * (end - start)
            covers = np.clip(
                parameters.thickness / 2 + 0.5 - np.hypot(*(point - [column, row])), 0, 1
            )
            near = (1 - share) * nearness[frame, one] + share * nearness[frame, other]
            now, then = (frame, frame + 1) if frame + 1 < frames else (frame - 1, frame)
            way = [(1 - share) * places[t, one] + share * places[t, other] for t in (now, then)]
            found.append((covers, near, *(way[1] - way[0])))
        covers, _, *moved = max(found)
        bright[frame, row, column] = covers
        flow[frame, :, row, column] = moved if covers else (0, 0)
    return bright, flow


@pytest.mark.parametrize("azimuth", [0, 40, 200])
def test_flow_is_the_finite_difference_of_what_is_drawn(azimuth):
    parameters = StickFigureParameters(pixels=12, azimuth=azimuth, thickness=1.7)
    clip = draw(swinging(), BONES, parameters)
    bright, flow = naive(swinging(), BONES, parameters)
    np.testing.assert_allclose(clip.appearance, bright, atol=1e-4)
    np.testing.assert_allclose(clip.flow, flow, atol=1e-3)
    assert np.abs(flow).max() > 0.4


def test_an_upright_bone_is_a_column_that_ends_where_it_ends():
    upright = np.array([[[0.0, 0, 0], [0, 1, 0]]])
    clip = draw(upright, [(0, 1)], FRONT)
    expected = np.zeros((11, 11))
    expected[0, 5] = 0.5  # the upper end lies at row 0.5
    expected[1:6, 5] = 1
    np.testing.assert_allclose(clip.appearance[0], expected, atol=1e-6)
    assert not clip.flow.any()
    assert clip.appearance.dtype == clip.flow.dtype == np.float32


def test_what_moves_to_the_right_and_down_flows_so():
    """A bone's upper end goes 1.8 pixels right and 0.9 down, then 1.8 down; its root stays."""
    positions = np.zeros((3, 3, 3))
    positions[:, 1] = [[0, 1, 0], [0.4, 0.8, 0], [0.4, 0.4, 0]]
    positions[:, 2] = [0, -1, 0]  # keeps the scale
    clip = draw(positions, [(0, 1), (0, 2)], FRONT)
    np.testing.assert_allclose(clip.flow[0, :, 1, 5], np.array([1.8, 0.9]) * 4 / 4.5, atol=1e-5)
    np.testing.assert_allclose(clip.flow[0, :, 3, 5], np.array([1.8, 0.9]) * 2 / 4.5, atol=1e-5)
    np.testing.assert_array_equal(clip.flow[0, :, 6:, 5], 0)
    np.testing.assert_allclose(clip.flow[2, :, 3, 7], [0, 1.8], atol=1e-5)  # the last step again


def crossing(front):
    """A level bar and an upright one, one of which moves right, that cross in the middle."""
    bar = {"level": 0.0, "upright": 0.0} | {front: 0.5}
    positions = np.zeros((2, 5, 3))
    positions[:, 1] = [-0.8, 0, bar["level"]]
    positions[:, 2] = [0.8, 0, bar["level"]]
    positions[:, 3] = [0, -0.8, bar["upright"]]
    positions[:, 4] = [0, 0.8, bar["upright"]]
    positions[1, 3:, 0] = 0.2
    return positions


@pytest.mark.parametrize("front", ["level", "upright"])
def test_of_two_bones_that_cross_the_one_in_front_is_seen(front):
    positions = crossing(front)
    clip = draw(positions, [(1, 2), (3, 4)], FRONT)
    assert clip.appearance[0, 5, 5] == 1
    moves = clip.flow[0, 0, 5, 5] > 0
    assert moves == (front == "upright")
    assert clip.flow[0, 0, 3, 5] > 0
    assert clip.flow[0, 0, 5, 3] == 0
    behind = draw(positions, [(1, 2), (3, 4)], FRONT.model_copy(update={"azimuth": 180.0}))
    assert (behind.flow[0, 0, 5, 5] < 0) == (front == "level")


def test_the_left_hand_is_to_the_right_from_in_front_and_nearest_from_the_left():
    hand = np.array([[[0.0, 0, 0], [1, 0, 0], [0, 0, 1.0]]])  # the body faces +z
    front = draw(hand, [(0, 1)], FRONT).appearance[0]
    assert front[5, 6:].sum() > 3
    assert front[5, :5].sum() == 0
    left = FRONT.model_copy(update={"azimuth": 90.0})
    assert draw(hand, [(0, 1)], left).appearance.sum() <= 2  # it points at the viewer
    nose = draw(hand, [(0, 2)], left).appearance[0]
    assert nose[5, :5].sum() > 3  # who is seen from the left looks to the left


def test_where_the_body_is_does_not_matter_and_nothing_is_cut_off():
    travelling = swinging() + np.linspace(0, 30, 4)[:, None, None]
    for azimuth in (0.0, 30.0, 90.0):
        parameters = StickFigureParameters(azimuth=azimuth)
        one, other = (draw(body, BONES, parameters) for body in (swinging(), travelling))
        np.testing.assert_allclose(one.appearance, other.appearance, atol=1e-4)
        places, _ = seen(swinging(), parameters)
        assert places.min() >= 1
        assert places.max() <= 30


def test_a_bone_without_length_is_a_dot_and_one_frame_has_no_flow():
    body = np.array([[[0.0, 0, 0], [0, 0, 0], [0, 1, 0]]])
    dot = draw(body, [(0, 1)], FRONT)
    expected = np.zeros((11, 11))
    expected[5, 5] = 1
    np.testing.assert_array_equal(dot.appearance[0], expected)
    assert not dot.flow.any()


def test_what_cannot_be_drawn_is_named():
    gap = swinging()
    gap[3, 2, 1] = np.nan
    with pytest.raises(
        DataError, match=r"walk_1: joint 2 has no position at frame 3; fill the gap"
    ):
        draw(gap, BONES, FRONT, "walk_1")
    with pytest.raises(DataError, match="walk_1: all joints coincide"):
        draw(np.ones((2, 4, 3)), BONES, FRONT, "walk_1")
    with pytest.raises(DataError, match="walk_1: a body without bones"):
        draw(swinging(), [], FRONT, "walk_1")


def test_clips_of_pictures_fit_together():
    clip = draw(swinging(), BONES, FRONT)
    small = draw(swinging(), BONES, FRONT.model_copy(update={"pixels": 9}))
    clips = PictureClips(("a", "b"), (clip, draw(swinging(3), BONES, FRONT)), 20.0)
    assert clips.lengths.tolist() == [4, 3]
    assert clips.only(["b"]).lengths.tolist() == [3]
    with pytest.raises(DataError, match="there are no clips c; draw them again"):
        clips.only(["a", "c"])
    with pytest.raises(DataError, match=r"pictures of clip 'b' have \(9, 9\) pixels"):
        PictureClips(("a", "b"), (clip, small), 20.0)
    with pytest.raises(DataError, match="2 clips have 1 names"):
        PictureClips(("a",), (clip, clip), 20.0)
    with pytest.raises(DataError, match="there is no clip of pictures"):
        PictureClips((), (), 20.0)
    with pytest.raises(DataError, match=r"need flow of shape \(4, 2, 11, 11\), not \(4, 2, 9, 9\)"):
        PictureClip(clip.appearance, small.flow)


def test_pictures_of_a_real_recording_move_as_their_flow_says(mirror):
    """Each frame, moved by its flow, resembles the next more than it does unmoved."""
    folder = mirror / "asf_amc" / "86"
    raw = read_motion(
        str(folder / "86_01.amc"),
        trial="86_01",
        skeleton_path=str(folder / "86.asf"),
        frame_rate=120.0,
    )
    walk = joint_clip(to_expmap(replace(raw, values=raw.values[600:750])), 20.0)
    bones = [(parent, child) for child, parent in enumerate(walk.graph.parents) if parent >= 0]
    clip = draw(walk.positions, bones, StickFigureParameters(pixels=128, thickness=6))
    grid = np.indices((128, 128), dtype=float)
    kept, moved = [], []
    for now, then, flow in zip(clip.appearance, clip.appearance[1:], clip.flow, strict=False):
        there = map_coordinates(then, grid + flow[::-1], order=1)
        on = now == 1
        kept.append(np.abs(now - then)[on].mean())
        moved.append(np.abs(now - there)[on].mean())
    assert np.mean(moved) < 0.35 * np.mean(kept)
