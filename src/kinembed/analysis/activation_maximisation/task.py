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
    """Which units are maximised, and how.

    Attributes
    ----------
    layers : list of str
        Names of layers, as the network has them; one at least.
    units : int
        Units of each layer, spread over those that fire; all where there are fewer.
    only : dict of str to tuple of int
        Layer -> its units, instead of those spread over it.
    chi : tuple of float
        Weights of variation in time, as multiples of kappa; at least 0.
    seeds : tuple of int
        Seeds of the noise from which inputs are found.
    top_clips : int
        Number of clips whose behaviours say what excites a unit most.
    ascent : AscentParameters
        How each input is optimised.
    """

    layers: Names = Field(min_length=1, description="as the network names them")
    units: PositiveInt = Field(
        8, description="of each layer, spread over those that fire; all where there are fewer"
    )
    only: dict[str, tuple[NonNegativeInt, ...]] = Field(
        {}, description="layer: its units, instead of those spread over it"
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
    values : Mapping of str to ndarray of float, shape (clips, ...)
        Input name -> clips.
    slower : Mapping of str to ndarray of float, shape (clips, ...)
        Input name -> the same clips at half speed.
    names : tuple of str
        Name of each clip; windows of one longer clip have one name.
    labels : tuple of str or None
        Behaviour that each clip shows; None where that is not known.
    """

    values: Inputs
    slower: Inputs
    names: tuple[str, ...]
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class MaximisationTask:
    """A network under study, what it is compared with, and what its outputs mean.

    Attributes
    ----------
    studied : NetworkUnderStudy
        The network and its inputs.
    held_out : HeldOut
        Clips that excite the units, to compare with.
    frame_rate : float
        Frames a second of all inputs, in Hz.
    moving : str
        Name of the input whose movement is measured.
    parents : tuple of int
        Index of each joint's parent, -1 for the root; empty where inputs are pictures.
    positions : Callable or None
        Turns one moving input into positions of shape (frames, joints, 3); None where inputs are
        pictures.
    classifier : str or None
        Name of the layer whose units stand for classes; None where there is none.
    classes : tuple of str
        What each unit of that layer stands for.
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
        """The input whose movement is measured.

        Returns
        -------
        BoundedInput
            The input that `moving` names.
        """
        return next(one for one in self.studied.inputs if one.name == self.moving)
