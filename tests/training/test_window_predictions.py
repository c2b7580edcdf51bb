import numpy as np
import pytest
import torch

from kinembed.core.errors import DataError
from kinembed.motion.features import FeatureParameters
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model
from kinembed.training.window_predictions import predict_windows


@pytest.fixture(scope="module")
def model(toy_motion):
    training = TrainingParameters(
        network={"units": 6}, windows={"source": 10, "target": 8}, steps=2, device="cpu"
    )
    return train_model(toy_motion, FeatureParameters(), training)


@pytest.mark.parametrize("size", [2, 3, 512])
def test_windows_are_predicted_in_order_whatever_the_batches(model, toy_motion, size):
    starts = np.array([0, 40, 282, 7, 100])
    batches = list(predict_windows(model, toy_motion, starts, batch_size=size, device="cpu"))
    assert max(len(batch.starts) for batch in batches) <= size
    np.testing.assert_array_equal(np.concatenate([batch.starts for batch in batches]), starts)
    data = model.inputs(toy_motion)
    sources = torch.stack([data[start : start + 10] for start in starts])
    targets = torch.stack([data[start + 10 : start + 18] for start in starts])
    torch.testing.assert_close(torch.cat([batch.target for batch in batches]), targets)
    with torch.no_grad():
        expected = model.network(sources, 8)
    for part in ("target", "encoder_states", "decoder_states"):
        found = torch.cat([getattr(batch.prediction, part) for batch in batches])
        torch.testing.assert_close(found, getattr(expected, part))


def test_without_a_window_there_is_nothing_to_predict(model, toy_motion):
    with pytest.raises(DataError, match=f"{toy_motion.trial}: there is no window to predict"):
        list(predict_windows(model, toy_motion, np.zeros(0, dtype=np.int64), device="cpu"))
