import numpy as np
import pytest
import torch

from kinembed.checkpoints import CheckpointFolder
from kinembed.errors import CheckpointError, DataError
from kinembed.training import TrainingParameters, fit, initial_network

PARAMETERS = TrainingParameters(
    network={"units": 8},
    windows={"source": 5, "target": 4},
    steps=12,
    batch_size=4,
    learning_rate=1e-2,
    input_noise=0.1,
    device="cpu",
    checkpoint_every=3,
    history_every=4,
)


@pytest.fixture
def values():
    time = np.arange(80)
    return np.column_stack([np.sin(time / 3), np.cos(time / 3), np.sin(time / 5)])


class KilledError(Exception):
    pass


class KilledAfter(CheckpointFolder):
    """A folder whose run is killed right after some checkpoint was written."""

    def file(self, sequence, fingerprint):
        file = super().file(sequence, fingerprint)

        class File(type(file)):
            def save(self, checkpoint):
                super().save(checkpoint)
                if checkpoint.step == 6:
                    raise KilledError

        return File(file.path)


def weights(result):
    return torch.cat([tensor.flatten() for tensor in result.network.state_dict().values()])


def test_training_begins_with_the_initial_network(values):
    hardly = PARAMETERS.model_copy(update={"steps": 1, "learning_rate": 1e-30})
    before = torch.random.get_rng_state()
    network = initial_network(values.shape[1], hardly)
    assert torch.equal(torch.random.get_rng_state(), before)
    begun = fit(values, hardly, sequence="a").network.state_dict()
    torch.testing.assert_close(dict(network.state_dict()), dict(begun), rtol=0, atol=0)


def test_loss_falls(values):
    history = fit(values, PARAMETERS.model_copy(update={"steps": 150}), sequence="a").history
    assert history["loss"].iloc[-1] < 0.5 * history["loss"].iloc[0]


def test_history_gives_the_mean_loss_of_each_group_of_steps(values):
    history = fit(values, PARAMETERS, sequence="a").history
    assert history["step"].tolist() == [4, 8, 12]
    every = fit(values, PARAMETERS.model_copy(update={"history_every": 1}), sequence="a").history
    np.testing.assert_allclose(history["loss"].iloc[0], every["loss"].iloc[:4].mean())


def test_same_seed_same_weights_other_seed_other_weights(values):
    first, again = (fit(values, PARAMETERS, sequence="a") for _ in range(2))
    other = fit(values, PARAMETERS.model_copy(update={"seed": 1}), sequence="a")
    assert torch.equal(weights(first), weights(again))
    assert not torch.equal(weights(first), weights(other))


def test_training_leaves_the_global_random_state_alone(values):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    fit(values, PARAMETERS, sequence="a")
    assert torch.equal(torch.rand(1), expected)


def test_a_killed_run_continues_to_the_weights_of_an_unbroken_one(values, tmp_path):
    unbroken = fit(values, PARAMETERS, sequence="a")
    with pytest.raises(KilledError):
        fit(values, PARAMETERS, sequence="a", checkpoints=KilledAfter(tmp_path))
    continued = fit(values, PARAMETERS, sequence="a", checkpoints=CheckpointFolder(tmp_path))
    assert torch.equal(weights(continued), weights(unbroken))
    assert continued.history.equals(unbroken.history)


def test_a_run_does_not_continue_from_the_checkpoint_of_another_configuration(values, tmp_path):
    folder = CheckpointFolder(tmp_path)
    fit(values, PARAMETERS, sequence="a", checkpoints=folder)
    larger = PARAMETERS.model_copy(update={"batch_size": 5})
    result = fit(values, larger, sequence="a", checkpoints=folder)
    assert torch.equal(weights(result), weights(fit(values, larger, sequence="a")))


def test_a_damaged_checkpoint_is_named(values, tmp_path):
    fit(values, PARAMETERS, sequence="a", checkpoints=CheckpointFolder(tmp_path))
    (path,) = tmp_path.glob("*.safetensors")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match=f"{path.name}.*delete it to start anew"):
        fit(values, PARAMETERS, sequence="a", checkpoints=CheckpointFolder(tmp_path))


def test_a_checkpoint_of_another_shape_is_refused(values, tmp_path):
    folder = CheckpointFolder(tmp_path)
    fit(values, PARAMETERS, sequence="a", checkpoints=folder)
    (path,) = tmp_path.glob("*.safetensors")
    content = path.read_bytes()
    folder.clear()
    other = TrainingParameters(**{**PARAMETERS.model_dump(), "network": {"units": 5}})
    fit(values, other, sequence="a", checkpoints=folder)
    (theirs,) = tmp_path.glob("*.safetensors")
    theirs.write_bytes(content)
    with pytest.raises(CheckpointError, match="is of another network"):
        fit(values, other, sequence="a", checkpoints=folder)


def test_a_loss_that_is_not_finite_says_what_to_lower(values):
    with pytest.raises(DataError, match="lower training.learning_rate"):
        fit(values * 1e30, PARAMETERS, sequence="a")


def test_mixed_precision_learns_too(values):
    mixed = PARAMETERS.model_copy(update={"precision": "mixed", "steps": 60})
    history = fit(values, mixed, sequence="a").history
    assert history["loss"].iloc[-1] < history["loss"].iloc[0]


def test_a_misspelt_parameter_is_named():
    with pytest.raises(ValueError, match="learning_rat"):
        TrainingParameters(learning_rat=1e-3)
