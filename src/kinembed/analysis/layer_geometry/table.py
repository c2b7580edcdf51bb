"""How smooth labels are at each layer of a network, in one table."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import Literal

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
from pydantic import Field, PositiveInt, field_validator

from kinembed.analysis.layer_geometry.dtw import dtw_distances, window_descriptors
from kinembed.analysis.layer_geometry.graphs import GraphKind, dataset_graph
from kinembed.analysis.layer_geometry.smoothness import label_smoothness
from kinembed.core.parameters import Names, Parameters, checked_pattern

LayerDistances = Mapping[tuple[str, int], Float[np.ndarray, "sequences sequences"]]
"""Distances of all pairs, by layer and window."""
COLUMNS = ["layer", "graph", "window", "label_error", "label_score", "laplacian", "degree"]


class GeometryParameters(Parameters):
    """Which graphs are made of the sequences at each layer.

    Attributes
    ----------
    dataset : str
        Name of the sequences in tables.
    group_pattern : str
        Regular expression whose group finds the actor (or trial) in a sequence's name; sequences of
        one actor are never neighbours. By default each is its own.
    actors : dict of str to list of str
        Actor -> what `group_pattern` finds in names, ``*`` for anything, where that is not yet the
        actor.
    among : {"test", "all"}
        Which sequences may be neighbours: those that the network was not trained on, or all; the
        former alone are scored.
    windows : tuple of int
        Lengths of windows that are tried, in frames.
    graphs : tuple of {"nnk", "knn"}
        Kinds of graphs that are tried.
    neighbours : int
        Number of neighbours that a sequence chooses.

    Raises
    ------
    pydantic.ValidationError
        When `group_pattern` is no regular expression, or has no group.
    """

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

    @field_validator("group_pattern")
    @classmethod
    def _finds_a_group(cls, pattern: str) -> str:
        return checked_pattern(pattern, 1)


def layer_distances(
    features: Mapping[str, Sequence[Float[np.ndarray, "_ features"]]],
    frames: Sequence[int],
    windows: Sequence[int],
) -> LayerDistances:
    """Compute the warped distances of all pairs of sequences, by layer and window.

    Parameters
    ----------
    features : Mapping of str to sequence of ndarray of float, shape (rows, features)
        Layer -> features of all sequences, as
        :func:`kinembed.analysis.layer_geometry.layer_features` has them.
    frames : sequence of int
        Frames of each sequence at the network's input.
    windows : sequence of int
        Lengths of windows that are tried, in frames of the input.

    Returns
    -------
    dict of tuple of (str, int) to ndarray of float, shape (sequences, sequences)
        Layer and window -> distances.

    Raises
    ------
    DataError
        When a sequence is shorter than a window (the message names it), or there is not one length
        for each sequence.
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
    """Score how smooth labels are at each layer, for each window and kind of graph.

    Parameters
    ----------
    distances : Mapping of tuple of (str, int) to ndarray of float, shape (sequences, sequences)
        Layer and window -> distances, as :func:`layer_distances` gives them.
    labels : sequence of str
        Label of each sequence; each label has two sequences at least.
    groups : sequence of hashable or None
        Group of each sequence; sequences of one group are never neighbours. None makes each its
        own.
    parameters : GeometryParameters
        Kinds of graphs and number of neighbours.
    scored : ndarray of bool, shape (sequences,), optional
        Which sequences are scored, the others are neighbours only; None scores all.

    Returns
    -------
    DataFrame
        A row for each layer, window and kind of graph, with COLUMNS.

    Raises
    ------
    DataError
        When a sequence has fewer neighbours than are asked for, labels or groups are not one for
        each sequence, or a label has a single sequence.
    """
    rows = []
    for (layer, window), of_pairs in distances.items():
        for kind in parameters.graphs:
            graph = dataset_graph(of_pairs, parameters.neighbours, groups, kind)
            scores = asdict(label_smoothness(graph, labels, scored))
            rows.append({"layer": layer, "graph": kind, "window": window, **scores})
    return pd.DataFrame(rows, columns=COLUMNS)
