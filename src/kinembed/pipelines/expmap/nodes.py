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
    rate = common_rate(recordings)
    convert = partial(as_trained_on, frame_rate=rate, unwrap=parameters.unwrap)
    return map_partitions(convert, motions, config=parallel, description="exponential maps")
