"""Recordings of where joints are, without bones and rotations: from C3D, tables and pose trackers.

Conventions
-----------
* Channels are ``<joint>.tx ty tz`` of every joint in the skeleton's order; y points up. What was
  recorded in two dimensions lies in a plane: on the ground, or upright.
* Lengths are in the unit of the file.
"""

from kinembed.motion.positions.body import body_positions, centroid_motion, on_skeleton
from kinembed.motion.positions.from_file import motion_of, motions_of, position_motion
from kinembed.motion.positions.parameters import PositionParameters
from kinembed.motion.positions.plane import Plane, picture_plane
from kinembed.motion.positions.recorded import RecordedPositions

__all__ = [
    "Plane",
    "PositionParameters",
    "RecordedPositions",
    "body_positions",
    "centroid_motion",
    "motion_of",
    "motions_of",
    "on_skeleton",
    "picture_plane",
    "position_motion",
]
