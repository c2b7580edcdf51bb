"""Which video networks are trained, on what, and on what they are tried."""

from typing import Literal

from pydantic import Field, PositiveInt, model_validator

from kinembed.core.parameters import Names, Parameters, RowName, Seeds
from kinembed.video.prediction.digit_source import DigitParameters
from kinembed.video.prediction.frame_feature_source import FrameFeatureParameters
from kinembed.video.prediction.patch_source import PatchParameters
from kinembed.video.prediction.training import VideoTrainingParameters


class VideoRow(Parameters):
    """How one of the networks differs from the others (see ``VideoLstmParameters``).

    Attributes
    ----------
    task : {"autoencoder", "future", "composite"}
        Reconstruct the past, predict the future, or both.
    conditional : bool
        Whether decoders receive the frame before the one they make.
    layers : int
        Recurrent layers, 1 or 2.
    """

    task: Literal["autoencoder", "future", "composite"]
    conditional: bool = False
    layers: int = Field(1, ge=1, le=2)


class HeldOutParameters(Parameters):
    """How many videos that no training sees are scored, and how far they are predicted.

    Attributes
    ----------
    videos : int
        Videos of each number of digits; of other data, windows.
    roll_out : int
        Frames that are predicted at length.
    """

    videos: PositiveInt = Field(200, description="of each number of digits")
    roll_out: PositiveInt = Field(60, description="frames that are predicted at length")


class VideoParameters(Parameters):
    """Networks, each with every seed; what they share stands under ``training``.

    Attributes
    ----------
    rows : dict of str to VideoRow
        By name: how each network differs from the others.
    only : list of str or None
        Rows to train; None: all.
    seeds : tuple of int
        Each row is trained with each of them.
    data : {"digits", "patches", "frame_features"}
        Synthetic moving digits, patches of videos, or features of frames.
    digits : DigitParameters
        Which digits are shown, and how they fly.
    patches : PatchParameters
        Which videos are used, and which of their patches.
    frame_features : FrameFeatureParameters
        Which frame features are used.
    training : VideoTrainingParameters
        How each network is trained, but for what its row says.
    held_out : HeldOutParameters
        What networks are scored on.

    Raises
    ------
    pydantic.ValidationError
        When digits are to be learned as real values or frame features as binary ones, or `only`
        names no row.
    """

    rows: dict[RowName, VideoRow] = Field(
        min_length=1, description="by name: how each network differs from the others"
    )
    only: Names | None = Field(None, description="names of rows to train; null: all")
    seeds: Seeds = Field((0, 1, 2), description="each row is trained with each of them")
    data: Literal["digits", "patches", "frame_features"] = Field(
        "digits", description="synthetic moving digits, patches of videos, or features of frames"
    )
    digits: DigitParameters = DigitParameters()
    patches: PatchParameters = PatchParameters()
    frame_features: FrameFeatureParameters = FrameFeatureParameters()
    training: VideoTrainingParameters = VideoTrainingParameters()
    held_out: HeldOutParameters = HeldOutParameters()

    @model_validator(mode="after")
    def _suits(self) -> "VideoParameters":
        values = self.training.network.values
        if self.data == "digits" and values != "binary":
            raise ValueError("training.network.values: moving digits are binary, not real")
        if self.data == "frame_features" and values != "real":
            raise ValueError("training.network.values: frame features are real, not binary")
        return self

    @model_validator(mode="after")
    def _known(self) -> "VideoParameters":
        unknown = [name for name in self.only or [] if name not in self.rows]
        if unknown or self.only == []:
            found = ", ".join(unknown) or "none"
            raise ValueError(f"only: expected some of {', '.join(self.rows)}, found {found}")
        return self

    def trainings(self) -> dict[str, VideoTrainingParameters]:
        """Combine rows and seeds.

        Returns
        -------
        dict of str to VideoTrainingParameters
            Name of each network, as files and runs have it -> how it is trained.
        """
        return {
            network_name(row, seed): self._training(changes, seed)
            for row, changes in self.rows.items()
            if self.only is None or row in self.only
            for seed in dict.fromkeys(self.seeds)
        }

    def predicting(self) -> dict[str, VideoTrainingParameters]:
        """Choose the networks that predict the future.

        Returns
        -------
        dict of str to VideoTrainingParameters
            As :meth:`trainings`, without autoencoders.
        """
        return {
            name: training
            for name, training in self.trainings().items()
            if training.network.task != "autoencoder"
        }

    def _training(self, row: VideoRow, seed: int) -> VideoTrainingParameters:
        network = self.training.network.model_copy(update=row.model_dump())
        return self.training.model_copy(update={"network": network, "seed": seed})


def network_name(row: str, seed: int) -> str:
    """Name a row's network with one seed; :func:`row_of` is the inverse.

    Parameters
    ----------
    row : str
        Name of the row.
    seed : int
        Seed of the network.

    Returns
    -------
    str
        ``<row>.seed_<seed>``.
    """
    return f"{row}.seed_{seed}"


def row_of(name: str) -> str:
    """Return the row that a network is of.

    Parameters
    ----------
    name : str
        As :func:`network_name` gives it.

    Returns
    -------
    str
        Name of the row; empty for a name of another form.
    """
    return name.rpartition(".seed_")[0]
