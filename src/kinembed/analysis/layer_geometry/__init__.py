"""What each layer of a network represents: who is near whom, and what speaks for a class.

Das, Shekkizhar & Ortega (arXiv 2312.07777). In a few lines, for any network and any of its layers::

    features = layer_features(network, layers, sequences)
    for layer, values in features.items():
        distances = dtw_distances(window_descriptors(values, frames, window=4))
        graph = dataset_graph(distances, neighbours=10, groups=trials)
        print(layer, label_smoothness(graph, labels))
"""

from kinembed.analysis.layer_geometry.dtw import dtw_distances, window_descriptors
from kinembed.analysis.layer_geometry.gradcam import class_activation, grad_cam, joint_importance
from kinembed.analysis.layer_geometry.graphs import DatasetGraph, GraphKind, dataset_graph
from kinembed.analysis.layer_geometry.layers import INPUT, frames_first, layer_features
from kinembed.analysis.layer_geometry.occlusion import Drops, Occluder, occlusion_drops
from kinembed.analysis.layer_geometry.smoothness import Smoothness, label_smoothness
from kinembed.analysis.layer_geometry.stability import noise_correlations, rank_correlation
from kinembed.analysis.layer_geometry.table import (
    GeometryParameters,
    layer_distances,
    smoothness_table,
)

__all__ = [
    "INPUT",
    "DatasetGraph",
    "Drops",
    "GeometryParameters",
    "GraphKind",
    "Occluder",
    "Smoothness",
    "class_activation",
    "dataset_graph",
    "dtw_distances",
    "frames_first",
    "grad_cam",
    "joint_importance",
    "label_smoothness",
    "layer_distances",
    "layer_features",
    "noise_correlations",
    "occlusion_drops",
    "rank_correlation",
    "smoothness_table",
    "window_descriptors",
]
