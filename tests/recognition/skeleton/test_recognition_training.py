from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.killed import KilledAfter, KilledError

from kinembed.core.errors import CheckpointError, DataError
from kinembed.recognition.skeleton import Clips, RecognitionParameters
from kinembed.recognition.skeleton.training import (
    Batches,
    RecognitionObjective,
    fit,
    initial_network,
)
from kinembed.training.checkpoints import CheckpointFolder

pytestmark = pytest.mark.slow


def codes(labels):
    return np.unique(labels, return_inverse=True)[1]


def weights(result):
    return torch.cat([tensor.double().flatten() for tensor in result.network.state_dict().values()])


def test_loss_falls(clips, labels, parameters):
    longer = parameters.model_copy(update={"steps": 40})
    history = fit(clips, codes(labels), longer, seed=0).history
    assert history["step"].tolist() == list(range(4, 41, 4))
    assert history["loss"].iloc[-1] < 0.5 * history["loss"].iloc[0]


def test_same_seed_same_weights_other_seed_other_weights(clips, labels, parameters):
    first, again = (fit(clips, codes(labels), parameters, seed=0) for _ in range(2))
    other = fit(clips, codes(labels), parameters, seed=1)
    assert torch.equal(weights(first), weights(again))
    assert not torch.equal(weights(first), weights(other))


def test_a_killed_run_continues_to_the_weights_of_an_unbroken_one(
    clips, labels, parameters, tmp_path
):
    unbroken = fit(clips, codes(labels), parameters, seed=0)
    with pytest.raises(KilledError):
        fit(clips, codes(labels), parameters, seed=0, checkpoints=KilledAfter(tmp_path))
    continued = fit(
        clips, codes(labels), parameters, seed=0, checkpoints=CheckpointFolder(tmp_path)
    )
    assert torch.equal(weights(continued), weights(unbroken))
    assert continued.history.equals(unbroken.history)


def test_checkpoints_belong_to_clips_labels_and_parameters(clips, labels, parameters, tmp_path):
    folder, numbers = CheckpointFolder(tmp_path), codes(labels)
    moved = replace(clips, positions=(clips.positions[0] + 1, *clips.positions[1:]))
    others = parameters.model_copy(update={"learning_rate": 0.01})
    rarely = parameters.model_copy(update={"checkpoint_every": 5})
    for values, targets, chosen, seed in [
        (clips, numbers, parameters, 0),
        (clips, numbers[::-1].copy(), parameters, 0),
        (moved, numbers, parameters, 0),
        (clips, numbers, others, 0),
        (clips, numbers, rarely, 0),
        (clips, numbers, parameters, 1),
    ]:
        fit(values, targets, chosen, seed, checkpoints=folder)
    paths = list(tmp_path.glob("*.safetensors"))
    assert len(paths) == 5
    for path in paths:
        path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(CheckpointError, match="delete it to start anew"):
        fit(clips, numbers, parameters, seed=0, checkpoints=folder)


def test_training_leaves_the_global_random_state_alone(clips, labels, parameters):
    before = torch.random.get_rng_state()
    fit(clips, codes(labels), parameters, seed=0)
    assert torch.equal(torch.random.get_rng_state(), before)


def numbered(lengths, graph):
    """Clips whose values are the number of the clip and, in z, of the frame."""
    positions = []
    for number, length in enumerate(lengths):
        one = np.full((length, 3, 3), number, dtype=np.float32)
        one[..., 2] = np.arange(length)[:, None]
        positions.append(one)
    return Clips(tuple(map(str, range(len(lengths)))), tuple(positions), graph, 20.0)


def test_batches_are_even_over_behaviours_and_crops_lie_within_clips(clips, parameters):
    """Behaviour 1 has one clip of seven, and half of what is drawn."""
    lengths, behaviours = [12, 40, 17, 16, 15, 60, 30], np.array([0, 0, 1, 0, 0, 0, 0])
    large = parameters.model_copy(update={"batch_size": 4000})
    counted = numbered(lengths, clips.graph)
    (drawn,), labels = Batches.of_joints(counted, behaviours, torch.device("cpu")).draw(large, 0, 3)
    assert drawn.shape == (4000, 3, 16, 3)
    which, frames = drawn[:, 0, 0, 0].long(), drawn[:, 2, :, 0].long()
    assert torch.equal(labels, torch.as_tensor(behaviours)[which])
    assert labels.float().mean() == pytest.approx(0.5, abs=0.03)
    among = torch.bincount(which[labels == 0], minlength=7)[[0, 1, 3, 4, 5, 6]]
    assert (among / among.sum() - 1 / 6).abs().max() < 0.03
    for number, length in enumerate(lengths):
        of_clip = frames[which == number]
        assert of_clip[:, 0].unique().tolist() == list(range(max(0, length - 16) + 1))
        expected = torch.minimum(of_clip[:, :1] + torch.arange(16), torch.tensor(length - 1))
        assert torch.equal(of_clip, expected)


def test_every_step_draws_anew_and_the_same_step_the_same(clips, labels, parameters):
    batches = Batches.of_joints(clips, codes(labels), torch.device("cpu"))
    one, again, next_one = (batches.draw(parameters, 0, step)[0][0] for step in (5, 5, 6))
    assert torch.equal(one, again)
    assert not torch.equal(one, next_one)


def test_the_learning_rate_falls_to_a_tenth_at_shares_of_the_steps():
    parameters = RecognitionParameters(
        steps=80, learning_rate=0.1, learning_rate_drops=(0.125, 0.625)
    )
    rates = [parameters.learning_rate_at(step) for step in (0, 9, 10, 49, 50, 79)]
    np.testing.assert_allclose(rates, [0.1, 0.1, 0.01, 0.01, 0.001, 0.001])


def test_a_step_moves_weights_by_the_rate_times_the_gradient(clips, labels, parameters):
    """With Nesterov's momentum, the first step is (1 + momentum) times that of plain descent."""
    network = initial_network(clips, 2, parameters, 0).eval()
    given = torch.as_tensor(np.stack([one[:12] for one in clips.positions])).permute(0, 3, 1, 2)
    targets = torch.as_tensor(codes(labels))
    loss = torch.nn.functional.cross_entropy(network(given), targets)
    bias = network.classifier.bias
    (gradient,) = torch.autograd.grad(loss, bias)
    before = bias.detach().clone()
    losses = RecognitionObjective(network, 0.01, "full").step((given,), targets, 0.2)
    assert losses == {"loss": pytest.approx(loss.item())}
    expected = before - 0.2 * 1.9 * (gradient + 0.01 * before)
    torch.testing.assert_close(bias.detach(), expected)


def test_bad_clips_and_labels_are_refused(clips, labels, parameters):
    with pytest.raises(DataError, match="6 clips have 5 labels; give one each"):
        fit(clips, codes(labels)[:5], parameters, seed=0)
    with pytest.raises(DataError, match="all clips show one behaviour"):
        fit(clips, np.zeros(6, dtype=int), parameters, seed=0)
    short = (clips.positions[0][:8], *clips.positions[1:])
    with pytest.raises(DataError, match=r"fewer than the 9 frames.*: fast_0 \(8\); leave them out"):
        fit(replace(clips, positions=short), codes(labels), parameters, seed=0)


def test_a_loss_that_is_not_finite_says_what_to_lower(clips, labels, parameters):
    wild = parameters.model_copy(update={"learning_rate": 1e30})
    with pytest.raises(
        DataError, match=r"the loss is .* at step \d+; lower recognition.learning_r"
    ):
        fit(clips, codes(labels), wild, seed=0)


def test_crops_are_at_least_as_long_as_the_kernel():
    with pytest.raises(ValueError, match="crop_frames"):
        RecognitionParameters(test_clips=["x"], crop_frames=8)
