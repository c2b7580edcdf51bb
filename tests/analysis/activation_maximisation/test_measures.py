"""Measures on inputs worked by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from kinembed.analysis.activation_maximisation import (
    BoundedInput,
    NetworkUnderStudy,
    class_answers,
    frequency_centroid,
    half_speed,
    input_drops,
    similarity,
    speed_similarities,
    temporal_variation,
)
from kinembed.analysis.activation_maximisation.log_odds import dense_as_log_odds


def line(frames=4, bound=2.0, **others):
    return BoundedInput("line", (2, frames, 3), time=1, channels=0, bound=bound, **others)


def test_variation_is_the_mean_length_of_steps_in_bounds_a_second():
    values = np.zeros((2, 2, 4, 3))
    values[1, :, 1:, 0] = [[3.0], [4.0]]  # one of three places makes one step of three, of length 5
    found = temporal_variation(line(), values, frame_rate=18.0)
    np.testing.assert_allclose(found, [0, 5 / 9 * 18 / 2])


def test_the_centroid_of_a_wave_is_its_frequency():
    time = np.arange(40) / 20
    waves = [np.sin(2 * np.pi * 3 * time), 5 + np.cos(2 * np.pi * 8 * time), np.ones(40)]
    values = np.stack([np.broadcast_to(wave[:, None], (2, 40, 3)) for wave in waves])
    found = frequency_centroid(line(40), values, frame_rate=20.0)
    np.testing.assert_allclose(found, [3.0, 8.0, np.nan])


def test_the_centroid_of_two_waves_lies_between_them_by_their_power():
    time = np.arange(40) / 20
    values = np.zeros((1, 2, 40, 3))
    values[0, 0, :, 1] = 2 * np.sin(2 * np.pi * 2 * time)
    values[0, 1, :, 2] = np.sin(2 * np.pi * 7 * time)
    assert frequency_centroid(line(40), values, 20.0)[0] == pytest.approx((4 * 2 + 7) / 5)


def test_half_speed_is_the_middle_shown_slowly():
    values = np.arange(9.0)[None, None, :, None] * np.ones((1, 2, 1, 3))
    slow = half_speed(line(9), values)
    np.testing.assert_allclose(slow[0, 0, :, 0], 2 + np.arange(9) / 2)
    even = half_speed(line(4), values[:, :, :4])
    np.testing.assert_allclose(even[0, 0, :, 0], 0.75 + np.arange(4) / 2)


def test_similarity_is_that_of_what_differs_from_the_mean():
    one = np.array([[11.0, 10], [9, 10]])
    assert similarity(one, one) == pytest.approx(1)
    assert similarity(one, one[::-1]) == pytest.approx(-1)
    assert similarity(one, np.array([[10.0, 11], [10, 9]])) == pytest.approx(0)
    assert similarity(np.ones((2, 2)), np.ones((2, 2))) == 0


class Both(nn.Module):
    """The layer's units: the first input, the second, and their sum, each summed up."""

    def __init__(self):
        super().__init__()
        self.out = nn.Identity()

    def forward(self, one, two):
        sums = [given.flatten(1).sum(dim=1) for given in (one, two)]
        return self.out(torch.stack([*sums, 3 * sums[0] + sums[1]], dim=1))


def test_each_input_is_zeroed_in_turn():
    one = BoundedInput("one", (1, 2), time=1, channels=0, bound=1.0)
    two = BoundedInput("two", (1, 2), time=1, channels=0, bound=1.0, centre=0.5)
    studied = NetworkUnderStudy(Both().eval(), (one, two))
    values = {"one": np.full((3, 1, 2), 1.0), "two": np.full((3, 1, 2), 1.0)}
    drops = input_drops(studied, "out", values, np.array([0, 1, 2]), device="cpu")
    np.testing.assert_allclose(drops["one"], [1, 0, 6 / 8])
    np.testing.assert_allclose(drops["two"], [0, 0.5, 1 / 8])


def test_probabilities_are_those_of_one_class_each(studied):
    values = {"body": np.random.default_rng(0).normal(size=(5, 3, 8, 4)).astype(np.float32)}
    classes = np.array([0, 2, 1, 1, 0])
    found = class_answers(studied, "4", values, classes, device="cpu")
    with torch.no_grad():
        every = studied.network(torch.as_tensor(values["body"])).softmax(dim=1).numpy()
    np.testing.assert_allclose(found.probabilities, every[range(5), classes], rtol=1e-4)
    for chances, one, runner_up in zip(every, classes, found.runners_up, strict=True):
        assert runner_up != one
        assert chances[runner_up] == np.delete(chances, one).max()


@pytest.mark.slow
def test_log_odds_are_those_of_the_probabilities_and_leave_other_layers():
    logits = torch.tensor([[0.0, 1.0, 3.0], [5.0, -5.0, 5.0]])
    chances = logits.softmax(dim=1)
    expected = torch.log(chances / (1 - chances))
    torch.testing.assert_close(dense_as_log_odds(logits, 2)[:, :, 0], expected)
    states = torch.arange(12.0).reshape(2, 3, 2)
    torch.testing.assert_close(dense_as_log_odds(states, 2), states.transpose(1, 2))


def test_probabilities_do_not_depend_on_how_classes_are_units(studied):
    values = {"body": np.random.default_rng(0).normal(size=(5, 3, 8, 4)).astype(np.float32)}
    classes = np.array([0, 2, 1, 1, 0])
    odds = NetworkUnderStudy(studied.network, studied.inputs, to_locations=dense_as_log_odds)
    found = class_answers(odds, "4", values, classes, device="cpu").probabilities
    plain = class_answers(studied, "4", values, classes, device="cpu").probabilities
    np.testing.assert_array_equal(found, plain)


def test_a_layer_that_does_not_see_speed_is_alike_at_half_speed():
    """Mean pose does not change with speed, the steps between frames do."""
    body = BoundedInput("body", (2, 9), time=1, channels=0, bound=1.0)
    generator = np.random.default_rng(0)
    middle, speed = generator.normal(size=(2, 30, 2, 1))
    values = (middle + speed * np.linspace(-1, 1, 9)).astype(np.float32)

    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.pose, self.steps = nn.Identity(), nn.Identity()

        def forward(self, x):
            return self.pose(x.mean(dim=2)), self.steps(x.diff(dim=2).abs().mean(dim=2))

    found = speed_similarities(
        NetworkUnderStudy(Two().eval(), (body,)),
        ["pose", "steps"],
        {"body": values},
        {"body": half_speed(body, values)},
        device="cpu",
    )
    assert found["pose"] == pytest.approx(1, abs=1e-4)
    assert found["steps"] < 0.8
