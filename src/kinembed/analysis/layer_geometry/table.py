"""How smooth labels are at each layer of a network, in one table."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import Literal

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
from pydantic import Field, PositiveInt

from kinembed.analysis.layer_geometry.dtw import dtw_distances, window_descriptors
from kinembed.analysis.layer_geometry.graphs import GraphKind, dataset_graph
from kinembed.analysis.layer_geometry.smoothness import label_smoothness
from kinembed.core.parameters import Names, Parameters

LayerDistances = Mapping[tuple[str, int], Float[np.ndarray, "sequences sequences"]]
"""Distances of all pairs, by layer and window."""
COLUMNS = ["layer", "graph", "window", "label_error", "label_score", "laplacian", "degree"]


class GeometryParameters(Parameters):
    """Which graphs are made of the sequences at each layer."""

    dataset: str = Field(description="name of the sequences in tables")
    group_pattern: str = Field(
        "(.*)",
        description="how a sequence's name holds its actor (or trial), a regular expression; "
        "those of one actor are never neighbours; by default each is its own",
    )
    actors: dict[str, Names] = Field(
        {},
        description="where actors cannot be told that way: names by actor, * stands for anything",
    )
    among: Literal["test", "all"] = Field(
        "test",
        description="which may be neighbours: those that the network was not trained on, or all; "
        "scored are the former alone",
    )
    windows: tuple[PositiveInt, ...] = Field((1, 4, 8), min_length=1, description="frames of each")
    graphs: tuple[GraphKind, ...] = Field(
        ("nnk", "knn"), min_length=1, description="kinds of neighbourhoods"
    )
    neighbours: PositiveInt = Field(15, description="that a sequence chooses")


def layer_distances(
    features: Mapping[str, Sequence[Float[np.ndarray, "_ features"]]],
    frames: Sequence[int],
    windows: Sequence[int],
) -> LayerDistances:
    """Warped distances of all pairs of sequences, by layer and window.

    Raises DataError naming a sequence that is shorter than a window.

    Parameters
    ----------
    features:
        Of each layer those of all sequences, as
        :func:`kinembed.analysis.layer_geometry.layer_features` has them.
    frames:
        Of each sequence at the network's input.
    windows:
        Frames in a window, of each kind that is tried.
    """
    return {
        (layer, window): dtw_distances(window_descriptors(values, frames, window))
        for layer, values in features.items()
        for window in windows
    }


def smoothness_table(
    distances: LayerDistances,
    labels: Sequence[str],
    groups: Sequence[Hashable] | None,
    parameters: GeometryParameters,
    scored: Bool[np.ndarray, "sequences"] | None = None,
) -> pd.DataFrame:
    """A row for each layer, window and kind of graph; columns are COLUMNS.

    `labels` and `groups` are of each sequence; those of its own group are never its neighbours.
    Those that are not `scored` are neighbours only.
    Raises DataError for fewer neighbours than are asked for, or labels that do not fit.
    """
    rows = []
    for (layer, window), of_pairs in distances.items():
        for kind in parameters.graphs:
            graph = dataset_graph(of_pairs, parameters.neighbours, groups, kind)
            scores = asdict(label_smoothness(graph, labels, scored))
            rows.append({"layer": layer, "graph": kind, "window": window, **scores})
    return pd.DataFrame(rows, columns=COLUMNS)
