"""What is asked of an ascent, and what it found."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from kinembed.core.parameters import Parameters
from kinembed.training.devices import DeviceName, Precision

WHOLE = -1
"""The step at which an ascent stopped that did not."""


class AscentParameters(Parameters):
    """How inputs are optimised; lengths are counted in bounds of the inputs."""

    steps: PositiveInt = Field(100, description="of gradient ascent")
    learning_rate: PositiveFloat = Field(0.1, description="of Adam, in bounds")
    noise: PositiveFloat = Field(0.1, description="standard deviation at the start, in bounds")
    bound_weight: NonNegativeFloat = Field(0.1, description="lambda_B")
    kappa: NonNegativeFloat = Field(1.0, description="weight of variation across space")
    jitter_space: NonNegativeInt = Field(0, description="places that a step may move what is seen")
    jitter_time: NonNegativeInt = Field(0, description="frames that a step may move what is seen")
    batch_size: PositiveInt = Field(64, description="inputs that are optimised at once")
    precision: Precision = Field("auto", description="of the networks, in all but the last step")
    device: DeviceName = Field("auto", description="auto: CUDA, MPS, then the CPU")


@dataclass(frozen=True)
class Target:
    """One input to find: for which unit, at which weight of variation in time, from which noise."""

    unit: int
    chi: float
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Maximised:
    """Inputs that were found, one for each target, in their order.

    Attributes
    ----------
    inputs: by name, as the network takes them, float32.
    activations: of the unit that was aimed at, without jitter.
    stopped: at which step value or gradient were no longer finite, and the ascent ended with the
        input before (of step 0: the noise); WHOLE where that did not happen.
    """

    targets: tuple[Target, ...]
    inputs: Mapping[str, Float[np.ndarray, "targets ..."]]
    activations: Float[np.ndarray, "targets"]
    stopped: Int[np.ndarray, "targets"]
