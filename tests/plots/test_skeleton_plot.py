from io import BytesIO

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from PIL import Image

from kinembed.errors import DataError
from kinembed.plots.skeleton import draw_skeleton, skeleton_gif
from kinembed.plots.stage import DEFAULT_VIEW, View, pictures_of, view_of
from kinembed.plots.theme import OKABE_ITO
from kinembed.positions import position_motion
from kinembed.skeleton import Skeleton


@pytest.fixture
def stick() -> Skeleton:
    """A root with a head above it and a foot below."""
    return Skeleton(
        joints=("root", "head", "foot"),
        parents=(-1, 0, 0),
        offsets=np.array([[0.0, 0, 0], [0, 1, 0], [0, -1, 0]]),
        axes=np.tile(np.eye(3), (3, 1, 1)),
        rotation_orders=("zyx", "", ""),
    )


def walking(stick: Skeleton, frames: int) -> np.ndarray:
    """Moving along x and z, without turning."""
    root = np.linspace([0.0, 5, 0], [20, 5, 30], frames)
    return root[:, None] + stick.offsets


def pictures_in(gif: bytes) -> list[Image.Image]:
    with Image.open(BytesIO(gif)) as file:
        pictures = []
        for number in range(file.n_frames):
            file.seek(number)
            pictures.append(file.convert("RGB"))
    return pictures


def durations_ms(gif: bytes) -> list[int]:
    with Image.open(BytesIO(gif)) as file:
        found = []
        for number in range(file.n_frames):
            file.seek(number)
            found.append(file.info["duration"])
    return found


# ---- views ----


def test_straight_from_the_front_x_is_right_y_up_and_z_towards_the_viewer():
    front = View(azimuth=0.0, elevation=0.0)
    np.testing.assert_allclose(front.project(np.array([1.0, 2.0, 3.0])), [1, 2, 3])


def test_from_the_side_what_was_right_comes_near():
    side = View(azimuth=90.0, elevation=0.0)
    np.testing.assert_allclose(side.project(np.array([1.0, 2.0, 3.0])), [-3, 2, 1], atol=1e-12)


def test_from_above_what_is_near_is_lower():
    near = View(azimuth=0.0, elevation=30.0).project(np.array([0.0, 0.0, 1.0]))
    far = View(azimuth=0.0, elevation=30.0).project(np.array([0.0, 0.0, -1.0]))
    assert near[1] < far[1]


def test_pictures_follow_the_root_over_the_ground_only(stick):
    positions = walking(stick, 5)
    positions[3, :, 1] += 0.5
    bones = pictures_of(positions, stick, View(azimuth=20.0, elevation=0.0)).bones
    np.testing.assert_allclose(bones[2], bones[0], atol=1e-12)
    np.testing.assert_allclose(bones[3] - bones[0], [[[0, 0.5]] * 2] * 2, atol=1e-12)


def test_the_ground_moves_against_the_root_in_whole_cycles(stick):
    ground = pictures_of(walking(stick, 50), stick, View()).ground
    assert not np.allclose(ground[0], ground[7])
    centre = pictures_of(walking(stick, 1), stick, View()).ground[0].mean(axis=(0, 1))
    assert (np.abs(ground[..., 0] - centre[0]) < 3).all()


# ---- one pose ----


def test_a_pose_is_drawn_with_a_line_per_bone(stick):
    figure = draw_skeleton(walking(stick, 1)[0], stick, title="frame 0", note="Made up.")
    ax = figure.axes[0]
    bones = [
        c for c in ax.collections if isinstance(c, LineCollection) and c.get_array() is not None
    ]
    assert [len(collection.get_segments()) for collection in bones] == [2]
    assert ax.get_title() == "frame 0"
    assert figure.texts[0].get_text() == "Made up."


def test_positions_of_other_joints_are_refused(stick):
    with pytest.raises(DataError, match="skeleton has 3 joints, but there are positions of 5"):
        draw_skeleton(np.zeros((5, 3)), stick)


# ---- animations ----


def test_frames_are_thinned_and_play_at_the_speed_of_the_recording(stick):
    gif = skeleton_gif(walking(stick, 121), stick, frame_rate=120.0)
    assert len(pictures_in(gif)) == 21
    assert durations_ms(gif) == [50] * 21


def test_rounded_durations_do_not_add_up_to_a_drift(stick):
    gif = skeleton_gif(walking(stick, 30), stick, frame_rate=15.0)
    assert len(pictures_in(gif)) == 30
    assert sum(durations_ms(gif)) == 2000
    assert set(durations_ms(gif)) == {60, 70}


def test_a_slow_recording_keeps_every_frame(stick):
    assert len(pictures_in(skeleton_gif(walking(stick, 6), stick, frame_rate=10.0))) == 6


def test_a_bar_shows_the_colour_of_the_label(stick):
    labels = ["walk", "walk", "run", "run"]
    first, _, third, _ = pictures_in(skeleton_gif(walking(stick, 4), stick, 10.0, labels))
    seen = [np.array(picture)[1, 100] / 255 for picture in (first, third)]
    np.testing.assert_allclose(seen, [to_rgb(colour) for colour in OKABE_ITO[:2]], atol=0.01)


def test_colours_of_other_figures_are_kept(stick):
    gif = skeleton_gif(walking(stick, 2), stick, 10.0, ["run", "run"], {"run": "#CC79A7"})
    np.testing.assert_allclose(
        np.array(pictures_in(gif)[1])[1, 100] / 255, to_rgb("#CC79A7"), atol=0.01
    )


def test_the_caption_tells_the_time_in_the_recording(stick):
    still = np.repeat(walking(stick, 1), 2, axis=0)
    early = pictures_in(skeleton_gif(still, stick, 10.0))
    late = pictures_in(skeleton_gif(still, stick, 10.0, times_s=np.array([0.0, 7.5])))
    caption = (0, 0, 360, 45)
    assert early[0].crop(caption).tobytes() == late[0].crop(caption).tobytes()
    assert early[1].crop(caption).tobytes() != late[1].crop(caption).tobytes()


def test_the_note_is_drawn_on_every_frame(stick):
    with_note = pictures_in(skeleton_gif(walking(stick, 3), stick, 10.0, note="Synthetic."))
    strip = {np.array(picture.crop((0, 400, 360, 420))).tobytes() for picture in with_note}
    assert len(strip) == 1
    assert np.frombuffer(strip.pop(), dtype=np.uint8).min() < 200


def test_labels_that_are_not_one_per_frame_are_refused(stick):
    with pytest.raises(DataError, match="4 frames are drawn, but 3 are labelled"):
        skeleton_gif(walking(stick, 4), stick, 10.0, ["walk"] * 3)


def test_no_frames_are_refused(stick):
    with pytest.raises(DataError, match="at least one frame"):
        skeleton_gif(np.zeros((0, 3, 3)), stick, 10.0)


def test_what_was_recorded_from_above_is_drawn_from_above() -> None:
    picture = np.array([[[0.0, 0], [4, 0], [4, 1]]])  # x to the right, y down
    positions = np.stack([picture[..., 0], 0 * picture[..., 0], picture[..., 1]], axis=-1)
    moved = position_motion(positions, ("tail", "neck", "nose"), frame_rate=30.0, trial="mouse")
    assert moved.skeleton.lines == ((0, 1), (1, 2))
    pictures = pictures_of(positions, moved.skeleton, view_of(positions))
    np.testing.assert_allclose(pictures.bones[0], [[[0, 0], [4, 0]], [[4, 0], [4, -1]]], atol=1e-12)
    assert np.abs(pictures.ground).max() == pytest.approx(4)
    upright = positions + np.array([0.0, 1, 0]) * np.arange(3)[:, None]
    assert view_of(upright) == DEFAULT_VIEW
