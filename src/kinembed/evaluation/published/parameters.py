"""What the published protocols prescribe."""

from pydantic import Field, PositiveFloat

from kinembed.core.parameters import Parameters
from kinembed.motion.features import FeatureParameters, RootChannels
from kinembed.motion.windows import WindowLengths


class ProtocolWindows(Parameters):
    """Windows of each protocol, instead of those of ``training``.

    Attributes
    ----------
    loss_cuts : WindowLengths
        Windows of ``published_loss_cuts``, in frames.
    annotated_cuts : WindowLengths
        Windows of ``published_annotated_cuts``, in frames.
    """

    loss_cuts: WindowLengths = WindowLengths(source=25, target=25)
    annotated_cuts: WindowLengths = WindowLengths(source=50, target=25)


class PublishedParameters(Parameters):
    """Settings of the published protocols; the defaults are the published choices.

    Attributes
    ----------
    features : FeatureParameters
        Which channels the network learns to predict.
    windows : ProtocolWindows
        Windows of each protocol.
    loss_threshold : float
        Largest mean squared error of a window that is not cut, in channel variances.
    """

    features: FeatureParameters = FeatureParameters(root=RootChannels.ABSOLUTE)
    windows: ProtocolWindows = ProtocolWindows()
    loss_threshold: PositiveFloat = Field(
        1.0, description="a window of larger mean squared error, in channel variances, is cut"
    )
