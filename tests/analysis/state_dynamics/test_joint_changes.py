from dataclasses import replace

import numpy as np
import pytest
import torch

from kinembed.analysis.state_dynamics import fit_pod, joint_changes, window_states
from kinembed.motion.features import FeatureParameters, network_features
from kinembed.motion.standardise import Standardiser
from kinembed.networks.seq2seq import Seq2Seq
from kinembed.training.motion_prediction import TrainingParameters


@pytest.fixture(scope="module")
def pod(untrained, toy_motion):
    return fit_pod(window_states(untrained, toy_motion, np.arange(0, 280, 7)).both, 3)


def test_changes_are_what_the_network_predicts_after_the_move(untrained, pod):
    table = joint_changes(untrained, pod)
    start = torch.as_tensor(pod.mean, dtype=torch.float32)
    for component in (1, 2, 3):
        move = pod.deviations[component - 1] * pod.modes[component - 1]
        with torch.inference_mode():
            before, after = (
                untrained.standardiser.invert(untrained.network.readout(state)[None].numpy())
                for state in (start, start + torch.as_tensor(move, dtype=torch.float32))
            )
        change = dict(zip(untrained.standardiser.channels, (after - before)[0], strict=True))
        rows = table[table["component"] == component].set_index(["joint", "unit"])["change"]
        arm = np.linalg.norm([change[f"arm.e{axis}"] for axis in "xyz"])
        assert rows["arm", "rad"] == pytest.approx(arm, rel=1e-3)
        assert rows["hips", "length"] == pytest.approx(abs(change["hips.height"]), rel=1e-3)
        assert rows["hips", "length/s"] == pytest.approx(abs(change["hips.ground_speed"]), rel=1e-3)
        assert len(rows) == 3


def test_rows_are_ordered_by_component(untrained, pod):
    table = joint_changes(untrained, pod)
    assert list(table.columns) == ["component", "joint", "unit", "change"]
    assert table["component"].tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_position_and_rotation_of_an_absolute_root_have_rows_of_their_own(
    untrained, toy_motion, pod
):
    features = FeatureParameters(root="absolute")
    found = network_features(toy_motion, features)
    standardiser = Standardiser.fit(found.values, found.channels)
    network = Seq2Seq(len(standardiser.channels), untrained.training.network)
    model = replace(untrained, network=network, features=features, standardiser=standardiser)
    first = joint_changes(model, pod).query("component == 1")
    owners = set(zip(first["joint"], first["unit"], strict=True))
    assert owners == {("hips", "length"), ("hips", "rad"), ("arm", "rad")}


def test_a_residual_network_changes_by_frame(untrained, pod):
    training = TrainingParameters(network={"units": 10, "residual": True})
    network = Seq2Seq(len(untrained.standardiser.channels), training.network)
    table = joint_changes(replace(untrained, network=network), pod)
    assert set(table["unit"]) == {"rad/frame", "length/frame", "length/s/frame"}
