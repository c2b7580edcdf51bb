"""Video networks learn moving digits, by the loop of the main system."""

import numpy as np
import pytest
import torch
from helpers.killed import KilledAfter, KilledError

from kinembed.core.errors import CheckpointError, DataError
from kinembed.io.sources.digits import Digits
from kinembed.io.synthetic.moving_digits import MovingDigits
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.loop import seed_of_step
from kinembed.video.prediction.digit_source import DigitParameters, DigitSource, draw_windows
from kinembed.video.prediction.training import VideoTrainingParameters, fit, initial_network

pytestmark = pytest.mark.slow

IMAGES = np.random.default_rng(0).integers(100, 256, (6, 4, 4)).astype(np.uint8)
PARAMETERS = VideoTrainingParameters(
    network={"units": 8},
    windows={"source": 4, "target": 3},
    steps=9,
    batch_size=4,
    device="cpu",
    checkpoint_every=3,
    history_every=3,
)
FLIGHTS = DigitParameters(videos={"side": 8, "digits": 1, "slowest": 0.5, "fastest": 1.5})
SOURCE = DigitSource(Digits(IMAGES, IMAGES, "squares"), FLIGHTS)


def weights(result):
    return torch.cat([tensor.flatten() for tensor in result.network.state_dict().values()])


@pytest.mark.parametrize("conditional", [False, True])
def test_a_killed_run_continues_to_the_weights_of_an_unbroken_one(tmp_path, conditional):
    network = PARAMETERS.network.model_copy(update={"conditional": conditional})
    parameters = PARAMETERS.model_copy(update={"network": network})
    unbroken = fit(SOURCE, parameters, name="a")
    with pytest.raises(KilledError):
        fit(SOURCE, parameters, name="a", checkpoints=KilledAfter(tmp_path))
    continued = fit(SOURCE, parameters, name="a", checkpoints=CheckpointFolder(tmp_path))
    assert torch.equal(weights(continued), weights(unbroken))
    assert continued.history.equals(unbroken.history)


def test_loss_falls_below_that_of_the_mean_image():
    network = PARAMETERS.network.model_copy(update={"units": 32})
    longer = {"steps": 200, "batch_size": 16, "learning_rate": 5e-3, "network": network}
    parameters = PARAMETERS.model_copy(update=longer)
    history = fit(SOURCE, parameters, name="a").history
    digits = MovingDigits(torch.as_tensor(IMAGES), FLIGHTS.videos)
    source, target = draw_windows(digits, PARAMETERS.windows, 200, seed=7)
    mean = source.mean((0, 1)).clamp(1e-4, 1 - 1e-4)
    both = sum(
        torch.nn.functional.binary_cross_entropy(mean.expand_as(truth), truth) * 64
        for truth in (source, target)
    )
    assert history["loss"].iloc[0] > both
    assert history["loss"].iloc[-3:].mean() < 0.85 * both


def test_every_step_draws_videos_of_its_own():
    digits = MovingDigits(torch.as_tensor(IMAGES), FLIGHTS.videos)
    drawn = [
        draw_windows(digits, PARAMETERS.windows, 4, seed_of_step(PARAMETERS.seed, step))[0]
        for step in (0, 0, 1)
    ]
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])
    source, target = draw_windows(digits, PARAMETERS.windows, 4, 0)
    assert (source.shape, target.shape) == ((4, 4, 64), (4, 3, 64))


def test_equal_seeds_give_equal_weights_and_leave_the_global_state_alone():
    before = torch.random.get_rng_state()
    first, again = (fit(SOURCE, PARAMETERS, name="a") for _ in range(2))
    other = fit(SOURCE, PARAMETERS.model_copy(update={"seed": 1}), name="a")
    assert torch.equal(weights(first), weights(again))
    assert not torch.equal(weights(first), weights(other))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_training_begins_with_the_initial_network():
    hardly = PARAMETERS.model_copy(update={"steps": 1, "learning_rate": 1e-30})
    begun = fit(SOURCE, hardly, name="a").network.state_dict()
    torch.testing.assert_close(dict(begun), dict(initial_network(64, hardly).state_dict()))


def test_a_loss_that_is_not_finite_says_what_to_lower():
    wild = PARAMETERS.model_copy(update={"learning_rate": 1e38})
    with pytest.raises(
        DataError, match="the loss is .* lower video.training.learning_rate \\(now 1e\\+38"
    ):
        fit(SOURCE, wild, name="a")


def test_other_digits_and_other_flights_have_a_checkpoint_of_their_own(tmp_path):
    faster = FLIGHTS.videos.model_copy(update={"fastest": 2.0})
    sources = (
        SOURCE,
        DigitSource(Digits(IMAGES + 1, IMAGES, "squares"), FLIGHTS),
        DigitSource(SOURCE.digits, FLIGHTS.model_copy(update={"videos": faster})),
    )
    short = PARAMETERS.model_copy(update={"steps": 1})
    for number, source in enumerate(sources):
        fit(source, short, name="a", checkpoints=CheckpointFolder(tmp_path))
        assert len(list(tmp_path.glob("*.safetensors"))) == number + 1


def test_a_damaged_checkpoint_is_named(tmp_path):
    fit(SOURCE, PARAMETERS, name="a", checkpoints=CheckpointFolder(tmp_path))
    (path,) = tmp_path.glob("*.safetensors")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match=f"{path.name}: not a checkpoint"):
        fit(SOURCE, PARAMETERS, name="a", checkpoints=CheckpointFolder(tmp_path))


def test_mixed_precision_learns_too():
    mixed = PARAMETERS.model_copy(update={"precision": "mixed"})
    full = fit(SOURCE, PARAMETERS, name="a").history["loss"]
    np.testing.assert_allclose(fit(SOURCE, mixed, name="a").history["loss"], full, rtol=0.02)
