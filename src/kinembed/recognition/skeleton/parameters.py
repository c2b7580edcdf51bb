"""How networks that recognise behaviours are trained."""

from typing import Annotated, ClassVar

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from kinembed.core.parameters import Names, Seeds
from kinembed.networks.stgcn import KERNEL, StgcnParameters
from kinembed.training.loop import OptimisationParameters

DROP = 0.1
"""What the learning rate is multiplied by, each time it drops."""


class ClipTrainingParameters(OptimisationParameters):
    """Which clips are for training and which for testing, and how networks learn."""

    test_clips: Names = Field(
        description="trials that are only tested on, by name, * stands for anything"
    )
    leave_out: Names = Field(
        [], description="trials that are neither learned from nor tested on, likewise"
    )
    interval_frames: PositiveInt | None = Field(
        None, description="longer clips are cut into intervals of this length; null: they stay"
    )
    frame_rate: PositiveFloat = Field(description="Hz, that clips are brought to")
    crop_frames: PositiveInt = Field(description="frames of a clip that a step sees")
    learning_rate_drops: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.125, 0.625), description="after which shares of the steps it falls to a tenth"
    )
    weight_decay: NonNegativeFloat = 1e-4
    seeds: Seeds = Field((0,), description="a network is trained for each")
    checkpoint_every: PositiveInt = 50

    group: ClassVar[str]
    """Where the settings stand, for saying what to change."""

    # Each network has its own seed and its clips, which are fingerprinted themselves.
    aside: ClassVar[frozenset[str]] = OptimisationParameters.aside | {
        "seeds",
        "test_clips",
        "leave_out",
        "interval_frames",
    }

    def learning_rate_at(self, step: int) -> float:
        """The rate of a step (from 0), a function of its number, so that a run can continue."""
        dropped = sum(step >= share * self.steps for share in self.learning_rate_drops)
        return float(self.learning_rate * DROP**dropped)


class RecognitionParameters(ClipTrainingParameters):
    """The defaults of optimisation are the published ones of ST-GCN on NTU RGB+D."""

    network: StgcnParameters = StgcnParameters()
    interval_frames: int | None = Field(
        None,
        ge=KERNEL,
        description="longer clips are cut into intervals of this length; null: they stay",
    )
    frame_rate: PositiveFloat = Field(30.0, description="Hz, that clips are brought to")
    crop_frames: int = Field(64, ge=KERNEL, description="frames of a clip that a step sees")
    batch_size: PositiveInt = 64
    learning_rate: PositiveFloat = 0.1

    group: ClassVar[str] = "recognition"
