"""Nodes of stage ``expmap``: Euler angles -> exponential maps, in one convention."""

from collections.abc import Callable, Mapping
from functools import partial

from kinembed.expmaps import ExpmapParameters, to_expmap
from kinembed.motion import Motion
from kinembed.parallel import MappedPartitions, ParallelConfig, map_partitions


def convert_motions(
    motions: Mapping[str, Callable[[], Motion]],
    parameters: ExpmapParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[Motion]:
    """Every motion as exponential maps."""
    convert = partial(_convert, parameters=parameters)
    return map_partitions(convert, motions, config=parallel, description="exponential maps")


def _convert(trial: str, motion: Motion, parameters: ExpmapParameters) -> Motion:  # noqa: ARG001
    return to_expmap(motion, unwrap=parameters.unwrap)
