"""The node says where trainings go on, before other processes get the work."""

from functools import partial

import pytest
from helpers.killed import KilledAfter, KilledError

from kinembed.core.parallel import ParallelConfig
from kinembed.motion.features import FeatureParameters
from kinembed.pipelines import training
from kinembed.pipelines.training.nodes import share_models, train_models
from kinembed.segmentation.time_scale import TimeScale
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_together

TRAINING = TrainingParameters(
    network={"units": 4},
    windows={"source": 6, "target": 4},
    steps=8,
    batch_size=3,
    checkpoint_every=3,
    device="cpu",
    share="all",
)
SAID = "Clusters will be of the states of networks trained to predict: gru, 4 units, 8 steps"


@pytest.fixture
def resume(toy_motion, tmp_path):
    with pytest.raises(KilledError):
        train_together("all", [toy_motion], FeatureParameters(), TRAINING, KilledAfter(tmp_path))

    def _resume(training):
        sequences = {toy_motion.trial: partial(_itself, toy_motion)}
        assigned = share_models(sequences, training)
        settings = (
            CheckpointFolder(tmp_path),
            FeatureParameters(),
            training,
            TimeScale(),
            ParallelConfig(),
        )
        train_models(sequences, assigned, *settings)

    return _resume


def _itself(motion):
    return motion


def test_the_main_process_says_where_a_training_goes_on(resume, caplog):
    with caplog.at_level("INFO"):
        resume(TRAINING)
    assert caplog.messages == [SAID, "Training of all goes on from step 6 of 8"]


def test_a_checkpoint_of_other_settings_is_not_announced(resume, caplog):
    with caplog.at_level("INFO"):
        resume(TRAINING.model_copy(update={"batch_size": 5}))
    assert caplog.messages == [SAID]


def test_a_training_that_fails_leaves_the_stored_time_to_the_stored_networks():
    before = training.create_pipeline().to_outputs("time_scale")
    assert "train_models" in {node.name for node in before.nodes}
