import numpy as np
import pytest
import torch

from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.networks.stgcn import StGcn, StgcnParameters

JOINTS, CLASSES = 5, 4


@pytest.fixture
def network():
    """Untrained, with batch statistics that are not the trivial ones."""
    torch.manual_seed(0)
    graph = SkeletonGraph(tuple("abcde"), np.arange(JOINTS), (-1, 0, 1, 0, 3))
    network = StGcn(graph, CLASSES, StgcnParameters(widths=(6, 8, 10)))
    with torch.no_grad():
        for _ in range(5):
            network(torch.randn(8, 3, 24, JOINTS))
    return network.eval()
