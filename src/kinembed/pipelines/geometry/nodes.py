"""Nodes of pipeline ``geometry``: how smooth behaviours are at each layer of the recognisers."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.geometry import GeometryParameters
from kinembed.parallel import ParallelConfig, map_partitions
from kinembed.plots.export import StaticFigure
from kinembed.plots.geometry import smoothness_by_layer
from kinembed.recognition import Clips, Recogniser, measure_layers
from kinembed.reporting import ReportParameters


def measure_geometry(
    recognisers: Mapping[str, Callable[[], Recogniser]],
    clips: Clips,
    targets: pd.DataFrame,
    parameters: GeometryParameters,
    parallel: ParallelConfig,
) -> pd.DataFrame:
    """Label smoothness among clips that were tested on, neighbours being of other actors."""
    return _measure(recognisers, clips, targets, parameters, parallel, apart=True)


def measure_leak(
    recognisers: Mapping[str, Callable[[], Recogniser]],
    clips: Clips,
    targets: pd.DataFrame,
    parameters: GeometryParameters,
    parallel: ParallelConfig,
) -> pd.DataFrame:
    """The same where clips of one actor may be neighbours: how large the leak is."""
    return _measure(recognisers, clips, targets, parameters, parallel, apart=False)


def draw_geometry(geometry: pd.DataFrame, reporting: ReportParameters) -> StaticFigure:
    """Label errors over layers, trained and untrained, seeds as bands."""
    return smoothness_by_layer(geometry, reporting.note)


def _measure(
    recognisers: Mapping[str, Callable[[], Recogniser]],
    clips: Clips,
    targets: pd.DataFrame,
    parameters: GeometryParameters,
    parallel: ParallelConfig,
    *,
    apart: bool,
) -> pd.DataFrame:
    measure = partial(
        _of_recogniser,
        clips=clips.only(targets["clip"].tolist()),
        labels=targets["behaviour"].tolist(),
        parameters=parameters,
        apart=apart,
    )
    mapped = map_partitions(measure, recognisers, config=parallel, description="geometry")
    found = dict(mapped.stream())
    return pd.concat([found[name] for name in recognisers], ignore_index=True)


def _of_recogniser(
    name: str,  # noqa: ARG001
    recogniser: Recogniser,
    clips: Clips,
    labels: list[str],
    parameters: GeometryParameters,
    apart: bool,
) -> pd.DataFrame:
    return measure_layers(recogniser, clips, labels, parameters, apart=apart)
