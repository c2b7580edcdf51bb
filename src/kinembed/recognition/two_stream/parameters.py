"""How clips are drawn and networks of two streams are trained."""

from typing import ClassVar

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from kinembed.networks.two_stream import TwoStreamNetworkParameters
from kinembed.recognition.skeleton import ClipTrainingParameters
from kinembed.recognition.skeleton.parameters import Shares
from kinembed.video.stick_figures import StickFigureParameters


class TwoStreamParameters(ClipTrainingParameters):
    """How clips are drawn and networks of two streams are trained.

    The defaults are ours: minutes on one CPU core.

    Attributes
    ----------
    figures : StickFigureParameters
        How clips of joints are drawn.
    network : TwoStreamNetworkParameters
        Widths, connection of the streams, and dropout.
    frame_rate : float
        Hz, that clips are brought to.
    crop_frames : int
        Frames of a clip that a step sees.
    batch_size : int
        Clips in a step.
    learning_rate : float
        First rate of stochastic gradient descent.
    learning_rate_drops : tuple of float
        Shares of the steps, in [0, 1], after which the rate falls to a tenth.
    weight_decay : float
        Of the weights, in each step.
    checkpoint_every : int
        Steps between checkpoints.
    group : str
        Where the settings stand, for messages.
    """

    figures: StickFigureParameters = StickFigureParameters()
    network: TwoStreamNetworkParameters = TwoStreamNetworkParameters()
    frame_rate: PositiveFloat = 10.0
    crop_frames: PositiveInt = 16
    batch_size: PositiveInt = Field(16, description="clips in a step")
    learning_rate: PositiveFloat = Field(0.05, description="of stochastic gradient descent")
    learning_rate_drops: Shares = (0.6, 0.85)
    weight_decay: NonNegativeFloat = 1e-3
    checkpoint_every: PositiveInt = 50

    group: ClassVar[str] = "two_stream"
