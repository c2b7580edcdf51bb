"""Recordings, and how blocks of numbers for their frames become rows to cluster."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Float

from kinembed.evaluation.baselines import BaselineParameters
from kinembed.evaluation.baselines.task import Task
from kinembed.motion.motion import Motion
from kinembed.segmentation.embedding import Embeddings, cuts_of_all
from kinembed.segmentation.principal_components import principal_components
from kinembed.segmentation.stages import StageParameters
from kinembed.segmentation.summaries import scales_of, side_by_side, within_intervals


@dataclass(frozen=True, eq=False)
class Recordings:
    """Motions that share their clusters, and the settings of the method; all frames were seen."""

    motions: Sequence[Motion]
    stages: StageParameters
    baselines: BaselineParameters = field(default_factory=BaselineParameters)

    @cached_property
    def task(self) -> Task:
        """Standardised channels, cut where the network's windows are cut."""
        cuts = cuts_of_all(self.motions, self.stages.embedding)
        return Task.of(self.motions, 1, self.baselines, self.stages.features, cuts)

    def frames_in(self, seconds: float) -> int:
        """Frames in a time, at least 1."""
        return max(1, round(seconds * self.task.frame_rate))

    def along(
        self,
        function: Callable[[Float[np.ndarray, "_ channels"]], Float[np.ndarray, "_ dimensions"]],
        values: Float[np.ndarray, "frames channels"],
    ) -> Float[np.ndarray, "frames dimensions"]:
        """Apply a function of consecutive frames, between cuts."""
        return within_intervals(function, values, np.arange(len(values)), self.task.cuts)

    def rows(self, blocks: Sequence[Float[np.ndarray, "frames _"]]) -> Embeddings:
        """Blocks that weigh the same, reduced to as many components as states are."""
        values = side_by_side(blocks, scales_of(blocks))
        reduced = principal_components(values, self.stages.embedding.components)
        frames = np.arange(len(reduced))
        return Embeddings(reduced, frames, len(reduced), self.task.frame_rate, self.task.cuts)
