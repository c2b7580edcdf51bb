"""The node of pipeline ``percepts``: joint positions of recordings, for pipeline ``video``."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from jaxtyping import Float

from kinembed.motion import Motion
from kinembed.parallel import ParallelConfig, map_partitions
from kinembed.recognition import joint_clip
from kinembed.sources.percepts import Percepts
from kinembed.video import VideoParameters


def collect_percepts(
    expmaps: Mapping[str, Callable[[], Motion]],
    parameters: VideoParameters,
    parallel: ParallelConfig,
) -> Percepts:
    """Where the joints are, around the root, in every frame of every recording."""
    take = partial(_positions, frame_rate=parameters.percepts.frame_rate)
    mapped = map_partitions(take, expmaps, config=parallel, description="joint positions")
    return Percepts(dict(mapped.stream()), "joint positions")


def _positions(
    name: str,  # noqa: ARG001
    motion: Motion,
    frame_rate: float,
) -> Float[np.ndarray, "frames channels"]:
    positions = joint_clip(motion, frame_rate).positions
    return positions.reshape(len(positions), -1)
