"""Two streams, of appearance and of motion, that are fused in space and time.

After Feichtenhofer, Pinz & Wildes, *Spatiotemporal multiplier networks for video action
recognition* (CVPR 2017), and Feichtenhofer, Pinz, Wildes & Zisserman (arXiv 1801.01415); small.
Conventions: pictures are (batch, 1, frames, height, width), their flow (batch, 2, frames, height,
width). Streams see each frame by itself; the fusion convolves space and time. Every layer keeps
the number of frames.
"""

from typing import Literal

import torch
from jaxtyping import Float
from pydantic import Field, PositiveInt
from torch import Tensor, nn

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters

Connection = Literal["multiplicative", "additive"]

STREAMS = ("appearance", "flow")

CLASSIFIER = "classifier"
"""The layer that gives the logits of classes."""

STRIDES = (2, 2, 2)
"""In space, by which each layer of a stream shrinks its pictures."""

Features = Float[Tensor, "batch features frames height width"]
Below = Float[Tensor, "batch _ frames _ _"]
"""What a layer is given: fewer features, of larger pictures."""


class TwoStreamNetworkParameters(Parameters):
    """What the network is made of.

    Attributes
    ----------
    widths : tuple of int
        Features of layers 0, 1 and 2 of each stream.
    fused : int
        Features of the fusion.
    connection : {"multiplicative", "additive"}
        How motion enters the appearance stream (see :class:`CrossResidual`).
    dropout : float
        Probability in [0, 1), before the classifier.
    """

    widths: tuple[PositiveInt, PositiveInt, PositiveInt] = Field(
        (12, 24, 32), description="features of the layers of each stream"
    )
    fused: PositiveInt = Field(64, description="features of the fusion")
    connection: Connection = Field(
        "multiplicative", description="how motion enters the stream of appearance"
    )
    dropout: float = Field(0.3, ge=0, lt=1, description="before the classifier")


class Residual(nn.Module):
    """x + F(x), F a convolution of each frame.

    Parameters
    ----------
    width : int
        Features before and after it.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.branch = _of_frames(width, width, 1)

    def forward(self, x: Features) -> Features:
        """Features of the same stream.

        Parameters
        ----------
        x : Tensor of float, shape (batch, width, frames, height, width of a picture)
            Features of one stream.

        Returns
        -------
        Tensor of float
            Features of the same shape.
        """
        changed: Tensor = x + self.branch(x)
        return changed


class CrossResidual(nn.Module):
    """x + F(x * f(m)) or x + F(x + f(m)): motion gates or shifts what appearance learns from.

    f is a 1x1 convolution without bias that begins as the identity. Without motion the first is
    x + F(0), the second x + F(x).

    Parameters
    ----------
    width : int
        Features of each stream, before and after it.
    connection : {"multiplicative", "additive"}
        F(x * f(m)) or F(x + f(m)).
    """

    def __init__(self, width: int, connection: Connection) -> None:
        super().__init__()
        self.connection = connection
        self.motion = nn.Conv3d(width, width, 1, bias=False)
        nn.init.dirac_(self.motion.weight)
        self.branch = _of_frames(width, width, 1)

    def forward(self, x: Features, motion: Features) -> Features:
        """Features of appearance, changed by those of motion at the same layer.

        Parameters
        ----------
        x : Tensor of float, shape (batch, width, frames, height, width of a picture)
            Features of appearance.
        motion : Tensor of float
            Features of motion, of the same shape.

        Returns
        -------
        Tensor of float
            Features of appearance, of the same shape.
        """
        moved = self.motion(motion)
        met = x * moved if self.connection == "multiplicative" else x + moved
        changed: Tensor = x + self.branch(met)
        return changed


class FlowLayer(nn.Module):
    """A convolution of each frame that may shrink it, then a residual one.

    Parameters
    ----------
    inputs : int
        Features before the layer.
    outputs : int
        Features after it.
    stride : int
        Divides height and width.
    """

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.entry = nn.Sequential(_of_frames(inputs, outputs, stride), nn.ReLU())
        self.residual = Residual(outputs)

    def forward(self, x: Below) -> Features:
        """Features after the layer's last ReLU.

        Parameters
        ----------
        x : Tensor of float, shape (batch, inputs, frames, height, width)
            Optical flow, or features of the layer before.

        Returns
        -------
        Tensor of float, shape (batch, outputs, frames, ceil(height / stride), ceil(width / stride))
            At least 0.
        """
        return torch.relu(self.residual(self.entry(x)))


class AppearanceLayer(nn.Module):
    """Like a flow layer, but motion features of the same layer enter its residual.

    Parameters
    ----------
    inputs : int
        Features before the layer.
    outputs : int
        Features after it, as many as those of motion.
    stride : int
        Divides height and width.
    connection : {"multiplicative", "additive"}
        How motion enters (see :class:`CrossResidual`).
    """

    def __init__(self, inputs: int, outputs: int, stride: int, connection: Connection) -> None:
        super().__init__()
        self.entry = nn.Sequential(_of_frames(inputs, outputs, stride), nn.ReLU())
        self.residual = CrossResidual(outputs, connection)

    def forward(self, x: Below, motion: Features) -> Features:
        """Features after the layer's last ReLU.

        Parameters
        ----------
        x : Tensor of float, shape (batch, inputs, frames, height, width)
            Pictures, or features of the layer before.
        motion : Tensor of float, shape (batch, outputs, frames, smaller height, smaller width)
            What the flow layer of the same level gave.

        Returns
        -------
        Tensor of float, shape (batch, outputs, frames, ceil(height / stride), ceil(width / stride))
            At least 0.
        """
        return torch.relu(self.residual(self.entry(x), motion))


class TwoStream(nn.Module):
    """Layers ``appearance.0`` to ``.2`` and ``flow.0`` to ``.2``, ``fusion``, ``classifier``.

    Parameters
    ----------
    classes : int
        Number of classes.
    parameters : TwoStreamNetworkParameters
        Widths, connection and dropout.
    """

    def __init__(self, classes: int, parameters: TwoStreamNetworkParameters) -> None:
        super().__init__()
        widths, connection = parameters.widths, parameters.connection
        self.appearance = nn.ModuleList(
            AppearanceLayer(*sizes, connection)
            for sizes in zip((1, *widths), widths, STRIDES, strict=False)
        )
        self.flow = nn.ModuleList(
            FlowLayer(*sizes) for sizes in zip((2, *widths), widths, STRIDES, strict=False)
        )
        self.fusion = nn.Sequential(
            nn.Conv3d(2 * widths[-1], parameters.fused, 3, padding=1, bias=False),
            nn.BatchNorm3d(parameters.fused),
            nn.ReLU(),
        )
        self.dropout = nn.Dropout(parameters.dropout)
        self.classifier = nn.Linear(parameters.fused, classes)

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers that have units, as hooks know them, from the input on.

        Returns
        -------
        tuple of str
            ``appearance.0``, ``flow.0``, ``appearance.1`` and so on, ``fusion``, ``classifier``.
        """
        streams = (f"{name}.{level}" for level in range(len(STRIDES)) for name in STREAMS)
        return (*streams, "fusion", CLASSIFIER)

    def forward(
        self,
        appearance: Float[Tensor, "batch _ frames height width"],
        flow: Float[Tensor, "batch 2 ..."],
    ) -> Float[Tensor, "batch classes"]:
        """Logits of the classes.

        Parameters
        ----------
        appearance : Tensor of float, shape (batch, 1, frames, height, width)
            Pictures.
        flow : Tensor of float, shape (batch, 2, frames, height, width)
            Optical flow of the pictures.

        Returns
        -------
        Tensor of float, shape (batch, classes)
            Before the softmax.

        Raises
        ------
        DataError
            When pictures have several channels, or flow is not of their batch, frames and size.
        """
        _check(appearance, flow)
        # Channels last is faster. `contiguous` would leave pictures of one channel as they are.
        appearance, flow = (
            one.clone(memory_format=torch.channels_last_3d) for one in (appearance, flow)
        )
        for of_appearance, of_flow in zip(self.appearance, self.flow, strict=True):
            flow = of_flow(flow)
            appearance = of_appearance(appearance, flow)
        fused = self.fusion(torch.cat([appearance, flow], dim=1))
        logits: Tensor = self.classifier(self.dropout(fused.mean(dim=(2, 3, 4))))
        return logits


def _of_frames(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    """A normalised 3x3 convolution of each frame."""
    return nn.Sequential(
        nn.Conv3d(inputs, outputs, (1, 3, 3), (1, stride, stride), (0, 1, 1), bias=False),
        nn.BatchNorm3d(outputs),
    )


def _check(appearance: Tensor, flow: Tensor) -> None:
    batch, channels, *size = appearance.shape
    if channels != 1 or flow.shape != (batch, 2, *size):
        raise DataError(
            "expected pictures of shape (batch, 1, frames, height, width) and flow of shape "
            f"(batch, 2, frames, height, width), found {tuple(appearance.shape)} and "
            f"{tuple(flow.shape)}"
        )
