"""The synthetic toy: repeatable, on the curves it names, and read back as it was written."""

from itertools import pairwise

import numpy as np
import pytest
from pydantic import ValidationError

from kinembed.core.errors import DataError
from kinembed.io.ingestion import (
    IngestionParameters,
    acquire,
    annotate,
    file_table,
    motion_files,
)
from kinembed.io.reading import read_file
from kinembed.io.synthetic.curves import FRAME_RATE, TRIAL, make_toy, write_toy
from kinembed.motion.exponential_maps import to_expmap
from kinembed.motion.features import FeatureParameters, network_features
from kinembed.motion.standardise import Standardiser

SEEDS = range(6)
HALF_TRANSITION = 5


@pytest.fixture(scope="module", params=SEEDS)
def toy(request):
    return make_toy(request.param, noise=0.0)


def intervals(toy, behaviour):
    """Positions (x, y) in each interval of a behaviour, without the transitions."""
    edges = toy.segmentation.edges
    return [
        toy.motion.values[start + HALF_TRANSITION : stop - HALF_TRANSITION, :2]
        for name, (start, stop) in zip(toy.segmentation.behaviours, pairwise(edges), strict=True)
        if name == behaviour
    ]


def turns_per_s(x, y):
    angles = np.unwrap(np.arctan2(y, x))
    return (angles[-1] - angles[0]) / (2 * np.pi) / (len(x) - 1) * FRAME_RATE


def test_equal_seeds_give_equal_values_and_others_do_not():
    first, again, other = make_toy(3), make_toy(3), make_toy(4)
    np.testing.assert_array_equal(first.motion.values, again.motion.values)
    np.testing.assert_array_equal(first.segmentation.boundaries, again.segmentation.boundaries)
    assert not np.array_equal(first.motion.values, other.motion.values)


def test_circles_and_ellipses_come_in_turns_and_either_may_begin(toy):
    behaviours = toy.segmentation.behaviours
    assert len(behaviours) == 12
    assert set(behaviours[::2]) | set(behaviours[1::2]) == {"circle", "ellipse"}
    assert len(set(behaviours[::2])) == len(set(behaviours[1::2])) == 1
    assert {make_toy(seed).segmentation.behaviours[0] for seed in SEEDS} == {"circle", "ellipse"}


def test_it_lasts_as_long_as_asked_for():
    toy = make_toy(0, intervals=4, interval_s=5.0)
    assert len(toy.motion) == 4 * 5 * FRAME_RATE == toy.segmentation.frame_count
    assert len(toy.segmentation.behaviours) == 4


def test_circles_keep_their_radius_and_differ_from_each_other(toy):
    radii = [np.hypot(*positions.T) for positions in intervals(toy, "circle")]
    for radius in radii:
        np.testing.assert_allclose(radius, radius[0], atol=2e-4)
        assert 0.9 <= radius[0] <= 1.1
    assert len({round(radius[0], 3) for radius in radii}) == len(radii)


def test_ellipses_lie_along_x_and_are_slim(toy):
    for x, y in (positions.T for positions in intervals(toy, "ellipse")):
        # (x / a)^2 + (y / b)^2 = 1, linear in 1 / a^2 and 1 / b^2
        inverse, *_ = np.linalg.lstsq(np.column_stack([x**2, y**2]), np.ones(len(x)), rcond=None)
        long, short = 1 / np.sqrt(inverse)
        np.testing.assert_allclose((x / long) ** 2 + (y / short) ** 2, 1, atol=5e-3)
        assert 0.899 <= long <= 1.101
        assert 0.349 <= short / long <= 0.501


def test_speeds_vary_around_a_turn_per_second_in_one_direction(toy):
    speeds = [turns_per_s(*positions.T) for positions in intervals(toy, "circle")]
    assert all(0.899 <= speed <= 1.101 for speed in speeds)
    assert np.ptp(speeds) > 0.01


def test_intervals_begin_at_any_phase():
    angles = [
        np.arctan2(*positions[0, ::-1])
        for seed in SEEDS
        for positions in intervals(make_toy(seed, noise=0.0), "circle")
    ]
    quadrants = np.floor(np.array(angles) / (np.pi / 2))
    assert len(set(quadrants)) == 4


def test_one_curve_becomes_the_next_without_a_jump(toy):
    steps = np.hypot(*np.diff(toy.motion.values[:, :2], axis=0).T)
    in_intervals = max(
        np.hypot(*np.diff(positions, axis=0).T).max()
        for behaviour in ("circle", "ellipse")
        for positions in intervals(toy, behaviour)
    )
    assert steps.max() < 2.5 * in_intervals
    np.testing.assert_array_equal(np.diff(toy.segmentation.boundaries, axis=1), HALF_TRANSITION)


def test_noise_has_the_standard_deviation_asked_for():
    clean, noisy = (make_toy(1, noise=noise).motion.values for noise in (0.0, 0.05))
    assert (noisy - clean)[:, :2].std() == pytest.approx(0.05, rel=0.05)
    assert not (noisy - clean)[:, 2:].any()


def test_a_network_sees_two_channels_alone(toy):
    found = network_features(to_expmap(toy.motion), FeatureParameters(root="absolute"))
    assert len(found.channels) == 6
    assert Standardiser.fit(found.values, found.channels).channels == ("point.tx", "point.ty")


def test_what_is_written_is_read_back(tmp_path):
    parameters = IngestionParameters(
        source="toy", toy={"folder": tmp_path, "seed": 5, "intervals": 3, "noise": 0.02}
    )
    files = motion_files(file_table(acquire(parameters)))
    assert list(files) == [TRIAL]
    [motion] = read_file(TRIAL, files[TRIAL], parameters)
    expected = make_toy(5, intervals=3, noise=0.02)
    np.testing.assert_array_equal(motion.values, expected.motion.values)
    assert motion.frame_rate == FRAME_RATE
    assert motion.channels == expected.motion.channels
    annotation = annotate(TRIAL, files[TRIAL], len(motion), None)
    assert annotation.behaviours == expected.segmentation.behaviours
    np.testing.assert_array_equal(annotation.boundaries, expected.segmentation.boundaries)


def test_writing_again_replaces_the_files(tmp_path):
    write_toy(tmp_path, seed=0, intervals=2)
    before = (tmp_path / "toy.bvh").read_bytes()
    write_toy(tmp_path, seed=1, intervals=2)
    assert (tmp_path / "toy.bvh").read_bytes() != before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["toy.bvh", "toy_annotation.txt"]


@pytest.mark.parametrize(("intervals", "interval_s"), [(1, 8.0), (4, 2.9), (4, float("nan"))])
def test_too_little_time_is_refused(intervals, interval_s):
    with pytest.raises(DataError, match="2 intervals or more of at least 3 s"):
        make_toy(0, intervals, interval_s)


@pytest.mark.parametrize("key", [{"intervals": 1}, {"noise": -0.1}, {"strech_s": 8}])
def test_bad_settings_are_refused_before_anything_runs(tmp_path, key):
    with pytest.raises(ValidationError, match=next(iter(key))):
        IngestionParameters(source="toy", toy={"folder": tmp_path, **key})
