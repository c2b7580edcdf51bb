"""Clips as a graph network sees them: where the joints are, around the root.

The root's place and the heading at the first frame are taken away: they say where in the room an
actor stood. Turning during the clip stays, it belongs to the behaviour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinembed.core.errors import DataError
from kinembed.motion.kinematics import (
    forward_kinematics,
    heading,
    local_rotations,
    root_relative,
    without_heading,
)
from kinembed.motion.motion import Motion
from kinembed.motion.resampling import resample
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.networks.stgcn import KERNEL

Positions = Float[np.ndarray, "_ joints 3"]


@dataclass(frozen=True, eq=False)
class JointClip:
    """Positions of the distinct joints of one clip, float32, and the graph they form."""

    positions: Positions
    graph: SkeletonGraph


@dataclass(frozen=True, eq=False)
class Clips:
    """Clips of one skeleton at one frame rate (Hz), of different lengths, without labels."""

    names: tuple[str, ...]
    positions: tuple[Positions, ...]
    graph: SkeletonGraph
    frame_rate: float

    @classmethod
    def of(cls, clips: Mapping[str, JointClip], frame_rate: float) -> "Clips":
        """Clips by name, in the order of names.

        Raises DataError when there is none, or one is of another skeleton, naming it.
        """
        if not clips:
            raise DataError("there is no clip to collect; ingest some first")
        names = tuple(sorted(clips))
        graph = clips[names[0]].graph
        for name in names:
            other = clips[name].graph
            if (other.joints, other.parents) != (graph.joints, graph.parents):
                raise DataError(
                    f"clip {name!r} has the distinct joints {', '.join(other.joints)}, but "
                    f"{names[0]!r} has {', '.join(graph.joints)}; a network takes one skeleton"
                )
        return cls(names, tuple(clips[name].positions for name in names), graph, frame_rate)

    @property
    def lengths(self) -> Int[np.ndarray, "clips"]:
        """Frames of each clip."""
        return np.array([len(one) for one in self.positions], dtype=np.int64)

    def only(self, names: Sequence[str]) -> "Clips":
        """The clips of these names, in that order; raises DataError for one that is not there."""
        place = {name: index for index, name in enumerate(self.names)}
        absent = [name for name in names if name not in place]
        if absent:
            raise DataError(f"there are no clips {', '.join(absent)}; collect them again")
        chosen = tuple(self.positions[place[name]] for name in names)
        return Clips(tuple(names), chosen, self.graph, self.frame_rate)

    def check_lengths(self) -> None:
        """Raise DataError, naming them, for clips that the network cannot see whole."""
        lengths = dict(zip(self.names, self.lengths.tolist(), strict=True))
        short = [f"{name} ({length})" for name, length in lengths.items() if length < KERNEL]
        if short:
            raise DataError(
                f"clips with fewer than the {KERNEL} frames that the network sees at a time: "
                f"{', '.join(short)}; leave them out or raise recognition.frame_rate "
                f"(now {self.frame_rate:g})"
            )


def joint_clip(motion: Motion, frame_rate: float) -> JointClip:
    """Where the distinct joints of an exp-map motion are, at a frame rate in Hz.

    Raises DataError for Euler angles.
    """
    slower = resample(motion, frame_rate)
    graph = SkeletonGraph.of(motion.skeleton)
    positions = root_relative(forward_kinematics(slower))[:, graph.kept]
    first = heading(local_rotations(slower)[:1, 0])
    turned = without_heading(positions, np.repeat(first, len(slower)))
    return JointClip(turned.astype(np.float32), graph)


def held(poses: Float[np.ndarray, "_ ..."], frames: int) -> Float[np.ndarray, "_ ..."]:
    """A clip of at least a number of frames: the last pose of a shorter one is held."""
    missing = max(0, frames - len(poses))
    return np.concatenate([poses, np.repeat(poses[-1:], missing, axis=0)])


def recorded_rows(frames: int, seen: int, rows: int) -> int:
    """Rows of a layer that stand for recorded frames: it has `rows` for the `seen` ones."""
    stride = round(seen / rows)
    return -(-frames // stride)
