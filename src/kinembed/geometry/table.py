"""How smooth labels are at each layer of a network, in one table."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd
from jaxtyping import Float
from pydantic import Field, PositiveInt

from kinembed.geometry.dtw import dtw_distances, window_descriptors
from kinembed.geometry.graphs import GraphKind, dataset_graph
from kinembed.geometry.smoothness import label_smoothness
from kinembed.parameters import Parameters

COLUMNS = ["layer", "graph", "window", "label_error", "label_score", "laplacian", "degree"]


class GeometryParameters(Parameters):
    """Which graphs are made of the sequences at each layer."""

    dataset: str = Field(description="name of the sequences in tables")
    group_pattern: str = Field(
        description="how a sequence's name holds its actor (or trial), a regular expression; "
        "those of one actor are never neighbours"
    )
    windows: tuple[PositiveInt, ...] = Field((1, 4, 8), min_length=1, description="frames of each")
    graphs: tuple[GraphKind, ...] = Field(("nnk", "knn"), min_length=1)
    neighbours: PositiveInt = Field(15, description="that a sequence chooses")


def smoothness_table(
    features: Mapping[str, Sequence[Float[np.ndarray, "_ features"]]],
    frames: Sequence[int],
    labels: Sequence[str],
    groups: Sequence[Hashable] | None,
    parameters: GeometryParameters,
) -> pd.DataFrame:
    """A row for each layer, window and kind of graph; columns are COLUMNS.

    Parameters
    ----------
    features:
        Of each layer those of all sequences, as :func:`kinembed.geometry.layer_features` has them.
    frames:
        Of each sequence at the network's input.
    labels, groups:
        Of each sequence; those of its own group are never its neighbours.
    parameters:
        Which windows and graphs.

    Raises DataError for sequences shorter than a window, fewer neighbours than are asked for, or
    labels that do not fit.
    """
    rows = []
    for layer, values in features.items():
        for window in parameters.windows:
            distances = dtw_distances(window_descriptors(values, frames, window))
            for kind in parameters.graphs:
                graph = dataset_graph(distances, parameters.neighbours, groups, kind)
                scores = asdict(label_smoothness(graph, labels))
                rows.append({"layer": layer, "graph": kind, "window": window, **scores})
    return pd.DataFrame(rows, columns=COLUMNS)
