import pytest
import torch
from torch import nn

from kinembed.analysis.activation_maximisation import (
    AscentParameters,
    BoundedInput,
    NetworkUnderStudy,
)

FRAMES, CHANNELS, UNITS = 6, 4, 5


@pytest.fixture
def filters():
    """A linear layer over all frames, and the filters that it holds."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(FRAMES * CHANNELS, UNITS, bias=False))
    return network.eval()


@pytest.fixture
def bent():
    """A convolution over frames and joints with a rectifier, then classes; not linear."""
    torch.manual_seed(1)
    network = nn.Sequential(
        nn.Conv2d(3, 6, (3, 1)), nn.ReLU(), nn.Conv2d(6, 4, (3, 2)), nn.Flatten(), nn.LazyLinear(3)
    )
    network(torch.zeros(1, 3, 8, 4))
    return network.eval()


@pytest.fixture
def studied(bent):
    return NetworkUnderStudy(
        bent, (BoundedInput("body", (3, 8, 4), time=1, channels=0, bound=2.0),)
    )


@pytest.fixture
def quick():
    return AscentParameters(steps=15, batch_size=8, device="cpu")
