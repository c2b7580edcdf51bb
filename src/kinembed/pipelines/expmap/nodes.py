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
    """Bring every motion to exponential maps (positions stay) and to the common frame rate.

    Parameters
    ----------
    motions : mapping of str to loader of Motion
        Trial -> its motion as recorded.
    recordings : DataFrame
        As of :func:`kinembed.pipelines.ingestion.nodes.describe_recordings`.
    parameters : ExpmapParameters
        Whether exponential maps continue beyond pi.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of Motion
        Trial -> its motion, converted when it is asked for.
    """
    rate = common_rate(recordings)
    convert = partial(as_trained_on, frame_rate=rate, unwrap=parameters.unwrap)
    return map_partitions(convert, motions, config=parallel, description="exponential maps")
