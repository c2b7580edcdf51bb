"""How clips are drawn and networks of two streams are trained."""

from typing import ClassVar

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from kinembed.networks.two_stream import TwoStreamNetworkParameters
from kinembed.recognition.skeleton import ClipTrainingParameters
from kinembed.recognition.skeleton.parameters import Shares
from kinembed.video.stick_figures import StickFigureParameters


class TwoStreamParameters(ClipTrainingParameters):
    """The defaults are ours: minutes on one CPU core."""

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
