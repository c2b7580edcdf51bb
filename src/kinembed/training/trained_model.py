"""A trained network with all that its use on a recording needs: one artefact, no pickle.

Stored as safetensors: the weights as tensors; parameters, standardiser and skeleton as JSON in
the header.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float
from safetensors.torch import load, save

from kinembed.core.errors import CheckpointError, DataError
from kinembed.core.rows_on_disk import RowsOnDisk
from kinembed.motion.features import FeatureParameters, channel_weights, network_features
from kinembed.motion.joined_features import join_features, on_one_skeleton
from kinembed.motion.motion import Motion
from kinembed.motion.positions import on_skeleton
from kinembed.motion.skeleton import Skeleton
from kinembed.motion.standardise import Standardiser
from kinembed.motion.units import warn_of_other_unit
from kinembed.motion.windows import window_starts
from kinembed.networks.seq2seq import Seq2Seq
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import (
    Callback,
    TrainingParameters,
    fit,
    resumed_step,
)
from kinembed.training.safetensors_file import UNREADABLE, pop_history, read_header, tensors_of

logger = logging.getLogger(__name__)

FORMAT = "kinembed model 1"


@dataclass(frozen=True)
class TrainedModel:
    """Network, the parameters that shaped it, and the way from a motion to its input.

    Attributes
    ----------
    network : Seq2Seq
        The trained network.
    training : TrainingParameters
        How it was trained.
    features : FeatureParameters
        Which channels of a motion it reads.
    standardiser : Standardiser
        Mean and standard deviation of the channels, measured on the training sequence.
    skeleton : Skeleton
        Of the motion that it was trained on.
    history : pd.DataFrame
        How its losses fell: ``step``, ``loss`` and those of the critics.
    """

    network: Seq2Seq
    training: TrainingParameters
    features: FeatureParameters
    standardiser: Standardiser
    skeleton: Skeleton
    history: pd.DataFrame

    def inputs(self, motion: Motion) -> torch.Tensor:
        """Standardised channels of a motion, as the network reads them.

        Parameters
        ----------
        motion : Motion
            Exponential maps or positions, as the model was trained on.

        Returns
        -------
        Tensor of float32, shape (frames, channels)
            In standard deviations about the mean of the training sequence; on the CPU.

        Raises
        ------
        DataError
            When the motion has rotations and the model positions, or the other way round; when it
            lacks joints or channels of the model; when it holds Euler angles.
        """
        motion = self._as_known(motion)
        features = network_features(motion, self.features)
        lacking = _joints(self.standardiser.channels) - _joints(features.channels)
        self._check(lacking, motion)
        standardised = self.standardiser.apply(features.values, features.channels)
        return torch.as_tensor(standardised, dtype=torch.float32)

    def _as_known(self, motion: Motion) -> Motion:
        """Positions on the model's own skeleton: its rest pose says what facing forwards is."""
        if motion.skeleton.kind != self.skeleton.kind:
            raise DataError(
                f"{motion.trial}: the recording holds {motion.skeleton.kind}, but the model was "
                f"trained on {self.skeleton.kind}; use a model that was trained on such recordings "
                "or, for positions, the settings of ingestion.positions that it was trained with"
            )
        if self.skeleton.turns:
            return motion
        self._check(set(self.skeleton.joints) - set(motion.skeleton.joints), motion)
        return on_skeleton(motion, self.skeleton)

    def _check(self, lacking: set[str], motion: Motion) -> None:
        if lacking:
            unknown = set(motion.skeleton.joints) - set(self.skeleton.joints)
            raise DataError(
                f"{motion.trial}: the model was trained on another skeleton; the motion lacks its "
                f"joints {_named(lacking)} and has others, {_named(unknown)}; use a model that was "
                "trained on such recordings"
            )

    def to_bytes(self) -> bytes:
        """The artefact as a safetensors file.

        Returns
        -------
        bytes
            Weights and history as tensors, all else as JSON in the header.
        """
        header = {
            "training": self.training.model_dump(mode="json"),
            "features": self.features.model_dump(mode="json"),
            "standardiser": self.standardiser.to_dict(),
            "skeleton": self.skeleton.to_dict(),
            "history": list(self.history),
        }
        tensors = tensors_of(self.network, self.history)
        return save(tensors, {FORMAT: json.dumps(header)})

    @classmethod
    def from_bytes(cls, content: bytes, *, file: str) -> "TrainedModel":
        """Inverse of :meth:`to_bytes`.

        Parameters
        ----------
        content : bytes
            The whole file, of this or an earlier version.
        file : str
            Its name, for messages.

        Returns
        -------
        TrainedModel
            On the CPU.

        Raises
        ------
        CheckpointError
            When the content is no stored model, or its weights do not fit its parameters.
        """
        try:
            header = read_header(content, FORMAT)
            tensors = load(content)
            columns = header.get("history", ("step", "loss"))  # older models name none
            history = pop_history(tensors, columns)
            training = TrainingParameters.model_validate(header["training"])
            standardiser = Standardiser.from_dict(header["standardiser"])
            network = Seq2Seq(len(standardiser.channels), training.network)
            network.load_state_dict(tensors)
            features = FeatureParameters.model_validate(header["features"])
            skeleton = Skeleton.from_dict(header["skeleton"])
        except UNREADABLE as error:
            raise CheckpointError(f"{file}: not a stored model that fits ({error})") from error
        return cls(network, training, features, standardiser, skeleton, history)


def train_model(
    motion: Motion,
    features: FeatureParameters,
    training: TrainingParameters,
    checkpoints: CheckpointFolder | None = None,
    *,
    cuts: Sequence[int] = (),
    callback: Callback | None = None,
) -> TrainedModel:
    """Train a network on one sequence (see :func:`kinembed.training.motion_prediction.fit`).

    Parameters
    ----------
    motion : Motion
        The sequence, in exponential maps or positions.
    features : FeatureParameters
        Which of its channels the network learns to predict.
    training : TrainingParameters
        Network, windows, objective, length of the training and seed.
    checkpoints : CheckpointFolder, optional
        Where a training that was killed continues; None: no checkpoints.
    cuts : sequence of int
        Ascending frames at which a new interval begins; no window reaches across them.
    callback : Callback, optional
        Checks the network while it trains, and may end the training.

    Returns
    -------
    TrainedModel
        The network with all that its use needs.

    Raises
    ------
    DataError
        When the motion holds Euler angles, no channel varies, no interval is as long as a window,
        the cuts do not ascend within the sequence, or a loss is not finite.
    CheckpointError
        When a checkpoint is damaged or does not fit the network.
    """
    return train_together(
        motion.trial, [motion], features, training, checkpoints, cuts=cuts, callback=callback
    )


def train_together(
    name: str,
    motions: Sequence[Motion],
    features: FeatureParameters,
    training: TrainingParameters,
    checkpoints: CheckpointFolder | None = None,
    *,
    cuts: Sequence[int] = (),
    callback: Callback | None = None,
) -> TrainedModel:
    """Train one network on several recordings of one kind of body.

    Parameters
    ----------
    name : str
        Name of the model, for checkpoint files and the progress bar.
    motions : sequence of Motion
        At least one, of the same joints; those of positions are seen on the first one's skeleton.
    features, training, checkpoints
        As in :func:`train_model`.
    cuts : sequence of int
        Ascending frames at which a new interval begins, counted over all recordings; each recording
        is an interval anyway.
    callback
        As in :func:`train_model`.

    Returns
    -------
    TrainedModel
        The network with all that its use needs.

    Raises
    ------
    DataError
        When recordings have different joints, one of them is shorter than a window, or as in
        :func:`train_model`.
    CheckpointError
        When a checkpoint is damaged or does not fit the network.
    """
    skeleton, trial = motions[0].skeleton, motions[0].trial
    for motion in motions:  # later each is embedded, and a network would have been trained in vain
        window_starts(len(motion), training.windows, 1, (), motion.seen, motion.trial)
        warn_of_other_unit(motion, skeleton, trial)
    material = _material(motions, features, cuts)
    result = fit(
        material.values,
        training,
        sequence=name,
        cuts=material.cuts,
        seen=material.seen,
        weights=material.weights,
        checkpoints=checkpoints,
        callback=callback,
    )
    standardiser = material.standardiser
    return TrainedModel(result.network, training, features, standardiser, skeleton, result.history)


def log_resumption(
    name: str,
    motions: Sequence[Motion],
    features: FeatureParameters,
    training: TrainingParameters,
    checkpoints: CheckpointFolder,
) -> None:
    """Say that :func:`train_together` will go on from a checkpoint, if it will.

    What a training says itself is lost where it runs in a process of its own.

    Parameters
    ----------
    name, motions, features, training
        As in :func:`train_together`.
    checkpoints : CheckpointFolder
        Where trainings keep their checkpoints.

    Raises
    ------
    DataError
        When recordings have different joints.
    CheckpointError
        When the checkpoint is damaged.
    """
    material = _material(motions, features, ())
    step = resumed_step(
        material.values,
        training,
        checkpoints,
        sequence=name,
        cuts=material.cuts,
        seen=material.seen,
        weights=material.weights,
    )
    if step:
        told = f"Training of {name} goes on from step {step} of {training.steps}"
        logger.info(told, extra={"markup": False})


@dataclass(frozen=True, eq=False)
class _Material:
    """What a network is trained on, all recordings joined, in temporary files."""

    values: Float[np.ndarray, "frames channels"]
    standardiser: Standardiser
    cuts: list[int]
    seen: Bool[np.ndarray, " frames"]
    weights: Float[np.ndarray, "frames channels"] | None


def _material(
    motions: Sequence[Motion], features: FeatureParameters, cuts: Sequence[int]
) -> _Material:
    joined = join_features(on_one_skeleton(motions), features)
    standardiser = Standardiser.fit(joined.values, joined.channels, joined.seen)
    rows = RowsOnDisk()
    for values in np.split(joined.values, joined.starts):
        rows.append(standardiser.apply(values, joined.channels).astype(np.float32))
    return _Material(
        rows.array(),
        standardiser,
        sorted({*cuts, *joined.starts}),
        joined.seen,
        _weights(motions, standardiser.channels),
    )


def _weights(
    motions: Sequence[Motion], channels: Sequence[str]
) -> Float[np.ndarray, "frames channels"] | None:
    """How much is known of each value; None: everything of all."""
    if all(channel_weights(one, channels) is None for one in motions):
        return None
    rows = RowsOnDisk()
    for motion in motions:
        known = channel_weights(motion, channels)
        some = np.ones((len(motion), len(channels))) if known is None else known
        rows.append(some.astype(np.float32))
    return rows.array()


def _joints(channels: Sequence[str]) -> set[str]:
    """Joints that channels like ``lfemur.ex`` belong to."""
    return {channel.rpartition(".")[0] for channel in channels}


def _named(joints: set[str]) -> str:
    return ", ".join(sorted(joints)) or "none"
