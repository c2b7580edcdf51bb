"""Clips as a graph network sees them: where the joints are, around the root.

The root's position and the heading at the first frame are removed: they say where in the room an
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
    """Positions of the distinct joints of one clip, and the graph they form.

    Attributes
    ----------
    positions : ndarray of float32, shape (frames, joints, 3)
        In the skeleton's unit of length, about the root, without the heading of the first frame.
    graph : SkeletonGraph
        Names and parents of the joints.
    """

    positions: Positions
    graph: SkeletonGraph


@dataclass(frozen=True, eq=False)
class Clips:
    """Clips of one skeleton at one frame rate, of different lengths, without labels.

    Attributes
    ----------
    names : tuple of str
        Names of the clips.
    positions : tuple of ndarray of float32, shape (frames, joints, 3)
        Of each clip, in the skeleton's unit of length, about the root.
    graph : SkeletonGraph
        Names and parents of the joints, the same for all clips.
    frame_rate : float
        Hz.
    """

    names: tuple[str, ...]
    positions: tuple[Positions, ...]
    graph: SkeletonGraph
    frame_rate: float

    @classmethod
    def of(cls, clips: Mapping[str, JointClip], frame_rate: float) -> "Clips":
        """Collect clips, in the order of their names.

        Parameters
        ----------
        clips : mapping of str to JointClip
            Clips by name.
        frame_rate : float
            Hz, of all of them.

        Returns
        -------
        Clips
            All clips, sorted by name.

        Raises
        ------
        DataError
            When there is no clip, or a clip has another skeleton than the first.
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
                    f"{names[0]!r} has {', '.join(graph.joints)}; a network reads one skeleton"
                )
        return cls(names, tuple(clips[name].positions for name in names), graph, frame_rate)

    @property
    def lengths(self) -> Int[np.ndarray, "clips"]:
        """Frames of each clip.

        Returns
        -------
        ndarray of int64, shape (clips,)
            In the order of the names.
        """
        return np.array([len(one) for one in self.positions], dtype=np.int64)

    def only(self, names: Sequence[str]) -> "Clips":
        """Choose clips by name.

        Parameters
        ----------
        names : sequence of str
            Clips to keep, in this order.

        Returns
        -------
        Clips
            The clips of these names alone.

        Raises
        ------
        DataError
            When a clip is not there.
        """
        index_of = {name: index for index, name in enumerate(self.names)}
        absent = [name for name in names if name not in index_of]
        if absent:
            raise DataError(f"there are no clips {', '.join(absent)}; collect them again")
        chosen = tuple(self.positions[index_of[name]] for name in names)
        return Clips(tuple(names), chosen, self.graph, self.frame_rate)

    def check_lengths(self) -> None:
        """Check that the network can see every clip whole.

        Raises
        ------
        DataError
            When a clip has fewer frames than a temporal convolution of the network sees.
        """
        lengths = dict(zip(self.names, self.lengths.tolist(), strict=True))
        short = [f"{name} ({length})" for name, length in lengths.items() if length < KERNEL]
        if short:
            raise DataError(
                f"clips with fewer than the {KERNEL} frames that the network sees at a time: "
                f"{', '.join(short)}; leave them out or raise recognition.frame_rate "
                f"(now {self.frame_rate:g})"
            )


def joint_clip(motion: Motion, frame_rate: float) -> JointClip:
    """Compute where the distinct joints of a motion are, at a frame rate.

    Parameters
    ----------
    motion : Motion
        Exponential maps, at any frame rate.
    frame_rate : float
        Hz, of the clip.

    Returns
    -------
    JointClip
        Positions about the root; the heading of the first frame is removed.

    Raises
    ------
    DataError
        When the motion consists of Euler angles or of positions, or lacks a channel that its
        skeleton needs.
    """
    slower = resample(motion, frame_rate)
    graph = SkeletonGraph.of(motion.skeleton)
    positions = root_relative(forward_kinematics(slower))[:, graph.kept]
    first = heading(local_rotations(slower)[:1, 0])
    turned = without_heading(positions, np.repeat(first, len(slower)))
    return JointClip(turned.astype(np.float32), graph)


def held(poses: Float[np.ndarray, "_ ..."], frames: int) -> Float[np.ndarray, "_ ..."]:
    """Lengthen a short clip by holding its last pose.

    Parameters
    ----------
    poses : ndarray of float, shape (poses, ...)
        A clip of one frame or more.
    frames : int
        Frames that the result has at least.

    Returns
    -------
    ndarray of float, shape (frames, ...)
        The clip, unchanged where it is long enough.
    """
    missing = max(0, frames - len(poses))
    return np.concatenate([poses, np.repeat(poses[-1:], missing, axis=0)])


def recorded_rows(frames: int, seen: int, rows: int) -> int:
    """Count the rows of a layer that stand for recorded frames, not for a held pose.

    Parameters
    ----------
    frames : int
        Recorded frames of the clip.
    seen : int
        Frames that the network saw, those of the held pose among them.
    rows : int
        Rows that the layer has for the frames seen.

    Returns
    -------
    int
        Number of first rows to keep; a row that stands for one recorded frame or more counts.
    """
    stride = round(seen / rows)
    return -(-frames // stride)
