"""The skeleton as a graph: which joints a graph network sees, and how their bonds are grouped.

Conventions
-----------
* Joints that lie on one another in every pose (no offset from the parent, or the same offset from
  the same parent) are one node: a graph network would else pass messages between copies.
* ``A[k, v, w]``: what node ``w`` receives from node ``v`` in subset ``k``. Columns of the sum over
  subsets add up to 1: a node averages over itself and its neighbours.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from kinembed.motion.skeleton import Skeleton

Partition = Literal["spatial", "uniform", "distance"]

SAME_OFFSET = 1e-6
"""Offsets that differ by less, as a share of the longest, are the same: text rounds."""


@dataclass(frozen=True, eq=False)
class SkeletonGraph:
    """The distinct joints of a skeleton and the tree they form.

    Attributes
    ----------
    joints : tuple of str
        Names of the nodes.
    kept : ndarray of int, shape (nodes,)
        Index of each node's joint in the skeleton.
    parents : tuple of int
        Index of each node's parent among the nodes, -1 for the root, which is node 0.
    """

    joints: tuple[str, ...]
    kept: Int[np.ndarray, "nodes"]
    parents: tuple[int, ...]

    @classmethod
    def of(cls, skeleton: Skeleton) -> "SkeletonGraph":
        """Nodes for the joints of a skeleton, in their order, without those that coincide.

        Parameters
        ----------
        skeleton : Skeleton
            Joints whose offsets differ by less than ``SAME_OFFSET`` of the longest offset coincide.

        Returns
        -------
        SkeletonGraph
            As many nodes as the skeleton has joints, or fewer.
        """
        node_of: list[int] = []  # by joint
        node_at: dict[tuple[int, ...], int] = {}
        kept: list[int] = []
        parents: list[int] = []
        for joint, (parent, offset) in enumerate(
            zip(skeleton.parents, _rounded_offsets(skeleton).tolist(), strict=True)
        ):
            above = node_of[parent] if parent >= 0 else -1
            if parent >= 0 and not any(offset):
                node = above
            else:
                node = node_at.setdefault((parent, *offset), len(kept))
            if node == len(kept):
                kept.append(joint)
                parents.append(above)
            node_of.append(node)
        names = tuple(skeleton.joints[joint] for joint in kept)
        return cls(names, np.array(kept, dtype=np.int64), tuple(parents))

    def hops(self) -> Int[np.ndarray, "nodes nodes"]:
        """Bones on the way from each node to each other, by breadth-first search.

        Returns
        -------
        ndarray of int, shape (nodes, nodes)
            Symmetric, 0 on the diagonal.
        """
        children = np.arange(1, len(self.parents))
        bones = csr_array(
            (np.ones(len(children)), (children, np.array(self.parents[1:], dtype=np.int64))),
            shape=(len(self.parents),) * 2,
        )
        return np.asarray(shortest_path(bones, directed=False, unweighted=True), dtype=np.int64)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for storing beside clips or a model.

        Returns
        -------
        dict
            Keys ``joints``, ``kept`` and ``parents``, each a list; it can be written as JSON.
        """
        return {
            "joints": list(self.joints),
            "kept": self.kept.tolist(),
            "parents": list(self.parents),
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "SkeletonGraph":
        """Inverse of :meth:`to_dict`.

        Parameters
        ----------
        stored : dict
            What :meth:`to_dict` gave.

        Returns
        -------
        SkeletonGraph
            Equal to the one that was stored.

        Raises
        ------
        KeyError
            When ``joints``, ``kept`` or ``parents`` is absent.
        """
        kept = np.array(stored["kept"], dtype=np.int64)
        return cls(tuple(stored["joints"]), kept, tuple(stored["parents"]))


def partition(
    hops: Int[np.ndarray, "nodes nodes"], centre: int, name: Partition
) -> Float[np.ndarray, "subsets nodes nodes"]:
    """Column-normalised adjacency with self-loops, split into the subsets of a partition.

    ``uniform``: one subset; ``distance``: self, neighbours; ``spatial``: by the neighbour's
    hops to the centre: self and equal, nearer, farther (Yan et al., arXiv 1801.07455). The
    distances to the centre are full ones: the published program stops counting after one hop,
    so that away from the centre its subsets are all ``equal``.

    Parameters
    ----------
    hops : ndarray of int, shape (nodes, nodes)
        Bones between each two nodes (:meth:`SkeletonGraph.hops`).
    centre : int
        Node to which the spatial partition counts hops; the others ignore it.
    name : {"spatial", "uniform", "distance"}
        The partition.

    Returns
    -------
    ndarray of float, shape (subsets, nodes, nodes)
        ``A[k, v, w]``: what node ``w`` receives from node ``v`` in subset ``k``, of 3 (spatial), 1
        (uniform) or 2 (distance) subsets; over ``k`` and ``v`` each column adds up to 1.
    """
    bonds = hops <= 1
    adjacency = bonds / bonds.sum(axis=0)
    if name == "uniform":
        return np.asarray(adjacency[None])
    if name == "distance":
        groups, count = hops, 2
    else:
        farther = hops[centre][:, None] - hops[centre]  # by how many hops v is, than w
        groups, count = np.choose(np.sign(farther) + 1, [1, 0, 2]), 3
    return np.stack([np.where(groups == group, adjacency, 0.0) for group in range(count)])


def _rounded_offsets(skeleton: Skeleton) -> Int[np.ndarray, "joints 3"]:
    """Offsets in steps that are too small to matter."""
    longest = np.abs(skeleton.offsets).max()
    step = SAME_OFFSET * longest if longest > 0 else 1.0
    return np.round(skeleton.offsets / step).astype(np.int64)
