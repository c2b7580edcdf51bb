"""A small network that is not trained, along the toy motion; and states with known geometry."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def untrained(toy_motion):
    """A network of 10 units that sees windows of 8 + 6 frames, with random weights."""
    from kinembed.motion.features import FeatureParameters, network_features
    from kinembed.motion.standardise import Standardiser
    from kinembed.training.motion_prediction import TrainingParameters, initial_network
    from kinembed.training.trained_model import TrainedModel

    features = FeatureParameters()
    training = TrainingParameters(
        network={"units": 10}, windows={"source": 8, "target": 6}, seed=3, device="cpu"
    )
    found = network_features(toy_motion, features)
    standardiser = Standardiser.fit(found.values, found.channels)
    network = initial_network(len(standardiser.channels), training)
    history = pd.DataFrame({"step": [0], "loss": [1.0]})
    return TrainedModel(network, training, features, standardiser, toy_motion.skeleton, history)


@pytest.fixture(scope="session")
def random_states():
    """Random states of 12 windows of 3 + 4 steps that lie 5 frames apart, and their clusters."""
    from kinembed.analysis.state_dynamics import WindowStates

    generator = np.random.default_rng(0)
    states = WindowStates(
        generator.normal(size=(12, 3, 5)).astype(np.float32),
        generator.normal(size=(12, 4, 5)).astype(np.float32),
        np.arange(12) * 5,
    )
    return states, np.array([2, 2, 2, 2, -1, 0, 0, 0, -1, 2, 2, -1])
