import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from kinembed.analysis.layer_geometry import noise_correlations, rank_correlation


def test_ranks_agree_with_scipy_with_and_without_ties():
    generator = np.random.default_rng(0)
    one, other = generator.normal(size=(2, 3, 20))
    tied = np.maximum(other, 0)
    for first, second in ((one, other), (one, tied)):
        expected = [spearmanr(a, b).statistic for a, b in zip(first, second, strict=True)]
        np.testing.assert_allclose(rank_correlation(first, second), expected)


def test_a_constant_map_agrees_with_nothing():
    rising, flat = np.arange(6.0), np.zeros(6)
    assert np.isnan(rank_correlation(np.stack([flat, rising]), np.stack([rising, flat]))).all()
    assert rank_correlation(rising, -rising) == pytest.approx(-1)
    assert rank_correlation(rising, np.exp(rising)) == pytest.approx(1)


def test_maps_agree_less_the_louder_the_noise(network):
    clip = torch.randn(3, 24, 5, generator=torch.Generator().manual_seed(0))
    layers = ["blocks.1", "blocks.9"]

    def under(noise):
        return noise_correlations(network, layers, clip, 1, noise, 4, np.random.default_rng(0))

    quiet, loud = under(1e-7), under(1.0)
    for layer in layers:
        assert quiet[layer] == pytest.approx(1, abs=1e-2)
        assert loud[layer] < 0.95
