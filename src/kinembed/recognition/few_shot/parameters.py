"""How networks learn without labels, and classifiers from few."""

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from kinembed.core.parameters import Parameters, Seeds
from kinembed.motion.windows import WindowLengths
from kinembed.networks.video_lstm import VideoLstmParameters
from kinembed.training.loop import OptimisationParameters
from kinembed.video.prediction import VideoTrainingParameters


class ClassifierParameters(OptimisationParameters):
    """How a classifier learns from labelled windows; all of its weights move.

    Attributes
    ----------
    steps : int
        Steps of training.
    batch_size : int
        Windows in a step; all labelled windows where there are fewer.
    learning_rate : float
        Of RMSProp.
    """

    steps: PositiveInt = 100
    batch_size: PositiveInt = 32
    learning_rate: PositiveFloat = 1e-3


class FewShotParameters(Parameters):
    """What is compared: encoders that learned all windows without labels, and new ones.

    Attributes
    ----------
    dataset : str
        Name of the clips in tables.
    labelled : tuple of int
        Windows of each behaviour that have a label, one number after the other.
    draws : int
        Random choices of labelled windows, for each number.
    seeds : tuple of int
        A network learns without labels for each.
    pretraining : VideoTrainingParameters
        How the composite network learns joint positions without labels; its values are ``real``.
    classifier : ClassifierParameters
        How a classifier learns from the labelled windows.

    Raises
    ------
    pydantic.ValidationError
        When the network of ``pretraining`` reads binary values.
    """

    dataset: str = Field(description="name of the clips in tables")
    labelled: tuple[PositiveInt, ...] = Field(
        (1, 2, 4, 8), min_length=1, description="windows of each behaviour that have a label"
    )
    draws: PositiveInt = Field(10, description="of which windows have one, for each number")
    seeds: Seeds = Field((0, 1, 2), description="a network learns without labels for each")
    pretraining: VideoTrainingParameters = Field(
        VideoTrainingParameters(
            network=VideoLstmParameters(units=128, values="real"),
            windows=WindowLengths(source=20, target=10),
            steps=600,
            batch_size=64,
            learning_rate=1e-3,
            checkpoint_every=200,
        ),
        description="of a composite network on joint positions",
    )
    classifier: ClassifierParameters = ClassifierParameters()

    @model_validator(mode="after")
    def _real(self) -> "FewShotParameters":
        if self.pretraining.network.values != "real":
            raise ValueError("pretraining.network.values: positions are real, not binary")
        return self
