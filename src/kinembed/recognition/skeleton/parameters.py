"""How networks that recognise behaviours are trained."""

from typing import Annotated, ClassVar

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from kinembed.core.parameters import Names, Seeds
from kinembed.networks.stgcn import KERNEL, StgcnParameters
from kinembed.training.loop import OptimisationParameters

DROP = 0.1
"""What the learning rate is multiplied by, each time it drops."""


Shares = tuple[Annotated[float, Field(ge=0, le=1)], ...]


class ClipTrainingParameters(OptimisationParameters):
    """Which clips are for training and which for testing, and how networks learn.

    Attributes
    ----------
    test_clips : list of str
        Trials that are only tested on, by name; ``*`` stands for anything.
    leave_out : list of str
        Trials that are neither learned from nor tested on, likewise.
    interval_frames : int or None
        Longer clips are cut into intervals of at least this length; None: they stay.
    frame_rate : float
        Hz, that clips are brought to.
    crop_frames : int
        Frames of a clip that a step sees.
    steps : int
        Steps of training.
    learning_rate_drops : tuple of float
        Shares of the steps, in [0, 1], after which the rate falls to a tenth.
    weight_decay : float
        Of the weights, in each step.
    seeds : tuple of int
        A network is trained for each.
    group : str
        Where the settings stand, for messages.
    not_in_identity : frozenset of str
        Settings that a checkpoint's fingerprint leaves out.
    """

    test_clips: Names = Field(
        ["test_*"], description="trials that are only tested on, by name, * stands for anything"
    )
    leave_out: Names = Field(
        [], description="trials that are neither learned from nor tested on, likewise"
    )
    interval_frames: PositiveInt | None = Field(
        None, description="longer clips are cut into intervals of this length; null: they stay"
    )
    frame_rate: PositiveFloat = Field(description="Hz, that clips are brought to")
    crop_frames: PositiveInt = Field(description="frames of a clip that a step sees")
    steps: PositiveInt = 200
    learning_rate_drops: Shares = Field(
        description="after which shares of the steps it falls to a tenth"
    )
    weight_decay: NonNegativeFloat = Field(1e-4, description="of the weights, in each step")
    seeds: Seeds = Field((0, 1, 2), description="a network is trained for each")

    group: ClassVar[str]
    """Where the settings stand, for saying what to change."""

    # Each network has its own seed and its clips, which are fingerprinted themselves.
    not_in_identity: ClassVar[frozenset[str]] = OptimisationParameters.not_in_identity | {
        "seeds",
        "test_clips",
        "leave_out",
        "interval_frames",
    }

    def learning_rate_at(self, step: int) -> float:
        """Compute the learning rate of a step, a function of its number alone.

        Parameters
        ----------
        step : int
            Number of the step, from 0.

        Returns
        -------
        float
            The first rate, times a tenth for each drop before the step.
        """
        dropped = sum(step >= share * self.steps for share in self.learning_rate_drops)
        return float(self.learning_rate * DROP**dropped)


class RecognitionParameters(ClipTrainingParameters):
    """How an action classifier is trained.

    The defaults are ours: minutes on one CPU core.

    Attributes
    ----------
    network : StgcnParameters
        Widths, partition and dropout of the network.
    interval_frames : int or None
        Longer clips are cut into intervals of at least this length, which is not below the
        network's kernel; None: they stay.
    frame_rate : float
        Hz, that clips are brought to.
    crop_frames : int
        Frames of a clip that a step sees, not below the network's kernel.
    batch_size : int
        Clips in a step.
    learning_rate : float
        First rate of stochastic gradient descent.
    learning_rate_drops : tuple of float
        Shares of the steps, in [0, 1], after which the rate falls to a tenth.
    checkpoint_every : int
        Steps between checkpoints.
    group : str
        Where the settings stand, for messages.
    """

    network: StgcnParameters = StgcnParameters()
    interval_frames: int | None = Field(
        None,
        ge=KERNEL,
        description="longer clips are cut into intervals of this length; null: they stay",
    )
    frame_rate: PositiveFloat = 20.0
    crop_frames: int = Field(40, ge=KERNEL, description="frames of a clip that a step sees")
    batch_size: PositiveInt = Field(32, description="clips in a step")
    learning_rate: PositiveFloat = Field(0.05, description="of stochastic gradient descent")
    learning_rate_drops: Shares = (0.5, 0.8)
    checkpoint_every: PositiveInt = 20

    group: ClassVar[str] = "recognition"
