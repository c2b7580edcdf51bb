"""The ascent on networks whose best inputs are known, or are compared with themselves."""

import numpy as np
import pytest
import torch
from torch import nn

from kinembed.analysis.activation_maximisation import (
    AscentParameters,
    BoundedInput,
    NetworkUnderStudy,
    Target,
    maximise,
)
from kinembed.core.errors import DataError

pytestmark = pytest.mark.slow

CHIS = (0.0, 1.0, 10.0)
FREE = AscentParameters(steps=120, learning_rate=0.08, bound_weight=0.0, kappa=0.0, device="cpu")


def frames(bound=3.0, centre=0.0):
    return BoundedInput("frames", (6, 4), time=0, channels=1, bound=bound, centre=centre)


def test_a_linear_filter_is_found_up_to_scale_within_the_bound(filters):
    """At every frame the best input points along the filter and is as long as the bound."""
    studied = NetworkUnderStudy(filters, (frames(),))
    largest = np.ones(5)
    found = maximise(studied, "1", [Target(unit, 0.0) for unit in range(5)], largest, FREE)
    weights = filters[1].weight.detach().reshape(5, 6, 4)
    expected = 3 * weights / weights.norm(dim=2, keepdim=True)
    np.testing.assert_allclose(found.inputs["frames"], expected, atol=0.02)
    np.testing.assert_allclose(found.activations, 3 * weights.norm(dim=2).sum(dim=1), rtol=1e-3)
    assert (found.stopped == -1).all()


def test_a_centre_is_where_the_filter_is_drawn_around(filters):
    centre = np.linspace(-1, 1, 24).reshape(6, 4).astype(np.float32)
    studied = NetworkUnderStudy(filters, (frames(centre=centre),))
    found = maximise(studied, "1", [Target(2, 0.0)], np.ones(5), FREE)
    weights = filters[1].weight.detach().reshape(5, 6, 4)[2]
    np.testing.assert_allclose(
        found.inputs["frames"][0] - centre,
        3 * weights / weights.norm(dim=1, keepdim=True),
        atol=0.02,
    )


def test_variation_in_time_falls_with_its_weight(filters):
    studied = NetworkUnderStudy(filters, (frames(),))
    targets = [Target(unit, chi) for unit in range(5) for chi in CHIS]
    found = maximise(studied, "1", targets, np.ones(5), FREE)
    steps = np.square(np.diff(found.inputs["frames"], axis=1)).sum(axis=(1, 2)).reshape(5, 3)
    assert (np.diff(steps, axis=1) < 0).all()


def test_several_inputs_are_found_together(filters):
    class Both(nn.Module):
        def __init__(self, linear):
            super().__init__()
            self.linear = linear

        def forward(self, one, other):
            return self.linear(one) + 2 * self.linear(other)

    network = Both(filters).eval()
    other = BoundedInput("other", (6, 4), time=0, channels=1, bound=1.0)
    found = maximise(
        NetworkUnderStudy(network, (frames(), other)),
        "linear.1[0]",
        [Target(0, 0.0)],
        np.ones(5),
        FREE,
    )
    weights = filters[1].weight.detach().reshape(5, 6, 4)[0]
    assert set(found.inputs) == {"frames", "other"}
    np.testing.assert_allclose(
        found.inputs["frames"][0], 3 * weights / weights.norm(dim=1, keepdim=True), atol=0.02
    )
    assert np.abs(found.inputs["other"]).max() < 0.4  # that call does not use it, only noise
    both = maximise(
        NetworkUnderStudy(network, (frames(), other)),
        "linear.1",
        [Target(0, 0.0)],
        np.ones(5),
        FREE,
    )
    np.testing.assert_allclose(3 * both.inputs["other"], both.inputs["frames"], atol=0.05)


def test_bounds_hold_at_every_place(studied, quick):
    bound = np.array([0.0, 0.5, 1.0, 2.0])
    body = BoundedInput(
        "body", (3, 8, 4), time=1, channels=0, bound=bound, joints=2, centre=np.full(4, 5.0)
    )
    targets = [Target(unit, chi, seed) for unit in (0, 3) for chi in CHIS for seed in (0, 1)]
    fast = quick.model_copy(update={"learning_rate": 1.0, "noise": 3.0})
    found = maximise(NetworkUnderStudy(studied.network, (body,)), "2", targets, np.ones(4), fast)
    norms = np.linalg.norm(found.inputs["body"] - 5.0, axis=1)
    assert (norms <= bound * (1 + 1e-6) + 1e-6).all()
    assert norms.max() > 1.9


def test_a_batch_finds_what_is_found_one_at_a_time(studied, quick):
    jittery = quick.model_copy(update={"jitter_time": 2})
    targets = [Target(unit, chi, seed) for unit in (0, 2) for chi in CHIS for seed in (0, 1)]
    together = maximise(studied, "2", targets, np.ones(4), jittery)
    for index, target in enumerate(targets):
        alone = maximise(studied, "2", [target], np.ones(4), jittery)
        np.testing.assert_allclose(
            alone.inputs["body"][0], together.inputs["body"][index], atol=1e-3
        )
        assert alone.activations[0] == pytest.approx(together.activations[index], rel=1e-3)


def test_mixed_precision_finds_nearly_the_same_and_tells_activations_in_full(studied, quick):
    targets = [Target(0, 0.0), Target(2, 1.0)]
    full, mixed = (
        maximise(
            studied, "2", targets, np.ones(4), quick.model_copy(update={"precision": precision})
        )
        for precision in ("full", "mixed")
    )
    np.testing.assert_allclose(mixed.activations, full.activations, rtol=0.02)
    assert (mixed.inputs["body"] != full.inputs["body"]).any()
    given = {"body": torch.as_tensor(mixed.inputs["body"])}
    told = studied.activations(["2"], given)["2"].detach()
    np.testing.assert_allclose(mixed.activations, told[[0, 1], [0, 2]], rtol=1e-5)


def test_the_start_is_the_same_at_every_chi_and_another_for_every_seed_and_unit(studied):
    still = AscentParameters(steps=1, learning_rate=1e-9, noise=0.01, device="cpu")
    targets = [Target(0, 0.0), Target(0, 10.0), Target(1, 0.0), Target(0, 0.0, seed=1)]
    one, same, *others = maximise(studied, "2", targets, np.ones(4), still).inputs["body"]
    np.testing.assert_allclose(one, same, atol=1e-6)
    assert all(np.abs(one - other).max() > 0.01 for other in others)


def test_jitter_moves_what_is_seen(filters, quick):
    """A filter that is moved all the time cannot be found frame by frame."""
    studied = NetworkUnderStudy(filters, (frames(),))
    moved = FREE.model_copy(update={"jitter_time": 3})
    still, jittery = (
        maximise(studied, "1", [Target(0, 0.0)], np.ones(5), parameters).activations[0]
        for parameters in (FREE, moved)
    )
    assert jittery < 0.9 * still


def test_nothing_is_left_behind_in_the_network(studied, quick):
    maximise(studied, "2", [Target(0, 0.0)], np.ones(4), quick)
    assert all(parameter.grad is None for parameter in studied.network.parameters())
    assert not any(module._forward_hooks for module in studied.network.modules())


class Growing(nn.Module):
    """The first unit grows with its input; the second does, too, until it is no number."""

    def __init__(self):
        super().__init__()
        self.out = nn.Identity()

    def forward(self, x):
        total = x.sum(dim=(1, 2))
        return self.out(torch.stack([total, torch.where(total > 2, torch.nan, total)], dim=1))


def test_a_unit_that_is_no_number_stops_with_its_last_good_input():
    studied = NetworkUnderStudy(Growing().eval(), (frames(),))
    targets = [Target(0, 0.0), Target(1, 0.0), Target(0, 1.0)]
    found = maximise(studied, "out", targets, np.ones(2), FREE)
    assert found.stopped[1] > 0
    assert (found.stopped[[0, 2]] == -1).all()
    assert np.isfinite(found.inputs["frames"]).all()
    total = found.inputs["frames"][1].sum()
    assert 0 < total <= 2
    assert found.activations[1] == pytest.approx(total, rel=1e-5)
    alone = maximise(studied, "out", [targets[0]], np.ones(2), FREE)
    np.testing.assert_allclose(alone.inputs["frames"][0], found.inputs["frames"][0], atol=1e-5)


def test_a_unit_that_never_was_a_number_keeps_its_noise():
    class Broken(nn.Module):
        def forward(self, x):
            return x.sum(dim=1) * torch.nan

    network = nn.Sequential(Broken()).eval()
    wide = FREE.model_copy(update={"noise": 3.0})
    found = maximise(
        NetworkUnderStudy(network, (frames(),)), "0", [Target(0, 0.0)], np.ones(4), wide
    )
    assert found.stopped.tolist() == [0]
    assert np.isnan(found.activations[0])
    assert (np.linalg.norm(found.inputs["frames"], axis=2) <= 3 * (1 + 1e-6)).all()


@pytest.mark.parametrize(
    ("layer", "targets", "message"),
    [
        ("9", [Target(0, 0.0)], "has no layer '9'; it has 0, 1, 2, 3, 4"),
        ("2", [Target(0, 0.0), Target(4, 0.0)], "layer '2' has the units 0 to 3, not 4"),
        ("2", [Target(-1, 0.0)], "layer '2' has the units 0 to 3, not -1"),
        ("2", [Target(1, 0.0)], "units 1 of layer '2' never fire"),
        ("2", [], "no unit of layer '2' is a target"),
        ("0", [Target(0, 0.0)], "layer '0' has 6 units, but largest activations of 4 were given"),
    ],
)
def test_what_cannot_be_maximised_is_said(studied, quick, layer, targets, message):
    with pytest.raises(DataError, match=message):
        maximise(studied, layer, targets, np.array([1.0, 0.0, 1.0, 1.0]), quick)


def test_a_network_in_training_is_refused_even_in_part(studied, quick):
    studied.network[1].train()
    with pytest.raises(DataError, match=r"in training mode \(1\).*call network.eval\(\)"):
        maximise(studied, "2", [Target(0, 0.0)], np.ones(4), quick)
