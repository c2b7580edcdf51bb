"""The bodies in a BVH file: their roots, bones of changing length, and the axis that is up."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.bvh_hierarchy import Node
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Motion
from kinembed.motion.positions.recorded import TO_Y_UP, Up
from kinembed.motion.rotations import euler_to_matrix, matrix_to_euler

logger = logging.getLogger(__name__)

_SAME_POSITION = 1e-3
"""Of the body's height: what a joint may move against its parent and still count as fixed."""
_MOST_VARIATION = 0.1
"""Of the body's height: how far a joint may move from its mean position; beyond it, it travels."""
_STANDS = 3.0
"""How much longer along one axis than along another a body must be to stand along it."""
_POSES = 100
"""Frames, at even distances, that say how a body stands."""


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


def individual_names(bodies: Sequence[Body]) -> list[str]:
    """Name the bodies of a file.

    Parameters
    ----------
    bodies : sequence of Body
        One for each root.

    Returns
    -------
    list of str
        What stands before a colon in the roots' names where that tells them apart, else those
        names; of letters, digits, ``-`` and ``_``, the second of a name with ``-2``.
    """
    roots = [body.nodes[0].name for body in bodies]
    prefixes = [name.rpartition(":")[0] for name in roots]
    apart = all(prefixes) and len(set(prefixes)) == len(prefixes)
    names = [re.sub(r"[^\w-]+", "_", name) for name in (prefixes if apart else roots)]
    return [
        name if name not in names[:at] else f"{name}-{names[:at].count(name) + 1}"
        for at, name in enumerate(names)
    ]


def without_root_above(body: Body, file: str) -> Body:
    """Leave out a root above a joint that travels, such as the armature of a game's figure.

    Parameters
    ----------
    body : Body
        A root and all below it.
    file : str
        Name of the file, for the log.

    Returns
    -------
    Body
        From the joint that travels on, its position and rotation those in the world. Other branches
        of the root are left out, for they stand still.
    """
    while (index := _travelling_child(body)) is not None:
        root, base = body.nodes[0], body.values[:, body.columns(0)]
        below, child = _branch(body, index), body.nodes[index]
        columns = below.columns(0)
        moved = _in_world(root, base, child, below.values[:, columns])
        others = [node.name for node in body.nodes[1:] if node not in _named(body, index)]
        body = Body(below.nodes, np.hstack([moved, below.values[:, columns.stop :]]))
        say(file, f"{root.name!r} stands above {child.name!r}, which becomes the root")
        if others:
            names = ", ".join(others[:8])
            say(file, f"joints that stand still beside {child.name!r} are left out: {names}")
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
        When a joint moves from its mean position in its parent's frame by more than a tenth of the
        body's height.
    """
    height = _height(body)
    offsets = np.array([node.offset for node in body.nodes])
    moves: dict[str, np.ndarray] = {}
    for index, node in enumerate(body.nodes[1:], start=1):
        if node.positions:
            positions = _positions(body, index)
            by = np.linalg.norm(positions - positions.mean(axis=0), axis=1)
            _check_lengths(node, float(by.max()), height, file)
            fixed = by.max() <= _SAME_POSITION * height
            offsets[index] = positions[0] if fixed else positions.mean(axis=0)
            moves |= {} if fixed else {node.name: by}
    _say_what_moves(moves, file)
    return offsets


def up_of_bvh(motion: Motion, file: str) -> Up:
    """Find the axis that points up, and log it where it is not plainly y.

    Parameters
    ----------
    motion : Motion
        Euler angles; the offsets of its skeleton make the rest pose.
    file : str
        Name of the file, for the log.

    Returns
    -------
    {"y", "z"}
        ``"z"`` where the rest pose is three times as long along z as along y and the body does not
        stand along y in the motion, else ``"y"``.
    """
    along_y, along_z = _extents(_rest_pose(motion.skeleton.parents, motion.skeleton.offsets))[1:]
    if along_z <= _STANDS * along_y:
        if along_y <= _STANDS * along_z and along_z > 0:
            say(file, "the rest pose does not show what is up: y is used (ingestion.positions.up)")
        return "y"
    some = np.unique(np.linspace(0, len(motion) - 1, _POSES).astype(int))
    poses = forward_kinematics(replace(motion, values=motion.values[some]))
    moving_y, moving_z = np.median(np.ptp(poses, axis=1), axis=0)[1:]
    up: Up = "y" if moving_y > _STANDS * moving_z else "z"
    stands = "but the body moves upright along y" if up == "y" else "so z is up"
    say(file, f"the rest pose stands along z, {stands}: {up} is used (ingestion.positions.up)")
    return up


def turn_y_up(motion: Motion, up: Up) -> Motion:
    """Turn a motion of Euler angles so that y points up.

    Parameters
    ----------
    motion : Motion
        Euler angles whose skeleton has the identity as axes.
    up : {"y", "-y", "z", "-z"}
        Axis that points up in it.

    Returns
    -------
    Motion
        The same motion; every rotation stays about its own axis of the body, which has another
        name.
    """
    if up == "y":
        return motion
    axes = _turned_axes(up)
    names, signs = zip(*(_turned(channel, axes) for channel in motion.channels), strict=True)
    orders = tuple(
        "".join(axes[axis][0] for axis in order) for order in motion.skeleton.rotation_orders
    )
    offsets = motion.skeleton.offsets @ TO_Y_UP[up].T + 0.0
    skeleton = replace(motion.skeleton, offsets=offsets, rotation_orders=orders)
    values = motion.values * np.array(signs) + 0.0  # no -0
    return _positions_first(replace(motion, values=values, channels=names, skeleton=skeleton))


def _turned_axes(up: Up) -> dict[str, tuple[str, float]]:
    """What each axis becomes when y is turned up: another axis, and a sign."""
    columns = zip("xyz", TO_Y_UP[up].T, strict=True)
    return {old: ("xyz"[np.abs(new).argmax()], float(new.sum())) for old, new in columns}


def _turned(channel: str, axes: Mapping[str, tuple[str, float]]) -> tuple[str, float]:
    """A channel's new name and sign: of a position along an axis, or of a turn about it."""
    joint, component = channel.rsplit(".", 1)
    axis, sign = axes[component[1]]
    return f"{joint}.{component[0]}{axis}", sign


def _positions_first(motion: Motion) -> Motion:
    """The root's position as x, y, z again."""
    root = motion.skeleton.root
    wanted = [f"{root}.t{axis}" for axis in "xyz"]
    names = [*wanted, *(name for name in motion.channels if name not in wanted)]
    columns = [motion.channels.index(name) for name in names]
    return replace(motion, values=motion.values[:, columns], channels=tuple(names))


def _named(body: Body, index: int) -> tuple[Node, ...]:
    """A node and all below it, as they stand in the body."""
    ends = [at for at in range(index + 1, len(body.nodes)) if body.nodes[at].parent < index]
    return body.nodes[index : ends[0] if ends else len(body.nodes)]


def _branch(body: Body, index: int) -> Body:
    """A node and all below it, as a body."""
    own = _named(body, index)
    last = index + len(own) - 1
    nodes = tuple(replace(node, parent=max(-1, node.parent - index)) for node in own)
    return Body(nodes, body.values[:, body.columns(index).start : body.columns(last).stop])


def _positions(body: Body, index: int) -> Float[np.ndarray, "frames 3"]:
    """Where a node is in its parent's frame."""
    node, values = body.nodes[index], body.values[:, body.columns(index)]
    positions = np.tile(np.array(node.offset), (len(values), 1))
    for channel, moving in zip(node.channels, values.T, strict=True):
        if channel.startswith("t"):
            positions[:, "xyz".index(channel[1])] = moving
    return positions


def _rest_pose(
    parents: Sequence[int], offsets: Float[np.ndarray, "nodes 3"]
) -> Float[np.ndarray, "nodes 3"]:
    points = np.zeros((len(parents), 3))
    for joint, parent in enumerate(parents[1:], start=1):
        points[joint] = points[parent] + offsets[joint]
    return points


def _extents(points: Float[np.ndarray, "nodes 3"]) -> Float[np.ndarray, "3"]:
    extents: np.ndarray = np.ptp(points, axis=0)
    return extents


def _height(body: Body) -> float:
    """The greatest length of the rest pose along an axis."""
    offsets = np.array([_positions(body, index).mean(axis=0) for index in range(len(body.nodes))])
    return float(_extents(_rest_pose([node.parent for node in body.nodes], offsets)).max())


def _travelling_child(body: Body) -> int | None:
    """The only joint below the root that travels against it, where the others stand still."""
    children = [index for index, node in enumerate(body.nodes) if node.parent == 0]
    moving = [index for index in children if _moves(_branch(body, index))]
    if len(moving) != 1 or set(body.nodes[moving[0]].positions) != {"tx", "ty", "tz"}:
        return None
    whole = len(body.nodes[moving[0]].rotation_order) == 3
    if not whole and _is_turned(body.nodes[0], body.values[:, body.columns(0)]):
        return None
    positions = _positions(body, moving[0])
    by = np.linalg.norm(positions - positions.mean(axis=0), axis=1).max()
    return moving[0] if by > _MOST_VARIATION * _height(_branch(body, moving[0])) else None


def _moves(body: Body) -> bool:
    return body.values.shape[1] > 0 and bool(np.ptp(body.values, axis=0).max() > 0)


def _in_world(
    root: Node,
    base: Float[np.ndarray, "frames root_channels"],
    child: Node,
    moving: Float[np.ndarray, "frames child_channels"],
) -> Float[np.ndarray, "frames child_channels"]:
    """The child's channels as those of a root."""
    world = moving.copy()
    positions = [child.channels.index(f"t{axis}") for axis in "xyz"]
    origin, turn = _positions(Body((root,), base), 0), _turns(root, base)
    world[:, positions] = origin + np.einsum("fij,fj->fi", turn, moving[:, positions])
    if (order := child.rotation_order) and _is_turned(root, base):
        columns = [child.channels.index(f"r{axis}") for axis in order]
        world[:, columns] = np.degrees(matrix_to_euler(turn @ _turns(child, moving), order))
    return world


def _is_turned(node: Node, values: Float[np.ndarray, "frames channels"]) -> bool:
    turns = [index for index, name in enumerate(node.channels) if name.startswith("r")]
    return bool(values[:, turns].any())


def _turns(
    node: Node, values: Float[np.ndarray, "frames channels"]
) -> Float[np.ndarray, "frames 3 3"]:
    """Rotations of a node in its parent's frame."""
    order = node.rotation_order
    if not order:
        return np.tile(np.eye(3), (len(values), 1, 1))
    columns = [node.channels.index(f"r{axis}") for axis in order]
    return euler_to_matrix(np.radians(values[:, columns]), order)


def _check_lengths(node: Node, by: float, height: float, file: str) -> None:
    if by > _MOST_VARIATION * height:
        problem = (
            f"expected only the root to travel, but {node.name!r} moves by {by:.3g} in its "
            f"parent's frame, more than {_MOST_VARIATION:.0%} of the body's height ({height:.3g}); "
            "export the file with positions of the root alone"
        )
        raise FormatError(file, problem, node.line)


def _say_what_moves(moves: Mapping[str, np.ndarray], file: str) -> None:
    if moves:
        most = max(moves, key=lambda name: float(moves[name].max()))
        say(
            file,
            f"positions of {len(moves)} inner joints are averaged; they move from their mean by "
            f"{moves[most].max():.3g} at most ({most!r}) and by "
            f"{np.mean(list(moves.values())):.2g} on average",
        )
