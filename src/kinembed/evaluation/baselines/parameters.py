"""What baselines can be told."""

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from kinembed.core.parameters import Parameters


class BaselineParameters(Parameters):
    """How the simple methods look at a motion; one setting serves all recordings."""

    rate_hz: PositiveFloat = Field(10.0, description="frames looked at in a second")
    change_point_rate_hz: PositiveFloat = Field(
        30.0,
        description="the same where change points are sought; fewer have the effect of a "
        "higher penalty, because costs add up over frames and the penalty hardly does",
    )
    window_s: PositiveFloat = Field(2.0, description="length of the centred window, in seconds")
    components: PositiveInt = Field(
        10, description="principal components that the mixture and the Markov model see"
    )
    neighbours: PositiveInt = Field(50, description="spectral: neighbours in the affinity graph")
    stay_s: PositiveFloat = Field(
        10.0, description="hidden Markov model: mean time until a state is drawn anew"
    )
    seed: NonNegativeInt = Field(0, description="of everything that is drawn at random")
