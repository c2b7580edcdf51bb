import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from kinembed.networks.critics import Critics
from kinembed.networks.published_gru import PublishedGru


@pytest.fixture
def critics():
    torch.manual_seed(0)
    return Critics(3, 5)


@pytest.fixture
def windows():
    """Source, target and predicted windows."""
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(4, frames, 3, generator=generator) for frames in (8, 6, 6)]


def test_published_critics_have_the_published_gru_and_readout():
    critics = Critics(3, 5, as_published=True)
    for critic in (critics.fidelity, critics.continuity):
        assert isinstance(critic.recurrent, PublishedGru)
        assert (critic.readout.bias == 0).all()
        assert 0 < critic.readout.weight.abs().max() < 1  # sqrt(6 / (5 + 1))


def judged(critic, frames):
    """Logits from all states of a critic's layer, of which the last counts."""
    states, _ = critic.recurrent(frames)
    return critic.readout(states[:, -1])[:, 0]


def test_continuity_is_judged_on_source_and_target_fidelity_on_the_target(critics, windows):
    source, target, _ = windows
    judgement = critics(source, target)
    torch.testing.assert_close(judgement.fidelity, judged(critics.fidelity, target))
    whole = torch.cat([source, target], dim=1)
    torch.testing.assert_close(judgement.continuity, judged(critics.continuity, whole))


def test_critics_lose_on_recorded_and_on_predicted_windows(critics, windows):
    source, target, predicted = windows
    on_recorded, on_predicted = critics(source, target), critics(source, predicted)
    for loss, recorded, made in zip(
        critics.discrimination_loss(source, target, predicted),
        on_recorded,
        on_predicted,
        strict=True,
    ):
        logits = torch.cat([recorded, made])
        truth = torch.tensor([1.0] * 4 + [0.0] * 4)
        torch.testing.assert_close(loss, 2 * binary_cross_entropy_with_logits(logits, truth))


def test_predictions_lose_where_they_are_told_from_recorded_windows(critics, windows):
    source, _, predicted = windows
    for loss, logits in zip(
        critics.generator_loss(source, predicted), critics(source, predicted), strict=True
    ):
        torch.testing.assert_close(loss, torch.log1p(torch.exp(-logits)).mean())


def test_critics_that_cannot_tell_lose_twice_the_logarithm_of_two(critics, windows):
    source, target, _ = windows
    for critic in (critics.fidelity, critics.continuity):
        torch.nn.init.zeros_(critic.readout.weight)
        torch.nn.init.zeros_(critic.readout.bias)
    losses = critics.discrimination_loss(source, target, target)
    torch.testing.assert_close(
        torch.stack(losses), torch.full((2,), 2 * torch.log(torch.tensor(2.0)))
    )
