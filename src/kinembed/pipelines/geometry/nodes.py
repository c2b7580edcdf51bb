"""Nodes of pipeline ``geometry``: how smooth behaviours are at each layer of the recognisers."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
from jaxtyping import Bool

from kinembed.geometry import GeometryParameters
from kinembed.parallel import ParallelConfig, map_partitions
from kinembed.plots.export import StaticFigure
from kinembed.plots.geometry import smoothness_by_layer
from kinembed.recognition import Clips, LayerTables, Recogniser, measure_layers
from kinembed.reporting import ReportParameters


def measure_geometry(
    recognisers: Mapping[str, Callable[[], Recogniser]],
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
    parameters: GeometryParameters,
    parallel: ParallelConfig,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Label smoothness of clips that were tested on: neighbours of other actors, or of any."""
    targets = pd.concat([test, train]) if parameters.among == "all" else test
    measure = partial(
        _measure,
        clips=clips.only(targets["clip"].tolist()),
        labels=targets["behaviour"].tolist(),
        parameters=parameters,
        scored=np.arange(len(targets)) < len(test),
    )
    mapped = map_partitions(measure, recognisers, config=parallel, description="geometry")
    found = dict(mapped.stream())
    tables = [found[name] for name in recognisers]
    apart, leaky = zip(*tables, strict=True)
    return pd.concat(apart, ignore_index=True), pd.concat(leaky, ignore_index=True)


def draw_geometry(geometry: pd.DataFrame, reporting: ReportParameters) -> StaticFigure:
    """Label errors over layers, trained and untrained, seeds as bands."""
    return smoothness_by_layer(geometry, reporting.note)


def _measure(
    name: str,  # noqa: ARG001
    recogniser: Recogniser,
    clips: Clips,
    labels: list[str],
    parameters: GeometryParameters,
    scored: Bool[np.ndarray, "clips"],
) -> LayerTables:
    return measure_layers(recogniser, clips, labels, parameters, scored)
