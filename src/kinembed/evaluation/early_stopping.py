"""How well trained is a network, and when is it trained enough? Judged without labels.

While a network trains it is looked at every so many steps: as far as it has come, the sequence is
embedded and clustered as it will be in the end, and it is measured how far the clusters keep apart.
The weights of the best look can be kept, and the training ended once looks no longer improve.
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


class StoppingParameters(Parameters):
    """Which look at a training network is the best one, and when to stop looking."""

    criterion: Criterion | None = Field(
        None, description="the weights of the look that is best by it are kept; null: the last ones"
    )
    every: PositiveInt = Field(100, description="steps between looks")
    patience: PositiveInt | None = Field(
        None, description="training ends after so many looks without a better one; null: never"
    )


@dataclass(frozen=True, eq=False)
class Look:
    """What was seen of a network after `step` steps."""

    step: int
    frame_labels: Int[np.ndarray, "frames"]
    separability: Separability


class SeparabilityWatch:
    """Looks at a network while it trains (a :class:`kinembed.training.motion_prediction.Watch`)."""

    def __init__(
        self, motion: Motion, stages: StageParameters, stopping: StoppingParameters
    ) -> None:
        self.every = stopping.every
        self.looks: list[Look] = []
        self._best: dict[str, Tensor] = {}
        self._motion, self._stages, self._stopping = motion, stages, stopping
        self._model = untrained_model(motion, stages)

    def look(self, step: int, network: Seq2Seq) -> bool:
        """Embed, cluster and measure; True when looks have not improved for too long."""
        self.looks.append(look_at(self._with(network), self._motion, self._stages, step))
        if self._stopping.criterion is None:
            return False
        since = len(self.looks) - 1 - best_look(self.looks, self._stopping.criterion)
        if since == 0:
            self._best = {name: value.clone() for name, value in network.state_dict().items()}
        return self._stopping.patience is not None and since >= self._stopping.patience

    def tensors(self) -> dict[str, Tensor]:
        """All looks, and the weights of the best one."""
        seen = {
            "steps": torch.tensor([look.step for look in self.looks]),
            "separability": torch.tensor(
                [astuple(look.separability) for look in self.looks], dtype=torch.float64
            ).reshape(len(self.looks), len(fields(Separability))),
            "labels": torch.tensor(
                np.array([look.frame_labels for look in self.looks], dtype=np.int16)
            ),
        }
        return seen | {f"best.{name}": value for name, value in self._best.items()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Inverse of :meth:`tensors`."""
        rows = zip(*(tensors[name] for name in ("steps", "labels", "separability")), strict=True)
        self.looks = [
            Look(int(step), labels.numpy().astype(np.int64), Separability(*measures.tolist()))
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
        step = self.looks[best_look(self.looks, self._stopping.criterion)].step
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


def look_at(model: TrainedModel, motion: Motion, stages: StageParameters, step: int) -> Look:
    """Embed and cluster a motion with a network as far as it is trained, and measure.

    The number of clusters is the one given for the sequence, or else estimated. Raises what
    embedding and clustering raise.
    """
    embeddings = embed(model, motion, stages.embedding)
    number = stages.clustering.number_for(motion.trial)
    labels = cluster(embeddings, stages.clustering, number).frame_labels
    return Look(step, labels, separability(embeddings.values, labels[embeddings.frame_index]))


def best_look(looks: list[Look], criterion: Criterion) -> int:
    """Index of the best look, the first of equals; a look that has no value is the worst."""
    values = np.array([getattr(look.separability, criterion) for look in looks])
    return int(np.argmax(goodness(values, criterion)))


def goodness(values: np.ndarray, criterion: str) -> np.ndarray:
    """Values of a criterion turned so that more is better; where undefined, minus infinity."""
    turned = -values if criterion in LOWER_IS_BETTER else values
    return np.where(np.isnan(turned), -np.inf, turned)


def train_with_stopping(
    motion: Motion,
    stages: StageParameters,
    stopping: StoppingParameters,
    checkpoints: CheckpointFolder | None = None,
) -> TrainedModel:
    """Train a network and keep the weights that are best by the criterion, if there is one.

    Raises what training, embedding and clustering raise.
    """
    if stopping.criterion is None:
        return train_model(motion, stages.features, stages.training, checkpoints)
    watch = SeparabilityWatch(motion, stages, stopping)
    return watch.best(
        train_model(motion, stages.features, stages.training, checkpoints, watch=watch)
    )


def follow_training(
    motion: Motion,
    stages: StageParameters,
    stopping: StoppingParameters,
    checkpoints: CheckpointFolder | None = None,
) -> tuple[pd.DataFrame, list[Look]]:
    """Train to the end; the looks, and a table of them.

    Columns of the table: step, loss (at that step), clusters and the measures of
    :class:`kinembed.evaluation.metrics.Separability`. Raises what training, embedding and
    clustering raise.
    """
    watch = SeparabilityWatch(
        motion, stages, stopping.model_copy(update={"criterion": None, "patience": None})
    )
    model = train_model(motion, stages.features, stages.training, checkpoints, watch=watch)
    table = pd.DataFrame(
        {
            "step": look.step,
            "clusters": int(look.frame_labels.max()) + 1,
            **dict(
                zip((f.name for f in fields(Separability)), astuple(look.separability), strict=True)
            ),
        }
        for look in watch.looks
    )
    losses = np.interp(table["step"], model.history["step"], model.history["loss"])
    table.insert(1, "loss", losses)
    return table, watch.looks
