"""From what a person does to what a motion-capture system writes down.

The quantities of :mod:`kinembed.io.synthetic.person.behaviours` become Euler angles of the CMU
skeleton. The root goes where the foot that stands on the ground takes it: up until that foot rests
at y = 0, and forwards as fast as that foot moves back.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
from jaxtyping import Float
from scipy.ndimage import gaussian_filter1d

from kinembed.io.synthetic.person.behaviours import QUANTITIES, SIDE
from kinembed.motion.channels import position_channels
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.rotations import euler_to_matrix, matrix_to_euler
from kinembed.motion.skeleton import Skeleton

Quantities = Mapping[str, Float[np.ndarray, "frames"]]
Side = Literal["left", "right"]
Channels = dict[str, Float[np.ndarray, "frames"]]

_REST_LEG, _REST_ARM = 20.0, 90.0
"""Degrees between the vertical and the limbs of the skeleton at rest."""
_ANKLE_HEIGHT = 0.6
"""Of the ankle's point above the sole, as in the skeleton at rest and in its unit of length."""
_HEIGHT_SMOOTHING_S, _SPEED_SMOOTHING_S = 0.025, 0.05
"""Width of the filters for the height and for the speed of the root."""
_HAND = {"wrist.ry": 12.0, "hand.rx": -16.0, "hand.rz": 12.0, "fingers.rx": 9.0, "thumb.rx": 8.0}
"""A relaxed hand, in degrees."""


def channel_names(skeleton: Skeleton) -> tuple[str, ...]:
    """Name the Euler channels of a skeleton in the order of AMC files.

    Parameters
    ----------
    skeleton : Skeleton
        Skeleton of the motion.

    Returns
    -------
    tuple of str
        Position of the root, then the angles of each joint, of which the axis that turns first
        comes first.
    """
    angles = [
        f"{joint}.r{axis}"
        for joint, order in zip(skeleton.joints, skeleton.rotation_orders, strict=True)
        for axis in reversed(order)
    ]
    return (*position_channels(skeleton), *angles)


def embody(
    performed: Float[np.ndarray, "frames q"], skeleton: Skeleton, frame_rate: float, trial: str
) -> Motion:
    """Convert a performance to a motion, without noise.

    Parameters
    ----------
    performed : ndarray of float, shape (frames, quantities)
        As :func:`kinembed.io.synthetic.person.performance.perform` returns it.
    skeleton : Skeleton
        Skeleton of CMU's ASF files.
    frame_rate : float
        Frame rate in Hz.
    trial : str
        Name of the recording.

    Returns
    -------
    Motion
        Euler angles in degrees, and the root's position in the skeleton's unit of length.
    """
    quantities = dict(zip(QUANTITIES, performed.T, strict=True))
    heading = np.cumsum(quantities["turn"]) / frame_rate
    channels = _trunk(quantities, heading) | _limbs(quantities, "left", skeleton)
    channels |= _limbs(quantities, "right", skeleton)
    names, still = channel_names(skeleton), np.zeros(len(performed))
    values = np.stack([channels.get(name, still) for name in names], axis=1)
    on_spot = Motion(values, names, skeleton, frame_rate, trial, Representation.EULER)
    travelled = np.hstack([_root_positions(on_spot, quantities), values[:, 3:]])
    return replace(on_spot, values=travelled)


def _trunk(q: Quantities, heading: Float[np.ndarray, "frames"]) -> Channels:
    """Pelvis, spine and head; the neck takes back half of what the trunk bends."""
    pelvis = _turn(heading + q["twist"], "y") @ _turn(q["tilt"], "x") @ _turn(q["roll"], "z")
    channels = _euler_channels("root", pelvis)
    for joint in ("lowerback", "upperback", "thorax"):
        channels |= _named(joint, x=q["bend"] / 3, y=q["chest"] / 3, z=q["lean"] / 3)
    for joint in ("lowerneck", "upperneck", "head"):
        channels |= _named(joint, x=-(q["tilt"] + q["bend"]) / 6, y=q["head"] / 3)
    return channels


def _limbs(quantities: Quantities, side: Side, skeleton: Skeleton) -> Channels:
    """Leg, arm and hand of one side, of which the right one is the mirror image of the left."""
    q = {name: quantities[f"{side}_{name}"] for name in SIDE}
    letter, sign = (side[0], 1.0) if side == "left" else (side[0], -1.0)
    tilt, roll = quantities["tilt"], quantities["roll"]
    leg = _turn(-q["hip"], "x") @ _turn(sign * (q["abduction"] - _REST_LEG) - roll, "z")
    arm = (
        _turn(-q["shoulder"], "x")
        @ _turn(-sign * q["reach"], "y")
        @ _turn(sign * (q["arm"] - _REST_ARM), "z")
    )
    return (
        _ball_joint(f"{letter}femur", leg, skeleton)
        | _ball_joint(f"{letter}humerus", arm, skeleton)
        | _named(f"{letter}tibia", x=q["knee"])
        | _named(f"{letter}foot", x=q["sole"] + q["hip"] - tilt - q["knee"])
        | _named(f"{letter}toes", x=-0.7 * q["sole"].clip(min=0))
        | _named(f"{letter}clavicle", z=0.15 * sign * (q["arm"] - 30).clip(min=0))
        | _named(f"{letter}radius", x=q["elbow"])
        | {f"{letter}{name}": np.full(len(tilt), angle) for name, angle in _HAND.items()}
    )


def _named(joint: str, **angles: Float[np.ndarray, "frames"]) -> Channels:
    return {f"{joint}.r{axis}": values for axis, values in angles.items()}


def _turn(degrees: Float[np.ndarray, "frames"], axis: str) -> Float[np.ndarray, "frames 3 3"]:
    return euler_to_matrix(np.radians(degrees)[:, None], axis)


def _ball_joint(joint: str, turn: Float[np.ndarray, "frames 3 3"], skeleton: Skeleton) -> Channels:
    """Angles of a rotation given in the parent's frame, measured in the joint's own axes."""
    axes = skeleton.axes[skeleton.index(joint)]
    return _euler_channels(joint, axes.T @ turn @ axes)


def _euler_channels(joint: str, turn: Float[np.ndarray, "frames 3 3"]) -> Channels:
    z, y, x = np.degrees(matrix_to_euler(turn, "zyx")).T
    return _named(joint, x=x, y=y, z=z)


def _root_positions(on_spot: Motion, q: Quantities) -> Float[np.ndarray, "frames 3"]:
    """Where the root must be for loaded feet to stand still, on the ground when not in flight."""
    points, skeleton = forward_kinematics(on_spot), on_spot.skeleton
    toes = points[:, [skeleton.index("ltoes"), skeleton.index("rtoes")]]
    load = np.stack([q["left_load"], q["right_load"]], axis=1)[..., None]
    speed_width = _SPEED_SMOOTHING_S * on_spot.frame_rate
    backwards = _smooth((load * np.gradient(toes, axis=0)).sum(axis=1), speed_width)
    # In flight there is no load: the speed is that of the steps before and after.
    path = -np.cumsum(backwards / _smooth(load.sum(axis=1), speed_width), axis=0)
    height = q["flight"] - _lowest_sole(points, skeleton)
    path[:, 1] = _smooth(height, _HEIGHT_SMOOTHING_S * on_spot.frame_rate)
    return path


def _lowest_sole(
    points: Float[np.ndarray, "frames joints 3"], skeleton: Skeleton
) -> Float[np.ndarray, "frames"]:
    """Height of the lowest point of both feet."""
    ankles = points[:, [skeleton.index("lfoot"), skeleton.index("rfoot")], 1]
    tips = [f"{side}toes{part}" for side in "lr" for part in ("", "_end")]
    toes = points[:, [skeleton.index(tip) for tip in tips], 1]
    lowest: np.ndarray = np.minimum(ankles.min(axis=1) - _ANKLE_HEIGHT, toes.min(axis=1))
    return lowest


def _smooth(
    values: Float[np.ndarray, "frames *rest"], width: float
) -> Float[np.ndarray, "frames *rest"]:
    return gaussian_filter1d(values, width, axis=0, mode="nearest")
