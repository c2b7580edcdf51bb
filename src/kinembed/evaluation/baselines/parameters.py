"""Parameters of the baselines."""

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from kinembed.core.parameters import Parameters


class BaselineParameters(Parameters):
    """Settings of the simple methods; one setting serves all recordings.

    Attributes
    ----------
    rate_hz : float
        Frames per second that are clustered, in Hz.
    change_point_rate_hz : float
        Frames per second among which change points are searched, in Hz.
    window_s : float
        Length of the centred window of W, in seconds.
    components : int
        Principal components for the Gaussian mixture and the hidden Markov model.
    neighbours : int
        Neighbours of a row in the affinity graph of spectral clustering.
    stay_s : float
        Mean time until the hidden Markov model draws a state anew, in seconds.
    seed : int
        Seed of all random draws.
    """

    rate_hz: PositiveFloat = Field(10.0, description="frames read in a second")
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
