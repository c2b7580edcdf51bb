"""The synthetic trial: repeatable, varied, written and read back, and moving like a person."""

import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.random import default_rng

from kinembed.core.errors import DataError
from kinembed.io.formats.reader import read_annotation, read_motion
from kinembed.io.sources import acquire_folder, fingerprint
from kinembed.io.synthetic.person import Sample, make_sample, write_sample
from kinembed.io.synthetic.person.behaviours import BEHAVIOURS, QUANTITIES, STEPS
from kinembed.io.synthetic.person.performance import draw_score, perform
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Representation

pytestmark = pytest.mark.slow

METRES = 0.0254 / 0.45
SEED = 3


@pytest.fixture(scope="module")
def sample() -> Sample:
    return make_sample(SEED)


@pytest.fixture(scope="module")
def points(sample: Sample) -> np.ndarray:
    """Positions of all joints in metres."""
    return forward_kinematics(sample.motion) * METRES


def channel(sample: Sample, name: str) -> np.ndarray:
    return sample.motion.values[:, sample.motion.channels.index(name)]


def frames_of(sample: Sample, behaviour: str) -> slice:
    """The first segment of a behaviour without its transitions (half a second at each end)."""
    segment = sample.segmentation.behaviours.index(behaviour)
    start, stop = sample.segmentation.edges[segment : segment + 2]
    return slice(start + 60, stop - 60)


def joint(sample: Sample, points: np.ndarray, name: str) -> np.ndarray:
    return points[:, sample.motion.skeleton.index(name)]


def ahead_of_root(sample: Sample, points: np.ndarray, name: str) -> np.ndarray:
    """Distance of a joint from the root in the direction that the hips face."""
    left, right = joint(sample, points, "lfemur"), joint(sample, points, "rfemur")
    facing = np.cross(left - right, [0.0, 1.0, 0.0])
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    return ((joint(sample, points, name) - points[:, 0]) * facing).sum(axis=1)


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.corrcoef(first, second)[0, 1])


def speed_of_root(points: np.ndarray, frames: slice) -> float:
    """Distance travelled on the ground in metres per second, smoothed over a fifth of a second."""
    path = points[frames, 0][::24][:, [0, 2]]
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).mean() * 5)


def beats_per_second(values: np.ndarray) -> float:
    windowed = (values - values.mean()) * np.hanning(len(values))
    return float(np.abs(np.fft.rfft(windowed, 8192)).argmax() * 120 / 8192)


# --- what a sample is ----------------------------------------------------------------------------


def test_sample_has_the_length_rate_and_channels_of_a_recording(sample: Sample) -> None:
    assert sample.motion.values.shape == (10_800, 62)
    assert sample.motion.frame_rate == 120
    assert sample.motion.representation is Representation.EULER
    assert sample.motion.trial == sample.segmentation.trial == "sample"
    assert sample.motion.channels[:6] == tuple(
        f"root.{kind}{axis}" for kind in "tr" for axis in "xyz"
    )
    assert sample.segmentation.frame_count == 10_800
    assert (sample.motion.values.std(axis=0) > 0.01).all()


def test_six_behaviours_come_in_ten_segments_and_some_recur(sample: Sample) -> None:
    behaviours = sample.segmentation.behaviours
    assert set(behaviours) == set(BEHAVIOURS)
    assert (len(BEHAVIOURS), len(behaviours)) == (6, 10)


def test_a_transition_is_half_a_second_around_its_boundary(sample: Sample) -> None:
    earliest, best, latest = sample.segmentation.boundaries.T
    assert ((latest - earliest >= 48) & (latest - earliest <= 72)).all()
    np.testing.assert_array_equal(best - earliest, latest - best)


def test_equal_seeds_give_equal_values_whatever_the_global_generator(sample: Sample) -> None:
    np.random.seed(1)  # noqa: NPY002
    again = make_sample(SEED)
    np.testing.assert_array_equal(again.motion.values, sample.motion.values)
    np.testing.assert_array_equal(again.segmentation.boundaries, sample.segmentation.boundaries)


def test_other_seeds_give_another_performance(sample: Sample) -> None:
    other = make_sample(SEED + 1)
    assert other.segmentation.behaviours != sample.segmentation.behaviours
    assert np.abs(other.motion.values - sample.motion.values).mean() > 1


def test_making_one_takes_no_time_to_speak_of() -> None:
    make_sample(0, 5.0)
    start = time.process_time()
    make_sample(0)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(("duration_s", "frame_rate"), [(4.0, 120.0), (12.5, 60.0), (30.0, 30.0)])
def test_other_durations_and_rates(duration_s: float, frame_rate: float) -> None:
    short = make_sample(0, duration_s, frame_rate)
    assert len(short.motion) == round(duration_s * frame_rate)
    assert short.motion.duration == duration_s
    assert len(short.segmentation.behaviours) >= 2


@pytest.mark.parametrize("duration_s", [3.9, 0.0, -1.0, float("nan")])
def test_durations_too_short_for_two_segments_are_refused(duration_s: float) -> None:
    with pytest.raises(DataError, match=r"at least 4.0 s \(duration_s\), not"):
        make_sample(0, duration_s)


# --- how a performance is put together -----------------------------------------------------------


def test_scores_bring_every_behaviour_before_any_again_and_never_twice_in_a_row() -> None:
    for seed in range(200):
        behaviours = draw_score(default_rng(seed), 180.0, 120.0).behaviours
        assert len(behaviours) == 20
        assert set(behaviours[:6]) == set(behaviours[6:12]) == set(BEHAVIOURS)
        assert all(one != following for one, following in pairwise(behaviours))


def test_control_points_of_the_right_side_lag_behind_the_left() -> None:
    for behaviour in BEHAVIOURS.values():
        points = behaviour.control_points()
        assert points.shape == (STEPS, len(QUANTITIES))
        left = points[:, [name.startswith("left") for name in QUANTITIES]]
        right = points[:, [name.startswith("right") for name in QUANTITIES]]
        np.testing.assert_array_equal(np.roll(left, int(behaviour.right_lag * STEPS), 0), right)


def test_curves_name_known_quantities() -> None:
    for behaviour in BEHAVIOURS.values():
        assert set(behaviour.trunk) <= set(QUANTITIES)
        assert {f"left_{name}" for name in behaviour.side} <= set(QUANTITIES)


def test_nothing_jumps_where_behaviours_meet() -> None:
    rng = default_rng(SEED)
    score = draw_score(rng, 90.0, 120.0)
    performed = perform(rng, score, 120.0)
    angles = performed[:, [name not in ("flight", "turn") for name in QUANTITIES]]
    assert np.abs(np.diff(angles, axis=0)).max() < 8
    assert (performed[:, [name.endswith(("knee", "elbow")) for name in QUANTITIES]] >= 0).all()


def test_occurrences_of_one_behaviour_differ_in_tempo_and_amplitude() -> None:
    tempi, amplitudes = [], []
    for seed in range(12):
        rng = default_rng(seed)
        score = draw_score(rng, 54.0, 120.0)
        hip = perform(rng, score, 120.0)[:, QUANTITIES.index("left_hip")]
        edges = [0, *score.boundaries[:, 1], score.frame_count]
        segment = score.behaviours.index("walking")
        walked = hip[edges[segment] + 60 : edges[segment + 1] - 60]
        tempi.append(beats_per_second(walked))
        amplitudes.append(walked.std())
    assert 0.03 < np.std(tempi) / np.mean(tempi) < 0.15
    assert 0.04 < np.std(amplitudes) / np.mean(amplitudes) < 0.2


# --- whether it moves like a person --------------------------------------------------------------


def test_knees_and_elbows_bend_one_way_only(sample: Sample) -> None:
    for name in ("ltibia.rx", "rtibia.rx", "lradius.rx", "rradius.rx"):
        values = channel(sample, name)
        assert values.min() > -1.5  # noise
        assert values.max() < 130


def test_feet_stand_on_the_ground_and_leave_it_only_to_run_and_jump(
    sample: Sample, points: np.ndarray
) -> None:
    feet = ("lfoot", "ltoes", "ltoes_end", "rfoot", "rtoes", "rtoes_end")
    lowest = np.min([joint(sample, points, foot)[:, 1] for foot in feet], axis=0)
    assert lowest.min() > -0.03
    for behaviour in ("walking", "standing", "arm_circling", "kicking"):
        assert np.abs(lowest[frames_of(sample, behaviour)]).max() < 0.03
    assert 0.1 < lowest[frames_of(sample, "jumping")].max() < 0.4
    assert 0.02 < lowest[frames_of(sample, "running")].max() < 0.15


def test_legs_are_in_antiphase_in_gait_and_together_in_jumps(
    sample: Sample, points: np.ndarray
) -> None:
    left, right = (ahead_of_root(sample, points, foot) for foot in ("lfoot", "rfoot"))
    for gait in ("walking", "running"):
        frames = frames_of(sample, gait)
        assert correlation(left[frames], right[frames]) < -0.7
    frames = frames_of(sample, "jumping")
    assert correlation(left[frames], right[frames]) > 0.7


def test_arms_swing_against_the_leg_of_their_side(sample: Sample, points: np.ndarray) -> None:
    for side in "lr":
        hand, foot = (ahead_of_root(sample, points, side + part) for part in ("hand", "foot"))
        for gait in ("walking", "running"):
            frames = frames_of(sample, gait)
            assert correlation(hand[frames], foot[frames]) < -0.5


def test_gait_goes_where_the_body_faces_and_standing_goes_nowhere(
    sample: Sample, points: np.ndarray
) -> None:
    speeds = {name: speed_of_root(points, frames_of(sample, name)) for name in BEHAVIOURS}
    assert 0.7 < speeds["walking"] < 1.7
    assert 1.5 < speeds["running"] < 4.0
    assert speeds["standing"] < 0.08
    for gait in ("walking", "running"):
        frames = frames_of(sample, gait)
        left, right = (joint(sample, points, name)[frames][:-24] for name in ("lfemur", "rfemur"))
        step = points[frames, 0][24:] - points[frames, 0][:-24]
        facing = np.cross(left - right, [0.0, 1.0, 0.0])
        cosine = (step * facing).sum(1) / np.linalg.norm(step, axis=1)
        assert np.median(cosine / np.linalg.norm(facing, axis=1)) > 0.95


def test_foot_under_load_slides_little(sample: Sample, points: np.ndarray) -> None:
    frames = frames_of(sample, "walking")
    toes = np.stack([joint(sample, points, name)[frames] for name in ("ltoes", "rtoes")], axis=1)
    in_a_tenth = np.linalg.norm(toes[12:] - toes[:-12], axis=2).min(axis=1)
    assert np.median(in_a_tenth) < 0.03  # the body goes 0.1 m in that time


def test_walking_and_running_overlap_in_pose_but_not_in_tempo(sample: Sample) -> None:
    hip = channel(sample, "lfemur.rx")
    walking, running = (hip[frames_of(sample, gait)] for gait in ("walking", "running"))
    assert abs(walking.mean() - running.mean()) < walking.std()
    assert beats_per_second(running) > 1.2 * beats_per_second(walking)


# --- the files -----------------------------------------------------------------------------------


def test_written_sample_is_read_back_exactly(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    write_sample(folder, seed=5, duration_s=10.0)
    acquired = acquire_folder(folder)
    assert {(file.name, file.role) for file in acquired.files} == {
        ("sample", "motion"),
        ("sample", "skeleton"),
        ("sample", "annotation"),
    }
    assert acquired.absent == ()
    made = make_sample(5, 10.0)
    skeleton = str(folder / "sample.asf")
    motion = read_motion(str(folder / "sample.amc"), trial="sample", skeleton_path=skeleton)
    np.testing.assert_array_equal(motion.values, made.motion.values)
    assert motion.channels == made.motion.channels
    np.testing.assert_allclose(
        motion.skeleton.offsets, made.motion.skeleton.offsets, rtol=0, atol=1e-9
    )
    annotation = read_annotation(
        str(folder / "sample_annotation.txt"), trial="sample", frame_count=len(motion)
    )
    assert annotation.behaviours == made.segmentation.behaviours
    np.testing.assert_array_equal(annotation.boundaries, made.segmentation.boundaries)
    assert annotation.frame_count == len(motion)


def test_files_say_that_they_are_synthetic_and_are_no_larger_than_need_be(tmp_path: Path) -> None:
    start = time.process_time()
    write_sample(tmp_path, seed=0)
    assert time.process_time() - start < 6
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "sample.amc",
        "sample.asf",
        "sample_annotation.txt",
    ]
    for name in ("sample.asf", "sample.amc"):
        assert (tmp_path / name).read_text().startswith("# synthetic")
    assert ":name synthetic" in (tmp_path / "sample.asf").read_text()
    assert (tmp_path / "sample.amc").stat().st_size < 10e6


def test_writing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    fingerprints = set()
    for _ in range(2):
        write_sample(tmp_path, seed=1, duration_s=5.0)
        fingerprints.add(fingerprint(acquire_folder(tmp_path).files))
    assert len(fingerprints) == 1
