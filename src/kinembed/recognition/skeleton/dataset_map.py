"""Clips as points of a plane, layer by layer: near one another where a layer finds them alike."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float
from sklearn.manifold import TSNE

from kinembed.analysis.layer_geometry import GeometryParameters, dataset_graph, layer_distances
from kinembed.recognition.skeleton.clips import Clips
from kinembed.recognition.skeleton.layers import actors, clip_features
from kinembed.recognition.skeleton.model import ActionClassifier

PERPLEXITY = 15.0
"""About how many clips are held to be near each; of few clips a third of them."""


class DatasetMap(NamedTuple):
    """Where clips lie in a plane, layer by layer, and which of them are neighbours.

    Attributes
    ----------
    points : DataFrame
        A row for each layer and clip. Columns ``layer``, ``clip``, ``behaviour``, ``x``, ``y``.
    edges : DataFrame
        A row for each layer and pair of neighbours. Columns ``layer``, ``one`` and ``other``
        (clips), ``weight``.
    """

    points: pd.DataFrame
    edges: pd.DataFrame


def map_dataset(
    action_classifier: ActionClassifier,
    clips: Clips,
    labels: Sequence[str],
    parameters: GeometryParameters,
    layers: Sequence[str],
) -> DatasetMap:
    """Lay clips out in a plane by their distances at some layers (t-SNE), with their graph.

    Positions in one layer's plane say nothing of those in another's, nor do directions or long
    distances.

    Parameters
    ----------
    action_classifier : ActionClassifier
        Its network is set to evaluate; its seed determines the layouts.
    clips : Clips
        Clips to lay out.
    labels : sequence of str
        Behaviour of each clip.
    parameters : GeometryParameters
        Neighbours and actors. Of several windows the middle one counts, of several kinds of graph
        the first.
    layers : sequence of str
        Layers by the names that the network gives them, or ``input``.

    Returns
    -------
    DatasetMap
        Points and edges of all layers.

    Raises
    ------
    DataError
        When a layer does not exist, a clip is shorter than a window or than the network's kernel,
        a clip's name holds no actor, or a clip has too few neighbours to choose from.
    """
    groups = actors(clips.names, parameters)
    features = clip_features(action_classifier.network, clips, action_classifier, layers)
    window = sorted(parameters.windows)[len(parameters.windows) // 2]
    distances = layer_distances(features, clips.lengths.tolist(), [window])
    points, edges = [], []
    for layer in layers:
        of_pairs = distances[layer, window]
        graph = dataset_graph(of_pairs, parameters.neighbours, groups, parameters.graphs[0])
        x, y = _layout(of_pairs, action_classifier.seed).T
        located = {"layer": layer, "clip": clips.names, "behaviour": labels, "x": x, "y": y}
        points.append(pd.DataFrame(located))
        one, other = np.nonzero(np.triu(graph.weights))
        pair = {"one": np.take(clips.names, one), "other": np.take(clips.names, other)}
        edges.append(pd.DataFrame({"layer": layer, **pair, "weight": graph.weights[one, other]}))
    return DatasetMap(*(pd.concat(tables, ignore_index=True) for tables in (points, edges)))


def _layout(distances: Float[np.ndarray, "clips clips"], seed: int) -> Float[np.ndarray, "clips 2"]:
    perplexity = min(PERPLEXITY, (len(distances) - 1) / 3)
    plane = TSNE(
        metric="precomputed", init="random", perplexity=perplexity, random_state=seed
    ).fit_transform(distances)
    return np.asarray(plane, dtype=np.float64)
