"""Nodes of pipeline ``geometry``: what each layer of the action classifiers tells apart and looks
at.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from kinembed.analysis.layer_geometry import GeometryParameters
from kinembed.core.parallel import ParallelConfig, map_partitions
from kinembed.recognition.skeleton import (
    ActionClassifier,
    Clips,
    MapParameters,
    class_maps,
    clip_maps,
    gradcam_table,
    map_dataset,
    measure_layers,
    typical_maps,
)
from kinembed.report.plots.class_maps import class_map_grid
from kinembed.report.plots.dataset_map import dataset_maps
from kinembed.report.plots.export import StaticFigure, png
from kinembed.report.plots.geometry import smoothness_by_layer
from kinembed.report.plots.moving_maps import moving_maps
from kinembed.report.sequence import ReportParameters


def measure_geometry(
    action_classifiers: Mapping[str, Callable[[], ActionClassifier]],
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
    parameters: GeometryParameters,
    parallel: ParallelConfig,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Label smoothness of clips that were tested on: neighbours of other actors, or of any."""
    targets = pd.concat([test, train]) if parameters.among == "all" else test
    measure = partial(
        measure_layers,
        clips=clips.only(targets["clip"].tolist()),
        labels=targets["behaviour"].tolist(),
        parameters=parameters,
        scored=np.arange(len(targets)) < len(test),
    )
    mapped = map_partitions(measure, action_classifiers, config=parallel, description="geometry")
    apart, leaky = zip(*mapped.collect().values(), strict=True)
    return pd.concat(apart, ignore_index=True), pd.concat(leaky, ignore_index=True)


def draw_geometry(geometry: pd.DataFrame, reporting: ReportParameters) -> StaticFigure:
    """Label errors over layers, trained and untrained, seeds as bands."""
    return smoothness_by_layer(geometry, reporting.note)


def look_at_clips(
    action_classifiers: Mapping[str, Callable[[], ActionClassifier]],
    clips: Clips,
    test: pd.DataFrame,
    geometry: GeometryParameters,
    parameters: MapParameters,
    parallel: ParallelConfig,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Maps of clips that were tested on: how they stand tests, their means, and one to watch."""
    tested = clips.only(test["clip"].tolist())
    look = partial(
        clip_maps,
        clips=tested,
        labels=test["behaviour"].tolist(),
        parameters=parameters,
    )
    mapped = map_partitions(look, action_classifiers, config=parallel, description="maps")
    found = list(mapped.collect().values())
    return (
        gradcam_table(found, geometry.dataset),
        class_maps(found, clips.graph.joints, parameters.bins),
        typical_maps(found[0], tested, parameters.layers, parameters.bins),
    )


def draw_class_maps(
    maps: pd.DataFrame, parameters: MapParameters, reporting: ReportParameters
) -> dict[str, bytes]:
    """Heat maps of all behaviours at a few layers, and of each at all."""
    few = [layer for layer in parameters.layers if layer in set(maps["layer"])]
    every = {
        f"{behaviour}.png": png(class_map_grid(maps, None, [behaviour], reporting.note))
        for behaviour in maps["behaviour"].unique()
    }
    return every | {"all.png": png(class_map_grid(maps, few, None, reporting.note))}


def draw_typical_maps(
    maps: pd.DataFrame, clips: Clips, reporting: ReportParameters
) -> dict[str, bytes]:
    """The clip of each behaviour, moving, joints as dark as they matter."""
    return {
        f"{behaviour}.gif": _moving(str(behaviour), grids, clips, reporting)
        for behaviour, grids in maps.groupby("behaviour")
    }


def map_clips(
    action_classifiers: Mapping[str, Callable[[], ActionClassifier]],
    clips: Clips,
    test: pd.DataFrame,
    geometry: GeometryParameters,
    parameters: MapParameters,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Places of clips that were tested on, and neighbours, as the first network finds them."""
    first = action_classifiers[min(action_classifiers)]()
    chosen = clips.only(test["clip"].tolist())
    found = map_dataset(first, chosen, test["behaviour"].tolist(), geometry, parameters.layers)
    return found.points, found.edges


def draw_dataset(
    points: pd.DataFrame, edges: pd.DataFrame, clips: Clips, reporting: ReportParameters
) -> StaticFigure:
    """A map of clips for each layer; the pose is that in the middle of a clip."""
    poses = {
        name: positions[len(positions) // 2]
        for name, positions in zip(clips.names, clips.positions, strict=True)
    }
    return dataset_maps(points, edges, poses, clips.graph.parents, reporting.note)


def _moving(behaviour: str, maps: pd.DataFrame, clips: Clips, reporting: ReportParameters) -> bytes:
    name = maps["clip"].iloc[0]
    shown = clips.only([name])
    joints = list(clips.graph.joints)
    grids = {
        str(layer): grid.pivot(index="frame", columns="joint", values="importance")[joints]
        for layer, grid in maps.groupby("layer", sort=False)
    }
    return moving_maps(
        shown.positions[0],
        clips.graph.parents,
        {layer: grid.to_numpy(dtype=np.float64) for layer, grid in grids.items()},
        clips.frame_rate,
        f"{behaviour} ({name})",
        reporting.note,
    )
