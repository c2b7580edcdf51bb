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
    """Positions about the centroid, turned so that each pose faces as the rest pose does."""
    centred = about_centroid(forward_kinematics(motion))
    rest = about_centroid(motion.skeleton.offsets)
    return without_heading(centred, headings_against(rest, centred))


def centroid_motion(motion: Motion) -> Float[np.ndarray, "frames 2"]:
    """Height of the centroid, and its horizontal speed per second."""
    return height_and_speed(forward_kinematics(motion).mean(axis=1), motion.frame_rate)


def on_skeleton(motion: Motion, skeleton: Skeleton) -> Motion:
    """The same positions of another recording's joints, to be measured against its rest pose.

    Raises DataError when the motion lacks a joint.
    """
    channels = point_channels(skeleton)
    values = channel_values(motion, channels)
    return replace(motion, values=values, channels=tuple(channels), skeleton=skeleton)
