"""How a network that recognises behaviours is trained."""

from typing import Annotated

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from kinembed.devices import DeviceName, Precision
from kinembed.models.stgcn import KERNEL, StgcnParameters
from kinembed.parameters import Names, Parameters, Seeds

DROP = 0.1
"""What the learning rate is multiplied by, each time it drops."""


ELSEWHERE = {"checkpoint_every", "seeds", "test_clips", "leave_out", "piece_frames"}
"""What the clips themselves tell, or where and how often."""


class RecognitionParameters(Parameters):
    """The defaults of optimisation are the published ones of ST-GCN on NTU RGB+D."""

    test_clips: Names = Field(
        description="trials that are only tested on, by name, * stands for anything"
    )
    leave_out: Names = Field(
        [], description="trials that are neither learned from nor tested on, likewise"
    )
    piece_frames: int | None = Field(
        None, ge=KERNEL, description="longer clips are cut into pieces of so many; null: they stay"
    )
    network: StgcnParameters = StgcnParameters()
    frame_rate: PositiveFloat = Field(30.0, description="Hz, that clips are brought to")
    crop_frames: int = Field(64, ge=KERNEL, description="frames of a clip that a step sees")
    steps: PositiveInt = 10_000
    batch_size: PositiveInt = 64
    learning_rate: PositiveFloat = 0.1
    learning_rate_drops: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.125, 0.625), description="after which shares of the steps it falls to a tenth"
    )
    weight_decay: NonNegativeFloat = 1e-4
    seeds: Seeds = Field((0,), description="a network is trained for each")
    device: DeviceName = "auto"
    precision: Precision = "auto"
    checkpoint_every: PositiveInt = 50
    history_every: PositiveInt = 10

    def identity(self) -> dict[str, object]:
        """What determines weights, besides seed and clips."""
        return self.model_dump(mode="json", exclude=ELSEWHERE)

    def learning_rate_at(self, step: int) -> float:
        """The rate of a step (from 0), a function of its number, so that a run can continue."""
        dropped = sum(step >= share * self.steps for share in self.learning_rate_drops)
        return float(self.learning_rate * DROP**dropped)
