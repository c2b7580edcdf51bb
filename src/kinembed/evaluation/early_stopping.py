"""Early stopping by an unsupervised cluster-separability criterion.

Every few steps of a training the network is checked: with the weights of that step, the sequence is
embedded and clustered as it will be in the end, and it is measured how far the clusters keep apart.
The weights of the best check can be kept, and the training ended once checks no longer improve.
"""

import logging
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields, replace
from typing import Literal

import numpy as np
import pandas as pd
import torch
from jaxtyping import Int
from pydantic import Field, PositiveInt
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
    """Which check of a training network is the best one, and when to stop."""

    criterion: Criterion | None = Field(
        None,
        description="the weights of the check that is best by it are kept; null: the last ones",
    )
    every: PositiveInt = Field(100, description="steps between checks")
    patience: PositiveInt | None = Field(
        None, description="checks without a better one after which training ends; null: never"
    )


@dataclass(frozen=True, eq=False)
class Check:
    """What was seen of a network after `step` steps."""

    step: int
    frame_labels: Int[np.ndarray, "frames"]
    separability: Separability


class SeparabilityCallback:
    """Looks at a network while it trains (a
    :class:`kinembed.training.motion_prediction.Callback`).
    """

    def __init__(
        self, motion: Motion, stages: StageParameters, early_stopping: EarlyStoppingParameters
    ) -> None:
        self.every = early_stopping.every
        self.checks: list[Check] = []
        self._best: dict[str, Tensor] = {}
        self._motion, self._stages, self._stopping = motion, stages, early_stopping
        self._model = untrained_model(motion, stages)

    def check(self, step: int, network: Seq2Seq) -> bool:
        """Embed, cluster and measure; True when looks have not improved for too long."""
        self.checks.append(check_at(self._with(network), self._motion, self._stages, step))
        if self._stopping.criterion is None:
            return False
        since = len(self.checks) - 1 - best_check(self.checks, self._stopping.criterion)
        if since == 0:
            self._best = {name: value.clone() for name, value in network.state_dict().items()}
        return self._stopping.patience is not None and since >= self._stopping.patience

    def tensors(self) -> dict[str, Tensor]:
        """All looks, and the weights of the best one."""
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
        """Inverse of :meth:`tensors`."""
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
        """Everything that a look depends on."""
        groups = (self._stopping, self._stages.embedding, self._stages.clustering)
        return {type(group).__name__: group.model_dump(mode="json") for group in groups}

    def best(self, model: TrainedModel) -> TrainedModel:
        """The model as it was at its best look, with its history up to there."""
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

    The number of clusters is the one given for the sequence, or else estimated. Raises what
    embedding and clustering raise.
    """
    embeddings = embed(model, motion, stages.embedding)
    number = stages.clustering.number_for(motion.trial)
    labels = cluster(embeddings, stages.clustering, number).frame_labels
    return Check(step, labels, separability(embeddings.values, labels[embeddings.frame_index]))


def best_check(checks: list[Check], criterion: Criterion) -> int:
    """Index of the best look, the first of equals; a look that has no value is the worst."""
    values = np.array([getattr(check.separability, criterion) for check in checks])
    return int(np.argmax(goodness(values, criterion)))


def goodness(values: np.ndarray, criterion: str) -> np.ndarray:
    """Values of a criterion turned so that more is better; where undefined, minus infinity."""
    turned = -values if criterion in LOWER_IS_BETTER else values
    return np.where(np.isnan(turned), -np.inf, turned)


def train_with_early_stopping(
    motion: Motion,
    stages: StageParameters,
    early_stopping: EarlyStoppingParameters,
    checkpoints: CheckpointFolder | None = None,
) -> TrainedModel:
    """Train a network and keep the weights that are best by the criterion, if there is one.

    Raises what training, embedding and clustering raise.
    """
    if early_stopping.criterion is None:
        return train_model(motion, stages.features, stages.training, checkpoints)
    callback = SeparabilityCallback(motion, stages, early_stopping)
    return callback.best(
        train_model(motion, stages.features, stages.training, checkpoints, callback=callback)
    )


def follow_training(
    motion: Motion,
    stages: StageParameters,
    every: int,
    checkpoints: CheckpointFolder | None = None,
) -> tuple[pd.DataFrame, list[Check]]:
    """Train to the end, checking regularly; a table of the checks, and the checks.

    Columns of the table: step, loss (at that step), clusters and the measures of
    :class:`kinembed.evaluation.metrics.Separability`. Raises what training, embedding and
    clustering raise.
    """
    callback = SeparabilityCallback(motion, stages, EarlyStoppingParameters(every=every))
    model = train_model(motion, stages.features, stages.training, checkpoints, callback=callback)
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
        for check in callback.checks
    )
    losses = np.interp(table["step"], model.history["step"], model.history["loss"])
    table.insert(1, "loss", losses)
    return table, callback.checks
