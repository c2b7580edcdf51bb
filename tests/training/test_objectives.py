import copy
from itertools import chain

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

from kinembed.networks.critics import Critics
from kinembed.networks.published_gru import PublishedGru
from kinembed.networks.seq2seq import NetworkParameters, Seq2Seq
from kinembed.training.objectives import Optimisation, make_objective

pytestmark = pytest.mark.slow

RATE = 1e-2
NO_CLIPPING = 1e9


def made(name, gradient_norm=NO_CLIPPING, precision="full", cell="gru"):
    torch.manual_seed(0)
    network = Seq2Seq(3, NetworkParameters(units=6, cell=cell))
    return make_objective(name, network, 3, 0, Optimisation(RATE, gradient_norm, precision))


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(4, frames, 3, generator=generator) for frames in (7, 5)]


def discrimination_loss(critics, source, target, predicted):
    """Naive losses of the critics: each window judged by itself."""
    losses = []
    for critic, before in ((critics.fidelity, None), (critics.continuity, source)):
        loss = 0.0
        for windows, truth in ((target, 1.0), (predicted, 0.0)):
            frames = windows if before is None else torch.cat([before, windows], 1)
            logits = torch.stack([critic(one[None])[0] for one in frames])
            loss = loss + binary_cross_entropy_with_logits(logits, torch.full((4,), truth))
        losses.append(loss)
    return losses


def fooling(critics, source, predicted):
    truth = torch.ones(4)
    return (
        binary_cross_entropy_with_logits(critics.fidelity(predicted), truth),
        binary_cross_entropy_with_logits(
            critics.continuity(torch.cat([source, predicted], 1)), truth
        ),
    )


def adam_step(loss, *modules):
    weights = list(chain(*(module.parameters() for module in modules)))
    for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
        weight.grad = gradient
    torch.optim.Adam(weights, lr=RATE).step()


def assert_same(first, second):
    torch.testing.assert_close(
        dict(first.state_dict()), dict(second.state_dict()), rtol=1e-4, atol=1e-6
    )


def changed(module, before):
    return [name for name, old in before.items() if not torch.equal(old, module.state_dict()[name])]


@pytest.mark.parametrize("name", ["mse", "joint", "adversarial"])
def test_what_counts_for_nothing_is_not_learnt(name, batch):
    source, target = batch
    weights = torch.rand(target.shape)
    weights[1, 2], weights[3] = 0.0, 0.0
    objective = made(name)
    squares = (objective.network(source, 5).target - target).square()
    loss = objective.step(source, target, weights)["loss"]
    assert loss == pytest.approx(((weights * squares).sum() / weights.sum()).item(), rel=1e-5)


def test_a_batch_of_which_nothing_counts_moves_nothing(batch):
    objective = made("mse")
    before = copy.deepcopy(objective.network)
    assert objective.step(*batch, torch.zeros(batch[1].shape)) == {"loss": 0.0}
    assert_same(objective.network, before)


def test_a_value_that_does_not_count_leaves_no_trace(batch):
    source, target = batch
    weights = torch.ones(target.shape)
    weights[0, 1, 2] = 0.0
    changed_target = target.clone()
    changed_target[0, 1, 2] = 100.0
    first, second = made("mse"), made("mse")
    first.step(source, target, weights)
    second.step(source, changed_target, weights)
    assert_same(first.network, second.network)


def test_mse_has_no_critics_and_takes_adams_step(batch):
    source, target = batch
    objective = made("mse")
    network = copy.deepcopy(objective.network)
    loss = mse_loss(network(source, 5).target, target)
    adam_step(loss, network)
    assert objective.step(source, target) == {"loss": pytest.approx(loss.item())}
    assert_same(objective.network, network)
    assert not any(isinstance(module, Critics) for module in objective.modules.values())


@pytest.mark.parametrize("cell", ["gru", "published_gru"])
def test_joint_minimises_one_sum_over_network_and_critics(batch, cell):
    source, target = batch
    objective = made("joint", cell=cell)
    network, critics = copy.deepcopy(objective.network), copy.deepcopy(objective.critics)
    predicted = network(source, 5).target
    error = mse_loss(predicted, target)
    fidelity, continuity = discrimination_loss(critics, source, target, predicted)
    adam_step(0.6 * (error + fidelity) + continuity, network, critics)
    assert objective.step(source, target) == {
        "loss": pytest.approx(error.item()),
        "fidelity": pytest.approx(fidelity.item()),
        "continuity": pytest.approx(continuity.item()),
    }
    assert_same(objective.network, network)
    assert_same(objective.critics, critics)


@pytest.mark.parametrize("cell", ["gru", "published_gru"])
def test_what_joint_minimises_is_the_published_formula(batch, cell, monkeypatch):
    """0.6 (mse + fidelity) + continuity, by hand from predictions and logits."""
    source, target = batch
    objective = made("joint", cell=cell)
    minimised = {}
    monkeypatch.setattr(objective, "_minimise", minimised.__setitem__)
    with torch.no_grad():
        predicted = objective.network(source, 5).target
        real, fake = (objective.critics(source, frames) for frames in (target, predicted))
    objective.step(source, target)
    fidelity, continuity = (
        np.mean(np.log1p(np.exp(-on_real.numpy()))) + np.mean(np.log1p(np.exp(on_fake.numpy())))
        for on_real, on_fake in zip(real, fake, strict=True)
    )
    error = np.mean((predicted.numpy() - target.numpy()) ** 2)
    expected = 0.6 * (error + fidelity) + continuity
    assert minimised["optimiser"].item() == pytest.approx(expected, rel=1e-5)
    (group,) = objective.optimisers["optimiser"].param_groups
    weights = list(chain(objective.network.parameters(), objective.critics.parameters()))
    assert [id(one) for one in group["params"]] == [id(one) for one in weights]


def test_adversarial_moves_critics_then_the_network_against_them(batch):
    source, target = batch
    objective = made("adversarial")
    network, critics = copy.deepcopy(objective.network), copy.deepcopy(objective.critics)
    predicted = network(source, 5).target
    error = mse_loss(predicted, target)
    fidelity, continuity = discrimination_loss(critics, source, target, predicted.detach())
    adam_step(fidelity + continuity, critics)
    fooled_fidelity, fooled_continuity = fooling(critics, source, predicted)
    adam_step(0.6 * (error + fooled_fidelity) + fooled_continuity, network)
    assert objective.step(source, target) == {
        "loss": pytest.approx(error.item()),
        "fidelity": pytest.approx(fidelity.item()),
        "continuity": pytest.approx(continuity.item()),
    }
    assert_same(objective.critics, critics)
    assert_same(objective.network, network)


@pytest.mark.parametrize(
    ("still", "moving", "optimiser"),
    [("critics", "network", "critics_optimiser"), ("network", "critics", "optimiser")],
)
def test_adversarial_trains_neither_side_through_the_step_of_the_other(
    batch, still, moving, optimiser
):
    objective = made("adversarial")
    before = {name: copy.deepcopy(part.state_dict()) for name, part in objective.modules.items()}
    objective.optimisers[optimiser] = torch.optim.SGD(objective.modules[still].parameters(), lr=0.0)
    objective.step(*batch)
    assert not changed(objective.modules[still], before[still])
    assert changed(objective.modules[moving], before[moving])
    assert all(weight.grad is None for weight in objective.modules[still].parameters())


@pytest.mark.parametrize("name", ["mse", "joint", "adversarial"])
def test_every_weight_learns(batch, name):
    objective = made(name)
    before = {name: copy.deepcopy(part.state_dict()) for name, part in objective.modules.items()}
    objective.step(*batch)
    for part, module in objective.modules.items():
        assert changed(module, before[part]) == list(module.state_dict())


def test_critics_learn_to_tell_a_network_that_cannot_adapt(batch):
    objective = made("adversarial")
    objective.optimisers["optimiser"] = torch.optim.SGD(objective.network.parameters(), lr=0.0)
    source, target = batch
    losses = [objective.step(source, target) for _ in range(60)]
    assert losses[0]["fidelity"] == pytest.approx(2 * 0.693, abs=0.1)
    assert losses[-1]["fidelity"] < 0.5
    assert losses[-1]["continuity"] < 0.5


def test_the_norm_of_all_gradients_of_joint_is_clipped_together(batch):
    objective = made("joint", gradient_norm=1e-3)
    modules = objective.modules.values()
    weights = list(chain(*(module.parameters() for module in modules)))
    objective.optimisers["optimiser"] = torch.optim.SGD(weights, lr=1.0)
    before = torch.nn.utils.parameters_to_vector(weights).clone()
    objective.step(*batch)
    moved = torch.nn.utils.parameters_to_vector(weights) - before
    assert torch.linalg.norm(moved).item() == pytest.approx(1e-3, rel=1e-2)


@pytest.mark.parametrize("name", ["joint", "adversarial"])
def test_mixed_precision_comes_close(batch, name):
    source, target = batch
    full = made(name).step(source, target)
    mixed = made(name, precision="mixed").step(source, target)
    assert mixed == pytest.approx(full, rel=2e-2)
    assert mixed != full


def test_critics_come_from_the_seed_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    network = copy.deepcopy(made("mse").network)
    torch.manual_seed(5)
    optimisation = Optimisation(RATE, 1.0, "full")
    first, again, other = (
        make_objective("joint", network, 3, seed, optimisation).critics for seed in (0, 0, 1)
    )
    assert torch.equal(torch.rand(1), expected)
    assert not changed(first, again.state_dict())
    assert changed(other, first.state_dict()) == list(first.state_dict())


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("gru", torch.nn.GRU), ("lstm", torch.nn.GRU), ("published_gru", PublishedGru)],
)
def test_critics_have_the_cell_of_the_network(cell, kind):
    critics = made("joint", cell=cell).critics
    assert isinstance(critics.fidelity.recurrent, kind)
    assert isinstance(critics.continuity.recurrent, kind)


def test_no_critic_begins_as_a_copy_of_the_network():
    objective = made("joint")
    of_network = objective.network.encoder.weight_ih_l0
    for critic in (objective.critics.fidelity, objective.critics.continuity):
        assert critic.recurrent.weight_ih_l0.shape == of_network.shape
        assert not torch.equal(critic.recurrent.weight_ih_l0, of_network)
