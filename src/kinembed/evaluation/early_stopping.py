"""Early stopping by an unsupervised cluster-separability criterion.

Every few steps of a training the network is checked: with the weights of that step, the sequence is
embedded and clustered as it will be in the end, and it is measured how far the clusters keep apart.
The weights of the best check can be kept, and the training ended once checks no longer improve.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from math import gcd
from typing import Literal

import numpy as np
import pandas as pd
import torch
from jaxtyping import Int
from pydantic import Field, PositiveInt, model_validator
from torch import Tensor

from kinembed.core.parameters import Parameters
from kinembed.evaluation.baselines import StageParameters
from kinembed.evaluation.metrics import Separability, separability
from kinembed.motion.motion import Motion
from kinembed.networks.seq2seq import Seq2Seq
from kinembed.segmentation.clustering import cluster
from kinembed.segmentation.embedding import embed
from kinembed.segmentation.stages import untrained_model
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.trained_model import TrainedModel, train_model

logger = logging.getLogger(__name__)

Criterion = Literal["silhouette", "davies_bouldin", "gap", "canonical_correlation"]
LOWER_IS_BETTER = ("davies_bouldin", "loss")


class EarlyStoppingParameters(Parameters):
    """Which check of a training network is the best one, and when to stop.

    Attributes
    ----------
    criterion : {"silhouette", "davies_bouldin", "gap", "canonical_correlation"} or None
        Measure by which the best check is chosen; its weights are kept. None: the last weights.
    every : int
        Steps between checks.
    patience : int or None
        Checks without a better one after which training ends; None: it never ends early. It needs
        a criterion, which says what is better.

    Raises
    ------
    pydantic.ValidationError
        When there is a patience but no criterion.
    """

    criterion: Criterion | None = Field(
        None,
        description="the weights of the check that is best by it are kept; null: the last ones",
    )
    every: PositiveInt = Field(100, description="steps between checks")
    patience: PositiveInt | None = Field(
        None, description="checks without a better one after which training ends; null: never"
    )

    @model_validator(mode="after")
    def _better_is_known(self) -> "EarlyStoppingParameters":
        if self.patience is not None and self.criterion is None:
            raise ValueError("patience needs a criterion, which says what is better; set both")
        return self


@dataclass(frozen=True, eq=False)
class Check:
    """Clusters and separability of a network after some steps.

    Attributes
    ----------
    step : int
        Steps of training.
    frame_labels : ndarray of int, shape (frames,)
        Cluster of every frame.
    separability : Separability
        How far the clusters keep apart in the embedding.
    """

    step: int
    frame_labels: Int[np.ndarray, "frames"]
    separability: Separability


class SeparabilityCallback:
    """Checks a network while it trains (a :class:`kinembed.training.motion_prediction.Callback`).

    Parameters
    ----------
    motion : Motion
        Sequence that the network is trained on, in exponential maps or positions.
    stages : StageParameters
        How the network is trained, embedded and clustered.
    early_stopping : EarlyStoppingParameters
        How often it is checked, by which criterion, and when training ends.

    Raises
    ------
    DataError
        When the motion is in Euler angles or does not move.
    """

    def __init__(
        self, motion: Motion, stages: StageParameters, early_stopping: EarlyStoppingParameters
    ) -> None:
        self.every = early_stopping.every
        self.checks: list[Check] = []
        self._best: dict[str, Tensor] = {}
        self._motion, self._stages, self._stopping = motion, stages, early_stopping
        self._model = untrained_model([motion], stages)

    def check(self, step: int, network: Seq2Seq) -> bool:
        """Embed, cluster and measure.

        Parameters
        ----------
        step : int
            Steps of training so far.
        network : Seq2Seq
            Network with the weights of that step.

        Returns
        -------
        bool
            Whether training shall end: as many checks as ``patience`` have passed since the best
            one.

        Raises
        ------
        DataError
            When no interval of the motion is as long as a window, or the embedding has fewer rows
            than clusters are asked for.
        """
        self.checks.append(check_at(self._with(network), self._motion, self._stages, step))
        if self._stopping.criterion is None:
            return False
        since = len(self.checks) - 1 - best_check(self.checks, self._stopping.criterion)
        if since == 0:
            self._best = {name: value.clone() for name, value in network.state_dict().items()}
        return self._stopping.patience is not None and since >= self._stopping.patience

    def tensors(self) -> dict[str, Tensor]:
        """Return all checks, and the weights of the best one, for a checkpoint.

        Returns
        -------
        dict of str to Tensor
            ``steps``, shape (checks,); ``separability``, shape (checks, measures); ``labels``,
            int16, shape (checks, frames); and ``best.<name>`` for each of the weights.
        """
        seen = {
            "steps": torch.tensor([check.step for check in self.checks]),
            "separability": torch.tensor(
                [astuple(check.separability) for check in self.checks], dtype=torch.float64
            ).reshape(len(self.checks), len(fields(Separability))),
            "labels": torch.tensor(
                np.array([check.frame_labels for check in self.checks], dtype=np.int16)
            ),
        }
        return seen | {f"best.{name}": value for name, value in self._best.items()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Restore what :meth:`tensors` returned.

        Parameters
        ----------
        tensors : mapping of str to Tensor
            Tensors of a checkpoint; those of other names are ignored.
        """
        rows = zip(*(tensors[name] for name in ("steps", "labels", "separability")), strict=True)
        self.checks = [
            Check(int(step), labels.numpy().astype(np.int64), Separability(*measures.tolist()))
            for step, labels, measures in rows
        ]
        self._best = {
            name.removeprefix("best."): value
            for name, value in tensors.items()
            if name.startswith("best.")
        }

    def identity(self) -> dict[str, object]:
        """Return everything that a check depends on, besides the network.

        Returns
        -------
        dict of str to object
            Name of a parameter group -> its plain values.
        """
        groups = (self._stopping, self._stages.embedding, self._stages.clustering)
        return {type(group).__name__: group.model_dump(mode="json") for group in groups}

    def best(self, model: TrainedModel) -> TrainedModel:
        """Return the model as it was at its best check.

        Parameters
        ----------
        model : TrainedModel
            Model at the end of the training; its network is given the weights of the best check.

        Returns
        -------
        TrainedModel
            The model with its history up to the best check; `model` itself without a criterion.
        """
        if self._stopping.criterion is None:
            return model
        step = self.checks[best_check(self.checks, self._stopping.criterion)].step
        logger.info(
            "%s: the weights of step %d are kept, the best by %s",
            self._motion.trial,
            step,
            self._stopping.criterion,
        )
        model.network.load_state_dict(self._best)
        return replace(model, history=model.history[model.history["step"] <= step])

    def _with(self, network: Seq2Seq) -> TrainedModel:
        return replace(self._model, network=network)


def check_at(model: TrainedModel, motion: Motion, stages: StageParameters, step: int) -> Check:
    """Embed and cluster a motion with a network as far as it is trained, and measure.

    The number of clusters is the one given for the sequence, or else estimated.

    Parameters
    ----------
    model : TrainedModel
        Network with the weights of the step.
    motion : Motion
        Sequence to embed.
    stages : StageParameters
        How it is embedded and clustered.
    step : int
        Steps of training so far.

    Returns
    -------
    Check
        Clusters of every frame, and how far they keep apart.

    Raises
    ------
    DataError
        When no interval of the motion is as long as a window, the motion lacks channels of the
        model, or the embedding has fewer rows than clusters are asked for.
    """
    embeddings = embed(model, motion, stages.embedding)
    number = stages.clustering.number_for(motion.trial)
    labels = cluster(embeddings, stages.clustering, number).frame_labels
    return Check(step, labels, separability(embeddings.values, labels[embeddings.frame_index]))


def best_check(checks: list[Check], criterion: Criterion) -> int:
    """Find the best check by a criterion.

    Parameters
    ----------
    checks : list of Check
        At least one.
    criterion : {"silhouette", "davies_bouldin", "gap", "canonical_correlation"}
        Measure of :class:`kinembed.evaluation.metrics.Separability`.

    Returns
    -------
    int
        Index of the best check, the first of equals; a check whose value is NaN is the worst.
    """
    values = np.array([getattr(check.separability, criterion) for check in checks])
    return int(np.argmax(goodness(values, criterion)))


def goodness(values: np.ndarray, criterion: str) -> np.ndarray:
    """Turn the values of a criterion so that more is better.

    Parameters
    ----------
    values : ndarray of float, shape (checks,)
        Values of the criterion.
    criterion : str
        Its name; values of those in :data:`LOWER_IS_BETTER` change their sign.

    Returns
    -------
    ndarray of float, shape (checks,)
        Minus infinity where the value is NaN.
    """
    turned = -values if criterion in LOWER_IS_BETTER else values
    return np.where(np.isnan(turned), -np.inf, turned)


def train_with_early_stopping(
    motion: Motion,
    stages: StageParameters,
    early_stopping: EarlyStoppingParameters,
    checkpoints: CheckpointFolder | None = None,
) -> TrainedModel:
    """Train a network and keep the weights that are best by the criterion, if there is one.

    Parameters
    ----------
    motion : Motion
        Sequence to train on, in exponential maps or positions.
    stages : StageParameters
        How the network is trained, embedded and clustered.
    early_stopping : EarlyStoppingParameters
        How the network is checked, and when training ends.
    checkpoints : CheckpointFolder or None
        Where an interrupted training continues from; None: no checkpoint is kept.

    Returns
    -------
    TrainedModel
        With the weights and the history up to the best check; without a criterion, to the end.

    Raises
    ------
    DataError
        When the motion is in Euler angles, does not move or is shorter than a window, the loss is
        not finite, or embedding or clustering cannot be done (see :func:`check_at`).
    CheckpointError
        When a checkpoint is damaged or does not fit the network.
    """
    if early_stopping.criterion is None:
        return train_model(motion, stages.features, stages.training, checkpoints)
    callback = SeparabilityCallback(motion, stages, early_stopping)
    return callback.best(
        train_model(motion, stages.features, stages.training, checkpoints, callback=callback)
    )


class _AtSteps(SeparabilityCallback):
    """Checks some steps of a training and chooses none of them."""

    def __init__(self, motion: Motion, stages: StageParameters, steps: Sequence[int]) -> None:
        super().__init__(motion, stages, EarlyStoppingParameters(every=max(1, gcd(*steps))))
        self._steps = frozenset(steps)

    def check(self, step: int, network: Seq2Seq) -> bool:
        return step in self._steps and super().check(step, network)

    def identity(self) -> dict[str, object]:
        return super().identity() | {"steps": sorted(self._steps)}


def follow_training(
    motion: Motion,
    stages: StageParameters,
    steps: Sequence[int],
    checkpoints: CheckpointFolder | None = None,
) -> tuple[pd.DataFrame, list[Check]]:
    """Train to the end, checking some steps.

    Parameters
    ----------
    motion : Motion
        Sequence to train on, in exponential maps or positions.
    stages : StageParameters
        How the network is trained, embedded and clustered.
    steps : sequence of int
        Steps that are checked, none beyond the last one; 0 is before training.
    checkpoints : CheckpointFolder or None
        Where an interrupted training continues from; None: no checkpoint is kept.

    Returns
    -------
    table : DataFrame
        A row per check: ``step``, ``loss`` (at that step; at step 0 that of the first entry of the
        history), ``clusters`` (their number) and the measures of
        :class:`kinembed.evaluation.metrics.Separability`.
    checks : list of Check
        The checks, in order.

    Raises
    ------
    DataError
        When the motion is in Euler angles, does not move or is shorter than a window, the loss is
        not finite, or embedding or clustering cannot be done (see :func:`check_at`).
    CheckpointError
        When a checkpoint is damaged or does not fit the network.
    """
    callback = _AtSteps(motion, stages, steps)
    model = train_model(motion, stages.features, stages.training, checkpoints, callback=callback)
    checks = callback.checks
    if 0 in steps:
        checks = [check_at(untrained_model([motion], stages), motion, stages, 0), *checks]
    table = pd.DataFrame(
        {
            "step": check.step,
            "clusters": int(check.frame_labels.max()) + 1,
            **dict(
                zip(
                    (f.name for f in fields(Separability)), astuple(check.separability), strict=True
                )
            ),
        }
        for check in checks
    )
    losses = np.interp(table["step"], model.history["step"], model.history["loss"])
    table.insert(1, "loss", losses)
    return table, checks
