"""Positions as seen from the body: about its centroid, whichever way it faces."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from kinembed.motion.kinematics import (
    channel_values,
    forward_kinematics,
    height_and_speed,
    point_channels,
    without_heading,
)
from kinembed.motion.motion import Motion
from kinembed.motion.positions.skeleton import about_centroid, headings_against
from kinembed.motion.skeleton import Skeleton


def body_positions(motion: Motion) -> Float[np.ndarray, "frames joints 3"]:
    """Compute positions about the centroid, turned so that each pose faces as the rest pose does.

    Parameters
    ----------
    motion : Motion
        Positions; its skeleton's offsets are the rest pose.

    Returns
    -------
    ndarray of float, shape (frames, joints, 3)
        In the skeleton's unit of length.

    Raises
    ------
    DataError
        When the motion lacks a channel of its skeleton.
    """
    centred = about_centroid(forward_kinematics(motion))
    rest = about_centroid(motion.skeleton.offsets)
    return without_heading(centred, headings_against(rest, centred))


def centroid_motion(motion: Motion) -> Float[np.ndarray, "frames 2"]:
    """Compute the height of the centroid and its horizontal speed.

    Parameters
    ----------
    motion : Motion
        Positions, y up.

    Returns
    -------
    ndarray of float, shape (frames, 2)
        Height in the skeleton's unit of length, and speed in that unit per second.

    Raises
    ------
    DataError
        When the motion lacks a channel of its skeleton.
    """
    return height_and_speed(forward_kinematics(motion).mean(axis=1), motion.frame_rate)


def on_skeleton(motion: Motion, skeleton: Skeleton) -> Motion:
    """Put a motion of positions on another recording's skeleton, with its rest pose.

    Parameters
    ----------
    motion : Motion
        Positions.
    skeleton : Skeleton
        Skeleton of the other recording.

    Returns
    -------
    Motion
        The same positions, with the joints of that skeleton in its order; further joints are left
        out.

    Raises
    ------
    DataError
        When the motion lacks a joint of the skeleton.
    """
    channels = point_channels(skeleton)
    values = channel_values(motion, channels)
    return replace(motion, values=values, channels=tuple(channels), skeleton=skeleton)
