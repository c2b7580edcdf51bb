"""Nodes of stage ``expmap``: exponential maps, in one convention and at one frame rate."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.io.recording_table import common_rate
from kinembed.motion.exponential_maps import ExpmapParameters
from kinembed.motion.motion import Motion
from kinembed.motion.resampling import as_trained_on


def convert_motions(
    motions: Mapping[str, Callable[[], Motion]],
    recordings: pd.DataFrame,
    parameters: ExpmapParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[Motion]:
    """Every motion as exponential maps (positions stay), at the rate that all are brought to."""
    convert = partial(_convert, frame_rate=common_rate(recordings), parameters=parameters)
    return map_partitions(convert, motions, config=parallel, description="exponential maps")


def _convert(
    motion: Motion,
    frame_rate: float,
    parameters: ExpmapParameters,
) -> Motion:
    return as_trained_on(motion, frame_rate, unwrap=parameters.unwrap)
