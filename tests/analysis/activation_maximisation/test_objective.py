"""Bounds and penalties on arrays worked by hand."""

import numpy as np
import pytest
import torch

from kinembed.analysis.activation_maximisation.bones import bones_of, paths_from_root
from kinembed.analysis.activation_maximisation.inputs import BoundedInput
from kinembed.analysis.activation_maximisation.jitter import jittered, rolled
from kinembed.analysis.activation_maximisation.objective import (
    bound_gradient,
    excitement,
    variation_gradient,
)
from kinembed.core.errors import DataError


def video(bound=2.0, **others):
    """One channel, two frames of 2 x 3 pixels."""
    return BoundedInput("video", (1, 2, 2, 3), time=1, channels=0, bound=bound, **others)


SQUARES = torch.tensor([[[0.0, 1.0, 3.0], [0.0, 0.0, 0.0]], [[0.0, 1.0, 1.0], [2.0, 0.0, 0.0]]])
"""Rows change by 1, 2 / 0, 0 and 1, 0 / -2, 0; columns by 0, 1, 3 and 2, 1, 1 ...; frames by 2."""


def variation(given, shares, kappa, chi):
    """A quadratic form is half the product of its argument and its gradient."""
    return (shares * variation_gradient(given, shares, kappa, chi)).flatten(1).sum(dim=1) / 2


def objective_as_it_stands(given, shares, kappa, chi):
    """R_B + R_TV from the formulas."""
    deviation = given.deviation(shares) / given.scale
    dimensions = dict.fromkeys(given.space, kappa) | {given.time: chi}
    total = torch.linalg.vector_norm(shares, dim=given.channels + 1).pow(3).flatten(1).sum(dim=1)
    for axis, weight in dimensions.items():
        total = total + weight * deviation.diff(dim=axis + 1).square().flatten(1).sum(dim=1)
    return total / given.locations


def test_the_gradient_of_variation_pulls_each_place_towards_its_neighbours():
    given, shares = video(bound=1.0), torch.tensor([[0.0, 1.0, 3.0], [2.0, 2.0, 2.0]])
    found = variation_gradient(
        given, shares[None, None, :, None].expand(-1, -1, -1, 2, -1), 9.0, 3.0
    )
    apart = torch.tensor([-2.0, -1.0, 1.0])
    expected = 2 * 3 / 12 * torch.stack([apart, -apart])
    torch.testing.assert_close(found[0, 0], expected[:, None].expand(-1, 2, -1))
    across = variation_gradient(video(bound=1.0, space=(3,)), SQUARES[None, None], 6.0, 0.0)
    torch.testing.assert_close(across[0, 0, 0, 0], torch.tensor([-1.0, -1.0, 2.0]))
    torch.testing.assert_close(across[0, 0, 1, 1], torch.tensor([2.0, -2.0, 0.0]))


def test_variation_counts_squares_of_differences_along_each_axis():
    given, shares = video(space=(2, 3)), (SQUARES / 2)[None, None]
    down = 0 + 1 + 9 + 4 + 1 + 1
    right = 1 + 4 + 0 + 0 + 1 + 0 + 4 + 0
    along = 0 + 0 + 4 + 4 + 0 + 0
    places, bound = 12, 2.0
    found = variation(given, shares, 0.5, 3.0)
    assert found.item() == pytest.approx((0.5 * (down + right) + 3 * along) / places / bound**2)
    assert variation(given, shares, 0.0, 1.0).item() == pytest.approx(along / 48)


def test_each_of_a_batch_has_its_own_weight_in_time():
    shares = (SQUARES / 2)[None, None].expand(3, -1, -1, -1, -1)
    found = variation(video(), shares, 1.0, torch.tensor([0.0, 1.0, 10.0]))
    np.testing.assert_allclose(found, np.array([0, 8, 80]) / 48, rtol=1e-6)


def test_variation_is_counted_in_the_largest_bound_and_bounds_in_their_own():
    bound = np.array([0.0, 1.0, 4.0])
    given = BoundedInput("body", (3, 2, 3), time=1, channels=0, bound=bound, joints=2)
    shares = torch.zeros(1, 3, 2, 3)
    shares[0, 0, 1] = torch.tensor([1.0, 0.5, -0.5])  # deviates 0, 0.5 and -2
    assert variation(given, shares, 0.0, 1.0).item() == pytest.approx((0.25 + 4) / 16 / 6)
    np.testing.assert_allclose(given.deviation(shares)[0, 0, 1], [0, 0.5, -2])
    cubes = shares * bound_gradient(given, shares) / 3
    assert cubes.sum().item() == pytest.approx((1 + 0.125 + 0.125) / 6)
    np.testing.assert_allclose(bound_gradient(given, shares)[0, 0, 1], [3 / 6, 0.125, -0.125])


@pytest.mark.parametrize("bound", [2.0, np.array([0.5, 1.0, 2.0])])
def test_gradients_are_those_of_the_formulas(bound):
    given = BoundedInput("clip", (2, 4, 5, 3), time=1, channels=0, bound=bound, space=(2, 3))
    shares = torch.randn((2, 2, 4, 5, 3), generator=torch.Generator().manual_seed(0)).double()
    chi = torch.tensor([0.5, 3.0], dtype=torch.float64)
    value = objective_as_it_stands(given, shares.requires_grad_(), 2.0, chi)
    (expected,) = torch.autograd.grad(value.sum(), shares)
    found = bound_gradient(given, shares) + variation_gradient(given, shares, 2.0, chi)
    torch.testing.assert_close(found.detach(), expected)


def test_one_frame_alone_does_not_vary():
    given = BoundedInput("picture", (1, 1, 2, 3), time=1, channels=0, bound=1.0)
    shares = torch.randn(2, 1, 1, 2, 3)
    assert torch.equal(variation_gradient(given, shares, 1.0, 1.0), torch.zeros_like(shares))


def test_projection_shortens_what_is_too_long_and_leaves_the_rest():
    given = BoundedInput("flow", (2, 1, 3), time=1, channels=0, bound=5.0)
    shares = torch.tensor([[[3.0, 0.3, 0.0]], [[4.0, -0.4, 0.0]]])[None]
    projected = given.project(shares)[0, :, 0]
    np.testing.assert_allclose(projected, [[0.6, 0.3, 0.0], [0.8, -0.4, 0.0]], rtol=1e-6)
    assert torch.equal(projected[:, 1:], shares[0, :, 0, 1:])
    np.testing.assert_allclose(given.whole(projected[None, :, None])[0, :, 0, 0], [3.0, 4.0])


def test_projection_is_the_nearest_of_many_within_the_bound():
    given = BoundedInput("one", (4, 1), time=1, channels=0, bound=1.0)
    generator = torch.Generator().manual_seed(0)
    far = 3 * torch.randn((1, 4, 1), generator=generator)
    near = given.project(torch.randn((2000, 4, 1), generator=generator))
    distances = (near - far).norm(dim=1)
    assert (distances >= (given.project(far) - far).norm(dim=1) - 1e-6).all()
    torch.testing.assert_close(given.project(given.project(far)), given.project(far))


def test_an_input_around_data_reaches_as_far_as_the_data_at_each_joint():
    data = np.random.default_rng(0).normal(size=(20, 3, 8, 4)).astype(np.float32)
    data[..., 0] = 0.0
    given = BoundedInput.around("movement", data, time=1, channels=0, joints=2)
    deviations = np.linalg.norm(data - data.mean(axis=(0, 2), keepdims=True)[0], axis=1)
    np.testing.assert_allclose(np.ravel(given.bound), deviations.max(axis=(0, 1)), rtol=1e-5)
    assert np.ravel(given.bound)[0] == 0
    assert given.locations == 32


@pytest.mark.parametrize("bound", [np.inf, np.nan, 0.0, -1.0, np.zeros(3), np.array([1, np.nan])])
def test_what_cannot_be_bounded_is_refused(bound):
    with pytest.raises(
        DataError, match="input 'video' cannot be bounded by .* finite and positive"
    ):
        video(bound)


@pytest.mark.parametrize("axes", [{"space": (4,)}, {"space": (1,)}, {"joints": 0}])
def test_axes_are_different_ones_of_the_shape(axes):
    with pytest.raises(DataError, match=r"shape \(1, 2, 2, 3\) cannot have the axes"):
        video(**axes)


def test_joints_are_found_again_from_bones():
    parents = (-1, 0, 1, 1, 0)
    positions = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    positions[..., 0] = 0
    bones = bones_of(positions, parents)
    np.testing.assert_allclose(bones[..., 2], positions[..., 3] - positions[..., 1])
    np.testing.assert_allclose(bones @ paths_from_root(parents), positions, atol=1e-6)


def test_each_of_a_batch_is_moved_by_its_own_steps():
    values = torch.arange(24.0).reshape(3, 2, 4)
    moved = rolled(values, torch.tensor([0, 1, -2]), 2)
    for one, found, move in zip(values, moved, (0, 1, -2), strict=True):
        assert torch.equal(found, one.roll(move, dims=1))


def test_inputs_move_alike_in_time_and_space():
    given = video(space=(2, 3))
    values = torch.randn(2, 1, 2, 2, 3)
    moved = jittered(given, values, torch.tensor([[1, 0, -1], [0, 1, 1]]))
    assert torch.equal(moved[0], values[0].roll((1, -1), dims=(1, 3)))
    assert torch.equal(moved[1], values[1].roll((1, 1), dims=(2, 3)))


def test_what_must_not_be_negative_becomes_0_and_that_is_the_nearest():
    given = BoundedInput("one", (3, 1), time=1, channels=0, bound=2.0, nonnegative=True)
    shares = torch.tensor([[[-0.5], [0.4], [0.3]], [[-2.0], [3.0], [4.0]]])
    projected = given.project(shares)
    np.testing.assert_allclose(projected[0, :, 0], [0, 0.4, 0.3])
    np.testing.assert_allclose(projected[1, :, 0], [0, 0.6, 0.8])
    near = given.project(torch.rand((2000, 3, 1), generator=torch.Generator().manual_seed(0)))
    distances = (near - shares[1]).norm(dim=1)
    assert (distances >= (projected[1] - shares[1]).norm(dim=0) - 1e-6).all()


def test_activation_counts_as_it_is_up_to_the_largest_seen_and_by_its_logarithm_beyond():
    ratio = torch.tensor([-3.0, 0.5, 1.0, torch.e, 1e4], requires_grad=True)
    found = excitement(ratio)
    np.testing.assert_allclose(found.detach(), [-3, 0.5, 1, 2, 1 + np.log(1e4)], rtol=1e-6)
    (slope,) = torch.autograd.grad(found.sum(), ratio)
    np.testing.assert_allclose(slope, [1, 1, 1, 1 / np.e, 1e-4], rtol=1e-5)
