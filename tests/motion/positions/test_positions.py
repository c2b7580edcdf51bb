"""Motions of positions: their skeleton, what networks see of them, and what uses them."""

from dataclasses import replace

import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.datasets import MotionDataset
from kinembed.io.concatenation import ConcatenationParameters, concatenate
from kinembed.io.recording_table import describe, recording_table
from kinembed.io.synthetic.person import make_sample
from kinembed.motion.features import FeatureParameters, network_features
from kinembed.motion.kinematics import forward_kinematics, local_rotations, without_heading
from kinembed.motion.positions import (
    body_positions,
    position_motion,
)
from kinembed.motion.positions.skeleton import headings_against, likely_links, rest_pose
from kinembed.motion.resampling import resample
from kinembed.segmentation.mlflow_model import _motion
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import TrainedModel, train_model

JOINTS = ("hips", "chest", "left", "right", "head")
SHAPE = np.array([[0, 0, 0], [0, 2, 0.2], [1, 2, 0], [-1, 1.5, 0.1], [0.1, 3, 0.5]])


def positions_of(frames=60, seed=0):
    """A shape that wobbles, walks and turns: positions, and its headings."""
    rng = np.random.default_rng(seed)
    headings = np.linspace(0.3, 9.0, frames)
    wobble = SHAPE + rng.normal(scale=0.05, size=(frames, 5, 3))
    path = np.linspace([0, 0.5, 0], [9, 0.5, -4], frames)
    return without_heading(wobble, -headings) + path[:, None], headings


def motion_of(positions, joints=JOINTS, frame_rate=30.0, trial="walk"):
    return position_motion(positions, joints, frame_rate=frame_rate, trial=trial)


@pytest.fixture
def motion():
    return motion_of(positions_of()[0])


def test_the_rest_pose_is_the_shape_facing_as_the_first_pose_does():
    positions, headings = positions_of(400)
    rest = rest_pose(positions)
    shape = without_heading((SHAPE - SHAPE.mean(axis=0))[None], -headings[:1])[0]
    np.testing.assert_allclose(rest, shape, atol=0.04)
    centred = positions - positions.mean(axis=1, keepdims=True)
    errors = headings_against(rest, centred) - (headings - headings[0])
    assert np.abs(np.angle(np.exp(1j * errors))).max() < 0.2


def test_links_join_what_moves_together():
    skeleton = make_sample(seed=0, duration_s=10.0).motion
    positions = forward_kinematics(skeleton)[::20]
    found = {frozenset(link) for link in likely_links(positions)}
    of_body = skeleton.skeleton
    assert len(found) == len(of_body.joints) - 1
    limbs = [("lfemur", "ltibia"), ("rhumerus", "rradius"), ("lradius", "lwrist")]
    for names in limbs:
        assert frozenset(of_body.index(name) for name in names) in found


def test_links_join_joints_that_coincide():
    assert likely_links(np.zeros((3, 3, 3))) == ((0, 1), (0, 2))
    assert likely_links(np.zeros((3, 1, 3))) == ()


def test_features_are_the_same_wherever_the_body_stands_and_however_it_faces(motion):
    turn = np.full(60, 2.0)
    elsewhere = without_heading(forward_kinematics(motion), turn) + np.array([50.0, 0, -3])
    other = replace(motion, values=elsewhere.reshape(60, -1))
    for root in ("ground", "none"):
        here, there = (
            network_features(one, FeatureParameters(root=root)) for one in (motion, other)
        )
        np.testing.assert_allclose(here.values, there.values, atol=1e-9)
    absolute = network_features(motion, FeatureParameters(root="absolute"))
    np.testing.assert_array_equal(absolute.values, motion.values)


def test_features_end_with_height_and_speed_of_the_centroid(motion):
    features = network_features(motion, FeatureParameters())
    assert features.channels[:4] == ("chest.tx", "chest.ty", "chest.tz", "head.tx")
    assert features.channels[-2:] == ("body.height", "body.ground_speed")
    centroid = forward_kinematics(motion).mean(axis=1)
    np.testing.assert_allclose(features.values[:, -2], centroid[:, 1])
    assert np.median(features.values[:, -1]) == pytest.approx(30 * np.hypot(9, 4) / 59, rel=0.2)


def test_body_positions_undo_travel_and_turns():
    positions, headings = positions_of()
    motion = motion_of(positions)
    centred = positions - positions.mean(axis=1, keepdims=True)
    facing = without_heading(centred, headings - headings[0])
    np.testing.assert_allclose(body_positions(motion), facing, atol=0.5)


def test_a_stored_motion_is_the_same(motion, tmp_path):
    stored = MotionDataset(filepath=str(tmp_path / "a.parquet"))
    stored.save(motion)
    again = stored.load()
    np.testing.assert_array_equal(again.values, motion.values)
    assert (again.skeleton, again.representation) == (motion.skeleton, motion.representation)
    assert again.skeleton.links


def test_between_frames_positions_move_evenly(motion):
    slower = resample(motion, 20.0)
    assert len(slower) == 40
    np.testing.assert_allclose(slower.values[1], motion.values[1:3].mean(axis=0))


def test_rotations_are_not_made_up(motion):
    with pytest.raises(DataError, match="walk: the recording holds positions of joints, but"):
        local_rotations(motion)


def test_a_joined_clip_goes_on_where_the_one_before_ended(motion):
    other = motion_of(positions_of(seed=1)[0], trial="again")
    joined = forward_kinematics(concatenate([motion, other], "both", ConcatenationParameters()))
    np.testing.assert_allclose(joined[60, 0, [0, 2]], joined[59, 0, [0, 2]])
    shapes = [one - one[:, :1] for one in (joined[60:], forward_kinematics(other))]
    np.testing.assert_allclose(*shapes, atol=1e-9)


@pytest.fixture(scope="module")
def model():
    training = TrainingParameters(
        network={"units": 4},
        windows={"source": 4, "target": 4},
        steps=2,
        batch_size=2,
        learning_rate=0.01,
        device="cpu",
    )
    trained = train_model(motion_of(positions_of()[0]), FeatureParameters(), training)
    return TrainedModel.from_bytes(trained.to_bytes(), file="stored")


@pytest.mark.slow
def test_a_model_measures_all_recordings_against_its_own_rest_pose(model, motion):
    """Joints in another order, one more of them, and another first pose make no difference."""
    late = positions_of()[0][20:]
    columns = [4, 2, 0, 1, 3, 0]
    other = motion_of(late[:, columns], (*(JOINTS[column] for column in columns[:5]), "extra"))
    shape, last = model.inputs(motion)[20:-1, :15], model.inputs(other)[:-1, :15]
    np.testing.assert_allclose(shape, last, atol=1e-5)


@pytest.mark.slow
def test_a_model_of_a_view_refuses_the_other():
    above, beside = (
        motion_of(forward_kinematics(motion_of(positions_of()[0])) * plane)
        for plane in ([1.0, 0, 1], [1.0, 1, 0])
    )
    training = TrainingParameters(
        network={"units": 4}, windows={"source": 5, "target": 5}, steps=1, device="cpu"
    )
    model = train_model(above, FeatureParameters(), training)
    problem = "holds .* seen from the side, but the model was trained on .* seen from above"
    with pytest.raises(DataError, match=problem):
        model.inputs(beside)


@pytest.mark.slow
def test_a_model_refuses_another_kind_and_other_joints_by_name(model, toy_motion):
    flat = forward_kinematics(motion_of(positions_of()[0])) * [1.0, 0, 1]
    claws = motion_of(positions_of()[0], ("claw", *JOINTS[1:]))
    with pytest.raises(DataError, match="toy: the recording holds rotations .* in 3 dimensions"):
        model.inputs(toy_motion)
    with pytest.raises(DataError, match="in 2 dimensions seen from above, but .* in 3 dimensions"):
        model.inputs(motion_of(flat))
    with pytest.raises(DataError, match="lacks its joints hips and has others, claw"):
        model.inputs(claws)


@pytest.mark.slow
def test_the_packed_model_takes_a_table_of_positions(model, motion):
    import pandas as pd

    found = _motion(pd.DataFrame(motion.values, columns=list(motion.channels)), model, 30.0)
    assert found.representation is motion.representation
    np.testing.assert_array_equal(found.values, motion.values)


def test_an_experiment_takes_one_kind(motion):
    flat = motion_of(forward_kinematics(motion) * [1.0, 1, 0], trial="flat")
    files = {"walk": "walk.csv", "flat": "flat.csv"}
    message = r"\(hips, chest, .*; positions of joints in 2 dimensions seen from the side\) in flat"
    with pytest.raises(DataError, match=message):
        recording_table([describe(motion), describe(flat)], files)
