"""The video network on recordings: it learns windows of channels, and is clustered like ours."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from kinembed.core.errors import DataError
from kinembed.evaluation.ablation import AblationParameters, plan
from kinembed.evaluation.baselines import BaselineParameters, StageParameters, predict
from kinembed.motion.features import FeatureParameters
from kinembed.segmentation.clustering import ClusteringParameters, cluster
from kinembed.segmentation.embedding import EmbeddingParameters, embed
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.video.prediction import train_frame_features

pytestmark = pytest.mark.slow

STAGES = StageParameters(
    features=FeatureParameters(),
    training=TrainingParameters(
        network={"units": 16},
        windows={"source": 10, "target": 8},
        steps=60,
        batch_size=16,
        learning_rate=3e-3,
        seed=1,
        device="cpu",
    ),
    embedding=EmbeddingParameters(
        states="decoder",
        arrangement="frame",
        stride=3,
        components=8,
        discontinuity_threshold=None,
        device="cpu",
    ),
    clustering=ClusteringParameters(method="kmeans", components=8, minimum_duration_s=0.5),
)


@pytest.fixture(scope="module")
def model(toy_motion):
    return train_frame_features(toy_motion, STAGES.features, STAGES.training)


def test_states_are_those_from_which_the_future_is_read(model, toy_motion):
    windows = STAGES.training.windows
    source = model.inputs(toy_motion)[None, : windows.source]
    network = model.network.network
    with torch.no_grad():
        prediction = model.network(source, windows.target)
        encoder_states, _ = network.encoder(source)
        rolled = network.roll_out(source, windows.target)
    torch.testing.assert_close(prediction.target, rolled.future)
    torch.testing.assert_close(prediction.encoder_states, encoder_states)
    read = network.future.readout(prediction.decoder_states)
    torch.testing.assert_close(read, prediction.target)


def test_it_learns_to_predict(model, toy_motion):
    """Better than the mean of every channel, which is 0, with a squared error of 1 each."""
    data = model.inputs(toy_motion)
    windows = data.unfold(0, 18, 6).transpose(1, 2)
    source, target = windows.split([10, 8], dim=1)
    with torch.no_grad():
        error = (model.network(source, 8).target - target).square().mean()
    assert error < 0.8 * target.square().mean()


def test_its_embedding_has_a_row_for_every_frame_that_is_predicted(model, toy_motion):
    embeddings = embed(model, toy_motion, STAGES.embedding)
    assert embeddings.frame_index.tolist() == list(range(10, 300))
    assert embeddings.values.shape == (290, 8)


def test_its_embedding_is_clustered_like_any_other(model, toy_motion):
    labels = predict("video_lstm", toy_motion, 2, BaselineParameters(), STAGES)
    embeddings = embed(model, toy_motion, STAGES.embedding)
    expected = cluster(embeddings, STAGES.clustering, 2).frame_labels
    np.testing.assert_array_equal(labels, expected)
    assert len(labels) == 300


def test_weights_come_from_the_seed(model, toy_motion):
    name = "network.encoder.layers.0.weight"
    other = STAGES.training.model_copy(update={"seed": 2, "steps": 1})
    weight = train_frame_features(toy_motion, STAGES.features, other).network.state_dict()[name]
    assert not torch.allclose(weight, model.network.state_dict()[name], atol=0.1)


def test_a_recording_shorter_than_a_window_is_refused(toy_motion):
    short = replace(toy_motion, values=toy_motion.values[:17])
    with pytest.raises(DataError, match="a sequence of 17 frames is shorter than one window"):
        train_frame_features(short, STAGES.features, STAGES.training)


def test_an_ablation_runs_it_as_a_row_of_its_own():
    parameters = AblationParameters(rows={"video_lstm": {"baseline": "video_lstm"}}, seeds=(0, 4))
    numbered = STAGES.clustering.model_copy(update={"number": 2})
    units = plan(parameters, replace(STAGES, clustering=numbered), ["toy"])
    assert [unit.runs[0].stages.training.seed for unit in units.values()] == [0, 4]
    assert {unit.runs[0].baseline for unit in units.values()} == {"video_lstm"}
