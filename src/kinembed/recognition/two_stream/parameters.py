"""How clips are drawn and networks of two streams are trained."""

from typing import ClassVar

from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt

from kinembed.networks.two_stream import TwoStreamNetworkParameters
from kinembed.recognition.skeleton import ClipTrainingParameters
from kinembed.video.stick_figures import StickFigureParameters


class TwoStreamParameters(ClipTrainingParameters):
    """The defaults are ours: minutes on one CPU core."""

    figures: StickFigureParameters = StickFigureParameters()
    network: TwoStreamNetworkParameters = TwoStreamNetworkParameters()
    frame_rate: PositiveFloat = 10.0
    crop_frames: PositiveInt = 16
    batch_size: PositiveInt = 16
    learning_rate: PositiveFloat = 0.05
    weight_decay: NonNegativeFloat = 1e-3

    group: ClassVar[str] = "two_stream"
