"""What the published protocols prescribe."""

from pydantic import Field, PositiveFloat

from kinembed.core.parameters import Parameters
from kinembed.motion.features import FeatureParameters, RootChannels
from kinembed.motion.windows import WindowLengths


class ProtocolWindows(Parameters):
    """Windows of each protocol, in place of those of ``training``."""

    loss_cuts: WindowLengths = WindowLengths(source=25, target=25)
    annotated_cuts: WindowLengths = WindowLengths(source=50, target=25)


class PublishedParameters(Parameters):
    """The defaults are the published choices."""

    features: FeatureParameters = FeatureParameters(root=RootChannels.ABSOLUTE)
    windows: ProtocolWindows = ProtocolWindows()
    loss_threshold: PositiveFloat = Field(
        1.0, description="a window of larger mean squared error, in channel variances, is cut"
    )
