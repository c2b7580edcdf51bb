"""The spatio-temporal graph convolution network that recognises actions from skeletons.

Yan, Xiong & Lin (arXiv 1801.07455). Ten blocks; each mixes joints along the bones of the
skeleton, then frames. Conventions: clips are (batch, channels, frames, joints) or, where several
persons are seen, (batch, channels, frames, joints, persons); inside, persons are folded into the
batch, person after person of one clip.
"""

import torch
from jaxtyping import Float
from pydantic import Field, PositiveInt
from torch import Tensor, nn
from torch.nn import functional

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.networks.skeleton_graph import Partition, SkeletonGraph, partition

KERNEL = 9
"""Frames that a temporal convolution sees."""
STAGES = (0, 0, 0, 0, 1, 1, 1, 2, 2, 2)
"""Of each block: which of the three widths it has; the first of a later stage halves the frames."""

Clips = (
    Float[Tensor, "batch channels frames joints"]
    | Float[Tensor, "batch channels frames joints persons"]
)


class StgcnParameters(Parameters):
    """What the network is made of; the defaults but for the widths are published.

    Attributes
    ----------
    widths : tuple of int
        Features per joint in blocks 0-3, 4-6 and 7-9; published: 64, 128, 256.
    partition : {"spatial", "uniform", "distance"}
        How the neighbours of a joint share weights (see
        :func:`kinembed.networks.skeleton_graph.partition`).
    centre : str or None
        Joint to which the spatial partition counts hops; None: the root.
    dropout : float
        Probability in [0, 1), before each residual connection.
    """

    widths: tuple[PositiveInt, PositiveInt, PositiveInt] = Field(
        (16, 32, 64),
        description="features per joint in blocks 0-3, 4-6 and 7-9; published: 64, 128, 256",
    )
    partition: Partition = Field("spatial", description="how neighbours of a joint share weights")
    centre: str | None = Field(
        None, description="joint from which the spatial partition counts hops; null: the root"
    )
    dropout: float = Field(0.5, ge=0, lt=1, description="before each residual connection")


class GraphConvolution(nn.Module):
    """y = sum_k (W_k x) (A_k * M_k): W_k a 1x1 convolution, M_k learnable from 1.

    After Yan et al. (arXiv 1801.07455), with their learnable edge importance M.

    Parameters
    ----------
    inputs : int
        Features per joint before it.
    outputs : int
        Features per joint after it.
    adjacency : Tensor of float, shape (subsets, joints, joints)
        A_k of every subset k (see :func:`kinembed.networks.skeleton_graph.partition`).
    """

    adjacency: Tensor

    def __init__(self, inputs: int, outputs: int, adjacency: Tensor) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs * len(adjacency), 1)
        self.register_buffer("adjacency", adjacency, persistent=False)
        self.importance = nn.Parameter(torch.ones_like(adjacency))

    def forward(
        self, x: Float[Tensor, "bodies inputs frames joints"]
    ) -> Float[Tensor, "bodies outputs frames joints"]:
        """Features of every joint from those of its neighbours.

        With channels last the features of a frame lie in memory as (joints * subsets, outputs), so
        that each frame is one product and nothing is copied.

        Parameters
        ----------
        x : Tensor of float, shape (bodies, inputs, frames, joints)
            Features of each joint; bodies are the persons of all clips.

        Returns
        -------
        Tensor of float, shape (bodies, outputs, frames, joints)
            Before any normalisation or ReLU.
        """
        subsets = self.convolution(x).permute(0, 2, 3, 1)
        bodies, frames, _, _ = subsets.shape
        mixing = (self.adjacency * self.importance).permute(2, 1, 0).flatten(1)
        every = subsets.reshape(bodies * frames, mixing.shape[1], -1)
        mixed = torch.bmm(mixing.expand(len(every), -1, -1), every)
        features: Tensor = mixed.unflatten(0, (bodies, frames)).permute(0, 3, 1, 2)
        return features


class StridedProjection(nn.Conv2d):
    """A 1 x 1 convolution over every `stride`-th frame, computed as a product over channels.

    torch 2.13 on processors without AVX-512 writes out of bounds when it computes the gradient of
    the weights of a strided 1 x 1 convolution, if its input lies channels last and has 2 to 7
    channels. Weights are named, shaped and drawn as a convolution's.

    Parameters
    ----------
    inputs : int
        Features per joint before it.
    outputs : int
        Features per joint after it.
    stride : int
        Frames from one that is kept to the next.
    """

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__(inputs, outputs, 1, (stride, 1))

    def forward(
        self, x: Float[Tensor, "bodies inputs frames joints"]
    ) -> Float[Tensor, "bodies outputs fewer joints"]:
        """Projected features of every `stride`-th frame.

        Parameters
        ----------
        x : Tensor of float, shape (bodies, inputs, frames, joints)
            Features of each joint.

        Returns
        -------
        Tensor of float, shape (bodies, outputs, ceil(frames / stride), joints)
            Frames 0, stride, 2 stride, ...
        """
        kept = x[:, :, :: self.stride[0]].permute(0, 2, 3, 1)
        return functional.linear(kept, self.weight.flatten(1), self.bias).permute(0, 3, 1, 2)


class Block(nn.Module):
    """Graph convolution, temporal convolution, and a way around both.

    Parameters
    ----------
    inputs : int
        Features per joint before the block.
    outputs : int
        Features per joint after it.
    adjacency : Tensor of float, shape (subsets, joints, joints)
        Of the graph convolution.
    stride : int
        Of the temporal convolution, in frames.
    dropout : float
        Probability in [0, 1), after the temporal convolution.
    around : bool
        Whether the block has a residual connection.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        adjacency: Tensor,
        *,
        stride: int,
        dropout: float,
        around: bool,
    ) -> None:
        super().__init__()
        self.spatial = GraphConvolution(inputs, outputs, adjacency)
        self.temporal = nn.Sequential(
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, (KERNEL, 1), (stride, 1), (KERNEL // 2, 0)),
            nn.BatchNorm2d(outputs),
            nn.Dropout(dropout),
        )
        self.residual = _residual(inputs, outputs, stride) if around else None

    def forward(
        self, x: Float[Tensor, "bodies inputs frames joints"]
    ) -> Float[Tensor, "bodies outputs fewer joints"]:
        """Features after the block's last ReLU.

        Parameters
        ----------
        x : Tensor of float, shape (bodies, inputs, frames, joints)
            Features of each joint.

        Returns
        -------
        Tensor of float, shape (bodies, outputs, ceil(frames / stride), joints)
            At least 0.
        """
        y = self.temporal(self.spatial(x))
        return torch.relu(y if self.residual is None else y + self.residual(x))


class StGcn(nn.Module):
    """Normalisation of the input, ten blocks (``blocks.0`` to ``blocks.9``), classifier.

    Parameters
    ----------
    graph : SkeletonGraph
        Joints of the clips and their bones.
    classes : int
        Number of classes.
    parameters : StgcnParameters
        Widths, partition and dropout.
    channels : int
        Channels of a joint; 3 are its coordinates.

    Raises
    ------
    DataError
        When the centre of the spatial partition is no joint of the graph.
    """

    def __init__(
        self, graph: SkeletonGraph, classes: int, parameters: StgcnParameters, channels: int = 3
    ) -> None:
        super().__init__()
        adjacency = _adjacency(graph, parameters)
        widths = [parameters.widths[stage] for stage in STAGES]
        self.channels, self.joints = channels, graph.joints
        self.norm = nn.BatchNorm1d(channels * len(graph.joints))
        self.blocks = nn.ModuleList(
            Block(
                inputs,
                outputs,
                adjacency,
                stride=1 + (stage > before),
                dropout=parameters.dropout if index else 0.0,
                around=index > 0,
            )
            for index, (inputs, outputs, stage, before) in enumerate(
                zip([channels, *widths], widths, STAGES, (0, *STAGES), strict=False)
            )
        )
        self.classifier = nn.Linear(widths[-1], classes)

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the blocks, as hooks know them.

        Returns
        -------
        tuple of str
            ``blocks.0`` to ``blocks.9``, from the input on.
        """
        return tuple(f"blocks.{index}" for index in range(len(self.blocks)))

    def forward(self, clips: Clips) -> Float[Tensor, "batch classes"]:
        """Logits of the classes.

        Parameters
        ----------
        clips : Tensor of float, shape (batch, channels, frames, joints[, persons])
            Joints in the order of the graph; features are averaged over persons.

        Returns
        -------
        Tensor of float, shape (batch, classes)
            Before the softmax.

        Raises
        ------
        DataError
            When clips have other channels or joints, or fewer frames than ``KERNEL``.
        """
        self._check(clips)
        every = clips if clips.ndim == 5 else clips.unsqueeze(-1)
        bodies = every.permute(0, 4, 3, 1, 2).flatten(0, 1)  # batch * persons, joints, channels, t
        x = self.norm(bodies.flatten(1, 2)).unflatten(1, bodies.shape[1:3]).permute(0, 2, 3, 1)
        x = x.contiguous(memory_format=torch.channels_last)
        for block in self.blocks:
            x = block(x)
        pooled = x.mean(dim=(2, 3)).unflatten(0, (len(clips), -1)).mean(dim=1)
        logits: Tensor = self.classifier(pooled)
        return logits

    def _check(self, clips: Tensor) -> None:
        channels, frames, joints = clips.shape[1:4]
        if (channels, joints) != (self.channels, len(self.joints)):
            raise DataError(
                f"expected clips of {self.channels} channels and {len(self.joints)} joints "
                f"({', '.join(self.joints)}), but they have {channels} and {joints}"
            )
        if frames < KERNEL:
            raise DataError(
                f"a clip has {frames} frames, but the network sees {KERNEL} at a time; "
                "leave out shorter clips or use a higher frame rate"
            )


def _adjacency(graph: SkeletonGraph, parameters: StgcnParameters) -> Tensor:
    centre = parameters.centre or graph.joints[0]
    if centre not in graph.joints:
        raise DataError(
            f"the centre {centre!r} is no joint of the graph; it has {', '.join(graph.joints)}"
        )
    subsets = partition(graph.hops(), graph.joints.index(centre), parameters.partition)
    return torch.as_tensor(subsets, dtype=torch.float32)


def _residual(inputs: int, outputs: int, stride: int) -> nn.Module:
    if inputs == outputs and stride == 1:
        return nn.Identity()
    return nn.Sequential(StridedProjection(inputs, outputs, stride), nn.BatchNorm2d(outputs))
