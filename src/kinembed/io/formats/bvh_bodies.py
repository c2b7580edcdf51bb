"""The bodies in a BVH file: their roots, bones of changing length, and the axis that is up."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from kinembed.core.errors import FormatError
from kinembed.io.formats.bvh_hierarchy import Node
from kinembed.motion.motion import Motion
from kinembed.motion.skeleton import Skeleton

logger = logging.getLogger(__name__)

_SAME_PLACE = 1e-3
"""Of the longest bone: what a joint may move against its parent and still count as fixed."""
_MOST_STRETCH = 0.1
"""Of the longest bone: what a joint may move against its parent; beyond it, it travels."""
_STANDS = 3.0
"""How much longer along z than along y a rest pose must be for z to be up."""
_Z_UP = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
"""Turns z up to y up (column vectors)."""
_TURNED = {"x": ("x", 1.0), "y": ("z", -1.0), "z": ("y", 1.0)}
"""What a rotation about an axis becomes when z up is turned to y up: another axis, and a sign."""


@dataclass(frozen=True, eq=False)
class Body:
    """One root and all below it.

    Attributes
    ----------
    nodes : tuple of Node
        The root first; parents count within the body.
    values : ndarray of float, shape (frames, channels)
        Values of the nodes' channels, in their order.
    """

    nodes: tuple[Node, ...]
    values: Float[np.ndarray, "frames channels"]

    def columns(self, node: int) -> slice:
        """Columns of a node.

        Parameters
        ----------
        node : int
            Its index.

        Returns
        -------
        slice
            Of the values.
        """
        start = sum(len(one.channels) for one in self.nodes[:node])
        return slice(start, start + len(self.nodes[node].channels))


def say(file: str, note: str) -> None:
    """Log what was read in another way than it is written.

    Parameters
    ----------
    file : str
        Name of the file.
    note : str
        What is said of it.
    """
    logger.warning("%s: %s", file, note, extra={"markup": False})


def bodies_of(nodes: Sequence[Node], values: Float[np.ndarray, "frames channels"]) -> list[Body]:
    """Split a hierarchy at its roots.

    Parameters
    ----------
    nodes : sequence of Node
        All nodes in the file's order.
    values : ndarray of float, shape (frames, channels)
        Values of their channels.

    Returns
    -------
    list of Body
        One for each root.
    """
    roots = [index for index, node in enumerate(nodes) if node.parent < 0]
    whole = Body(tuple(nodes), values)
    bodies = []
    for start, stop in zip(roots, [*roots[1:], len(nodes)], strict=True):
        own = [replace(node, parent=max(-1, node.parent - start)) for node in nodes[start:stop]]
        first, last = whole.columns(start).start, whole.columns(stop - 1).stop
        bodies.append(Body(tuple(own), values[:, first:last]))
    return bodies


def without_static_root(body: Body, file: str) -> Body:
    """Leave out a root that stands still above a joint that travels.

    Parameters
    ----------
    body : Body
        A root and all below it.
    file : str
        Name of the file, for the log.

    Returns
    -------
    Body
        From the joint that travels on, its position and rotation those in the world.
    """
    while _is_static_root(body):
        root, child = body.nodes[:2]
        base = body.values[:, body.columns(0)]
        moved = _in_world(root, base, child, body.values[:, body.columns(1)])
        rest = body.values[:, body.columns(1).stop :]
        below = [replace(node, parent=max(-1, node.parent - 1)) for node in body.nodes[1:]]
        body = Body(tuple(below), np.hstack([moved, rest]))
        say(file, f"{root.name!r} stands still above {child.name!r}, which is taken as the root")
    return body


def mean_offsets(body: Body, file: str) -> Float[np.ndarray, "nodes 3"]:
    """Say where each node is in its parent's frame, for good.

    Parameters
    ----------
    body : Body
        A root and all below it.
    file : str
        Name of the file, for the log and messages.

    Returns
    -------
    ndarray of float, shape (nodes, 3)
        Offsets; of a joint with positions of its own, their mean.

    Raises
    ------
    FormatError
        When a joint moves against its parent by more than a tenth of the longest bone.
    """
    offsets = np.array([node.offset for node in body.nodes])
    reach = _reach(body)
    stretched: dict[str, float] = {}
    for index, node in enumerate(body.nodes[1:], start=1):
        values = body.values[:, body.columns(index)]
        for channel, moving in zip(node.channels, values.T, strict=True):
            if channel.startswith("t"):
                by = float(np.ptp(moving))
                _check_stretch(node, by, reach, file)
                fixed = by <= _SAME_PLACE * reach
                offsets[index, "xyz".index(channel[1])] = moving[0] if fixed else moving.mean()
                if not fixed:
                    stretched[node.name] = max(by, stretched.get(node.name, 0.0))
    _say_what_stretches(stretched, file)
    return offsets


def up_of_rest_pose(skeleton: Skeleton) -> str:
    """Find the axis along which a rest pose stands.

    Parameters
    ----------
    skeleton : Skeleton
        Its offsets make the rest pose.

    Returns
    -------
    str
        ``"z"`` where it is at least three times as long along z as along y, else ``"y"``.
    """
    points = np.zeros((len(skeleton.joints), 3))
    for joint, parent in enumerate(skeleton.parents[1:], start=1):
        points[joint] = points[parent] + skeleton.offsets[joint]
    _, along_y, along_z = np.ptp(points, axis=0)
    return "z" if along_z > _STANDS * along_y else "y"


def z_up_to_y_up(motion: Motion) -> Motion:
    """Turn a motion of Euler angles whose z points up so that y does.

    Parameters
    ----------
    motion : Motion
        Euler angles whose skeleton has the identity as axes.

    Returns
    -------
    Motion
        The same motion; every rotation stays about its own axis of the body, which has another
        name.
    """
    names, signs = zip(*(_turned(channel) for channel in motion.channels), strict=True)
    orders = tuple(
        "".join(_TURNED[axis][0] for axis in order) for order in motion.skeleton.rotation_orders
    )
    skeleton = replace(
        motion.skeleton, offsets=motion.skeleton.offsets @ _Z_UP.T + 0.0, rotation_orders=orders
    )
    values = motion.values * np.array(signs) + 0.0  # no -0
    return _positions_first(replace(motion, values=values, channels=names, skeleton=skeleton))


def _turned(channel: str) -> tuple[str, float]:
    """A channel's new name and sign: of a position along an axis, or of a turn about it."""
    joint, component = channel.rsplit(".", 1)
    axis, sign = _TURNED[component[1]]
    return f"{joint}.{component[0]}{axis}", sign


def _positions_first(motion: Motion) -> Motion:
    """The root's position as x, y, z again."""
    root = motion.skeleton.root
    wanted = [f"{root}.t{axis}" for axis in "xyz"]
    names = [*wanted, *(name for name in motion.channels if name not in wanted)]
    columns = [motion.channels.index(name) for name in names]
    return replace(motion, values=motion.values[:, columns], channels=tuple(names))


def _reach(body: Body) -> float:
    return float(np.abs([node.offset for node in body.nodes]).max())


def _is_static_root(body: Body) -> bool:
    """Whether the root stands still and has a single joint below it, which travels."""
    if len(body.nodes) < 2 or sum(node.parent == 0 for node in body.nodes) != 1:
        return False
    if set(body.nodes[1].positions) != {"tx", "ty", "tz"}:
        return False
    base, moving = body.values[:, body.columns(0)], body.values[:, body.columns(1)]
    places = [at for at, name in enumerate(body.nodes[1].channels) if name.startswith("t")]
    travels = np.ptp(moving[:, places], axis=0).max() > _MOST_STRETCH * _reach(body)
    return bool(travels and (len(base.T) == 0 or np.ptp(base, axis=0).max() == 0))


def _in_world(
    root: Node,
    base: Float[np.ndarray, "frames root_channels"],
    child: Node,
    moving: Float[np.ndarray, "frames child_channels"],
) -> Float[np.ndarray, "frames child_channels"]:
    """The child's channels as those of a root."""
    origin, turn = np.array(root.offset), Rotation.identity()
    if root.positions:
        origin = np.array([base[0, root.channels.index(f"t{axis}")] for axis in "xyz"])
    angles = [base[0, root.channels.index(f"r{axis}")] for axis in root.rotation_order]
    if any(angles):
        turn = Rotation.from_euler(root.rotation_order.upper(), angles, degrees=True)
    world = moving.copy()
    places = [child.channels.index(f"t{axis}") for axis in "xyz"]
    world[:, places] = origin + turn.apply(moving[:, places])
    if any(angles) and child.rotation_order:
        columns = [child.channels.index(f"r{axis}") for axis in child.rotation_order]
        order: Any = child.rotation_order.upper()
        own = Rotation.from_euler(order, moving[:, columns], degrees=True)
        world[:, columns] = (turn * own).as_euler(order, degrees=True)
    return world


def _check_stretch(node: Node, by: float, reach: float, file: str) -> None:
    if by > _MOST_STRETCH * reach:
        problem = (
            f"expected only the root to travel, but {node.name!r} moves by {by:g} against its "
            f"parent, more than {_MOST_STRETCH:.0%} of the longest bone; export the file with "
            "positions of the root alone"
        )
        raise FormatError(file, problem, node.line)


def _say_what_stretches(stretched: dict[str, float], file: str) -> None:
    if stretched:
        most = max(stretched, key=lambda name: stretched[name])
        say(
            file,
            f"positions of {len(stretched)} inner joints are averaged; {most!r} moves most, by "
            f"{stretched[most]:.3g} against its parent",
        )
