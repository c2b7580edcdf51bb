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
    """How inputs are optimised; lengths are counted in bounds of the inputs.

    Attributes
    ----------
    steps : int
        Steps of gradient ascent, at least 1.
    learning_rate : float
        Rate of Adam, in bounds.
    noise : float
        Standard deviation of the noise at the start, in bounds.
    bound_weight : float
        Weight lambda_B of the penalty on norms, at least 0.
    kappa : float
        Weight of variation across space, at least 0.
    jitter_space : int
        Pixels that a step may move the input in space, either way.
    jitter_time : int
        Frames that a step may move the input in time, either way.
    batch_size : int
        Number of inputs that are optimised at once.
    precision : {"auto", "full", "mixed"}
        Precision of the network in all but the last step; ``auto`` is mixed on CUDA alone.
    device : {"auto", "cpu", "cuda", "mps"}
        Where the network runs; ``auto`` chooses CUDA, then MPS, then the CPU.
    """

    steps: PositiveInt = Field(100, description="of gradient ascent")
    learning_rate: PositiveFloat = Field(0.1, description="of Adam, in bounds")
    noise: PositiveFloat = Field(0.1, description="standard deviation at the start, in bounds")
    bound_weight: NonNegativeFloat = Field(0.1, description="lambda_B")
    kappa: NonNegativeFloat = Field(1.0, description="weight of variation across space")
    jitter_space: NonNegativeInt = Field(0, description="pixels that a step may move what is seen")
    jitter_time: NonNegativeInt = Field(0, description="frames that a step may move what is seen")
    batch_size: PositiveInt = Field(64, description="inputs that are optimised at once")
    precision: Precision = Field("auto", description="of the networks, in all but the last step")
    device: DeviceName = Field("auto", description="auto: CUDA, MPS, then the CPU")


@dataclass(frozen=True)
class Target:
    """One input to find: for which unit, at which weight of variation in time, from which noise.

    Attributes
    ----------
    unit : int
        Index of the unit in its layer.
    chi : float
        Weight of variation in time, at least 0.
    seed : int
        Seed of the noise, which is drawn for each seed and unit.
    """

    unit: int
    chi: float
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Maximised:
    """Inputs that were found, one for each target, in their order.

    Attributes
    ----------
    targets : tuple of Target
        What each input was found for.
    inputs : Mapping of str to ndarray of float32, shape (targets, ...)
        Input name -> inputs, in their own unit, as the network reads them.
    activations : ndarray of float, shape (targets,)
        Activation of the target's unit, without jitter.
    stopped : ndarray of int, shape (targets,)
        Step at which value or gradient were no longer finite, and the ascent ended with the input
        before (of step 0: the noise); WHOLE where that did not happen.
    """

    targets: tuple[Target, ...]
    inputs: Mapping[str, Float[np.ndarray, "targets ..."]]
    activations: Float[np.ndarray, "targets"]
    stopped: Int[np.ndarray, "targets"]
