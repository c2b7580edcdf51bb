import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.motion.positions import position_motion
from kinembed.motion.skeleton import Skeleton
from kinembed.report.plots.stage import DEFAULT_VIEW, View, pictures_of, view_of


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


def test_positions_of_other_joints_are_refused(stick):
    with pytest.raises(DataError, match="skeleton has 3 joints, but there are positions of 5"):
        pictures_of(np.zeros((1, 5, 3)), stick, View())


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
