"""Nodes of pipeline ``geometry``: what each layer of the action classifiers separates and uses."""

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
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.class_maps import class_map_grid
from kinembed.report.plots.dataset_map import dataset_maps
from kinembed.report.plots.export import StaticFigure, png
from kinembed.report.plots.geometry import smoothness_by_layer
from kinembed.report.plots.moving_maps import moving_maps


def measure_geometry(
    action_classifiers: Mapping[str, Callable[[], ActionClassifier]],
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
    parameters: GeometryParameters,
    parallel: ParallelConfig,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure at each layer how smooth the behaviours of test clips are.

    Parameters
    ----------
    action_classifiers : mapping of str to loader of ActionClassifier
        ``seed_<seed>`` -> network.
    clips : Clips
        Joint positions, shape (frames, joints, 3) for each clip, around the root.
    train : DataFrame
        Columns ``clip`` and ``behaviour``, of clips to train on.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of clips that are only tested on.
    parameters : GeometryParameters
        Kinds of graphs, windows, and which clips may be neighbours.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    geometry : DataFrame
        Columns ``dataset``, ``model`` (trained or untrained), ``seed``, ``layer``, ``graph``,
        ``window``, ``label_error``, ``label_score``, ``laplacian`` and ``degree``; neighbours are
        of other actors.
    leak : DataFrame
        The same where neighbours are of any actor: clips of one actor resemble one another,
        whatever they show.

    Raises
    ------
    DataError
        When a name tells no actor, a clip is shorter than a window, has fewer neighbours than are
        asked for, or is alone in its behaviour.
    """
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
    """Draw label errors over layers, trained and untrained, seeds as bands.

    Parameters
    ----------
    geometry : DataFrame
        As of :func:`measure_geometry`.
    reporting : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each kind of graph and window.

    Raises
    ------
    DataError
        When the table is empty.
    """
    return smoothness_by_layer(geometry, reporting.note)


def make_clip_maps(
    action_classifiers: Mapping[str, Callable[[], ActionClassifier]],
    clips: Clips,
    test: pd.DataFrame,
    geometry: GeometryParameters,
    parameters: MapParameters,
    parallel: ParallelConfig,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Make and test the maps (L-STG-GradCAM) of test clips, for the behaviour that each shows.

    Parameters
    ----------
    action_classifiers : mapping of str to loader of ActionClassifier
        ``seed_<seed>`` -> network.
    clips : Clips
        Joint positions, shape (frames, joints, 3) for each clip, around the root.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of clips that are only tested on.
    geometry : GeometryParameters
        Its ``dataset`` stands in the table of tests.
    parameters : MapParameters
        How maps are tested, and the layers that are drawn.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    gradcam : DataFrame
        Columns ``dataset``, ``seed``, ``layer``, ``behaviour``, ``clips``, those of the tests
        (:data:`kinembed.recognition.skeleton.maps.TESTS`) and ``seeds_rank``: means over the clips
        of a behaviour.
    class_maps : DataFrame
        Columns ``seed``, ``layer``, ``behaviour``, ``joint``, ``bin`` (of the clip's time) and
        ``importance``: mean maps, of each of which the greatest value is 1 before the mean.
    typical_maps : DataFrame
        Columns ``layer``, ``behaviour``, ``clip``, ``frame``, ``joint`` and ``importance``: maps of
        the first network, for one clip of each behaviour.

    Raises
    ------
    DataError
        When a behaviour is unknown to a network, a clip is shorter than its kernel, or as many
        joints are to be hidden as there are.
    """
    tested = clips.only(test["clip"].tolist())
    make = partial(
        clip_maps,
        clips=tested,
        labels=test["behaviour"].tolist(),
        parameters=parameters,
    )
    mapped = map_partitions(make, action_classifiers, config=parallel, description="maps")
    found = list(mapped.collect().values())
    return (
        gradcam_table(found, geometry.dataset),
        class_maps(found, clips.graph.joints, parameters.bins),
        typical_maps(found[0], tested, parameters.layers, parameters.bins),
    )


def draw_class_maps(
    maps: pd.DataFrame, parameters: MapParameters, reporting: ReportParameters
) -> dict[str, bytes]:
    """Draw heat maps of all behaviours at a few layers, and of each behaviour at all layers.

    Parameters
    ----------
    maps : DataFrame
        Class maps, as of :func:`make_clip_maps`.
    parameters : MapParameters
        Its ``layers`` are drawn side by side; those without maps are left out.
    reporting : ReportParameters
        Its ``note`` stands on every figure.

    Returns
    -------
    dict of str to bytes
        ``all.png`` and ``<behaviour>.png``.

    Raises
    ------
    DataError
        When there is nothing to draw.
    """
    few = [layer for layer in parameters.layers if layer in set(maps["layer"])]
    every = {
        f"{behaviour}.png": png(class_map_grid(maps, None, [behaviour], reporting.note))
        for behaviour in maps["behaviour"].unique()
    }
    return every | {"all.png": png(class_map_grid(maps, few, None, reporting.note))}


def draw_typical_maps(
    maps: pd.DataFrame, clips: Clips, reporting: ReportParameters
) -> dict[str, bytes]:
    """Animate the clip of each behaviour, with its joints as dark as they matter.

    Parameters
    ----------
    maps : DataFrame
        Typical maps, as of :func:`make_clip_maps`.
    clips : Clips
        Joint positions, shape (frames, joints, 3) for each clip, around the root.
    reporting : ReportParameters
        Its ``note`` stands on every figure.

    Returns
    -------
    dict of str to bytes
        ``<behaviour>.gif``.

    Raises
    ------
    DataError
        When a clip is absent, or has another number of frames or joints than its map.
    """
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
    """Lay out test clips in a plane (t-SNE), as the first network finds them alike.

    Parameters
    ----------
    action_classifiers : mapping of str to loader of ActionClassifier
        ``seed_<seed>`` -> network.
    clips : Clips
        Joint positions, shape (frames, joints, 3) for each clip, around the root.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of clips that are only tested on.
    geometry : GeometryParameters
        Windows, graph and number of neighbours.
    parameters : MapParameters
        Its ``layers`` are laid out, each in a plane of its own.

    Returns
    -------
    points : DataFrame
        Columns ``layer``, ``clip``, ``behaviour``, ``x`` and ``y``.
    edges : DataFrame
        Columns ``layer``, ``one``, ``other`` (clips that are neighbours) and ``weight``, once for
        each pair.

    Raises
    ------
    DataError
        When a layer does not exist, a name tells no actor, a clip is shorter than a window, or has
        fewer neighbours than are asked for.
    """
    first = action_classifiers[min(action_classifiers)]()
    chosen = clips.only(test["clip"].tolist())
    found = map_dataset(first, chosen, test["behaviour"].tolist(), geometry, parameters.layers)
    return found.points, found.edges


def draw_dataset(
    points: pd.DataFrame, edges: pd.DataFrame, clips: Clips, reporting: ReportParameters
) -> StaticFigure:
    """Draw a map of clips for each layer, with a skeleton for each behaviour.

    Parameters
    ----------
    points : DataFrame
        As of :func:`map_clips`.
    edges : DataFrame
        As of :func:`map_clips`.
    clips : Clips
        Joint positions, shape (frames, joints, 3) for each clip, around the root.
    reporting : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each layer; the pose of a skeleton is that in the middle of its clip.

    Raises
    ------
    DataError
        When there is no point.
    """
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
