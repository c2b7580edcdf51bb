"""A network under study, with its inputs and held-out clips."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from kinembed.analysis.activation_maximisation.inputs import BoundedInput, Values
from kinembed.analysis.activation_maximisation.network_under_study import NetworkUnderStudy
from kinembed.analysis.activation_maximisation.responses import Inputs
from kinembed.analysis.activation_maximisation.targets import AscentParameters
from kinembed.core.parameters import Names, Parameters, Seeds

Positions = Float[np.ndarray, "frames joints 3"]


class MaximisationParameters(Parameters):
    """Which units are looked at, and how."""

    layers: Names = Field(min_length=1, description="as the network names them")
    units: PositiveInt = Field(
        8, description="of each layer, spread over those that fire; all where there are fewer"
    )
    only: dict[str, tuple[NonNegativeInt, ...]] = Field(
        {}, description="layer: its units, in place of those spread over it"
    )
    chi: tuple[NonNegativeFloat, ...] = Field(
        (0.0, 1.0, 10.0), min_length=1, description="weights of variation in time, in kappas"
    )
    seeds: Seeds = Field((0, 1, 2), description="of the noise from which inputs are found")
    top_clips: PositiveInt = Field(5, description="that tell what excites a unit most")
    ascent: AscentParameters = AscentParameters()


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Clips that a network was not trained on, each as long as the inputs to find.

    Attributes
    ----------
    values, slower: by input; the same clips at half speed.
    names: of the clips; longer ones are there in several parts, under one name.
    labels: what they show, where that is known.
    """

    values: Inputs
    slower: Inputs
    names: tuple[str, ...]
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class Study:
    """A network under study, what it is compared with, and what its outputs mean.

    Attributes
    ----------
    frame_rate: Hz, of all inputs.
    moving: name of the input whose movement is measured.
    parents, positions: where the moving input is a movement of joints, their parents (the root's
        -1), and the way from one such input to where they are; inputs are pictures elsewhere.
    classes: what the units of layer `classifier` stand for, where there is such a layer.
    """

    studied: NetworkUnderStudy
    held_out: HeldOut
    frame_rate: float
    moving: str
    parents: tuple[int, ...] = ()
    positions: Callable[[Values], Positions] | None = None
    classifier: str | None = None
    classes: tuple[str, ...] = ()

    @property
    def moving_input(self) -> BoundedInput:
        """The input whose movement is measured."""
        return next(one for one in self.studied.inputs if one.name == self.moving)
