"""What the synthetic person does: one cycle of each behaviour, as angles a textbook would name.

Conventions
-----------
* Quantities are in degrees, but ``flight`` (height of the soles above the ground in the
  skeleton's unit of length), ``turn`` (degrees per second, to the left) and ``load`` (what part
  of its share of the weight a foot carries: 0 to 1).
* Trunk: ``tilt`` of the pelvis forwards, its ``twist`` to the left and its ``roll`` (left side
  up); ``bend`` forwards, ``chest`` turn and ``lean`` of the spine; turn of the ``head``.
* A side of the body: ``hip`` and ``shoulder`` forwards, ``knee`` and ``elbow`` flexion,
  ``abduction`` of the leg, ``arm`` away from the hanging position, ``reach`` of a raised arm
  forwards, and ``sole``, the slope of the foot against the ground (heel up is positive).
* A curve is one value, or :data:`STEPS` values at equal steps of the cycle, of the left side. The
  right side does the same, later by ``right_lag`` of a cycle.

Walking and running follow the shape of published normal curves (Winter, *Biomechanics and Motor
Control of Human Movement*, 1990; Novacheck, Gait & Posture 7, 1998); the others are drawn by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

Number = int | float
Curve = Number | tuple[Number, ...]

STEPS = 8
TRUNK = ("tilt", "twist", "roll", "bend", "chest", "lean", "head", "flight", "turn")
SIDE = ("hip", "abduction", "knee", "sole", "load", "shoulder", "arm", "reach", "elbow")
QUANTITIES = (*TRUNK, *(f"left_{name}" for name in SIDE), *(f"right_{name}" for name in SIDE))

_POSTURE: dict[str, Curve] = {
    "tilt": 2,
    "hip": 4,
    "abduction": 1,
    "knee": 5,
    "load": 1,
    "arm": 9,
    "elbow": 16,
}


@dataclass(frozen=True)
class Behaviour:
    """One cycle of a movement.

    Attributes
    ----------
    cycle_s : float
        Duration of a cycle in seconds.
    right_lag : float
        By what share of a cycle the right side follows the left.
    trunk : mapping of str to curve
        Curves of the trunk; what is not named is 0.
    side : mapping of str to curve
        Curves of the left side; what is not named is as in quiet standing.
    """

    cycle_s: float
    right_lag: float
    trunk: Mapping[str, Curve] = field(default_factory=dict)
    side: Mapping[str, Curve] = field(default_factory=dict)

    def control_points(self) -> Float[np.ndarray, "steps quantities"]:
        """Compute the values of all quantities at equal steps of the cycle.

        Returns
        -------
        ndarray of float, shape (steps, quantities)
            In the order of ``QUANTITIES``, mostly in degrees (see the module's conventions).
        """
        left = [self._points(self.side, name) for name in SIDE]
        right = [np.roll(points, round(self.right_lag * STEPS)) for points in left]
        return np.stack(
            [*(self._points(self.trunk, name) for name in TRUNK), *left, *right], axis=1
        )

    @staticmethod
    def _points(curves: Mapping[str, Curve], name: str) -> Float[np.ndarray, "steps"]:
        curve = curves.get(name, _POSTURE.get(name, 0.0))
        return np.broadcast_to(np.asarray(curve, dtype=np.float64), STEPS)


BEHAVIOURS: dict[str, Behaviour] = {
    "walking": Behaviour(
        cycle_s=1.08,
        right_lag=0.5,
        trunk={
            "tilt": 3,
            "twist": (-5, -3.5, 0, 3.5, 5, 3.5, 0, -3.5),
            "roll": (0, 3, 3.5, 1, 0, -3, -3.5, -1),
            "bend": 2,
            "chest": (9, 6, 0, -6, -9, -6, 0, 6),
            "lean": (0, -2, -2, -0.5, 0, 2, 2, 0.5),
            "turn": 32,
        },
        side={
            "hip": (28, 22, 10, -2, -9, 1, 20, 30),
            "knee": (5, 18, 13, 6, 12, 42, 58, 24),
            "sole": (-16, 0, 0, 3, 24, 56, 34, -6),
            "load": (0.5, 1, 1, 1, 0.5, 0, 0, 0),
            "shoulder": (-19, -15, -4, 9, 17, 12, 0, -13),
            "elbow": (18, 17, 20, 27, 33, 30, 24, 19),
        },
    ),
    "running": Behaviour(
        cycle_s=0.72,
        right_lag=0.5,
        trunk={
            "tilt": 7,
            "twist": (-7, -5, 0, 5, 7, 5, 0, -5),
            "roll": (0, 3, 3, 0, 0, -3, -3, 0),
            "bend": 4,
            "chest": (15, 10, 0, -10, -15, -10, 0, 10),
            "lean": (0, -2, -2, 0, 0, 2, 2, 0),
            "flight": (0.5, -0.2, -0.2, 0.9, 0.5, -0.2, -0.2, 0.9),
            "turn": 40,
        },
        side={
            "hip": (36, 27, 8, -10, -8, 16, 42, 47),
            "knee": (18, 38, 26, 18, 52, 92, 80, 38),
            "sole": (-4, 0, 6, 42, 72, 66, 34, 4),
            "load": (0.5, 1, 1, 0.2, 0, 0, 0, 0),
            "shoulder": (-38, -28, -6, 18, 28, 20, -2, -28),
            "elbow": (62, 60, 64, 72, 78, 74, 68, 64),
        },
    ),
    "standing": Behaviour(
        cycle_s=4.2,
        right_lag=0.5,
        trunk={
            "tilt": (1, 1.5, 2, 2.5, 3, 2.5, 2, 1.5),
            "roll": (0, 1, 1.5, 1, 0, -1, -1.5, -1),
            "chest": (0, 2, 4, 3, 0, -2, -4, -3),
            "lean": (0, -1, -1.5, -1, 0, 1, 1.5, 1),
            "head": (0, 14, 20, 8, 0, -14, -20, -8),
        },
        side={
            "knee": (5, 4, 3, 4, 6, 9, 11, 8),
            "shoulder": (3, 2, 0, 1, 3, 4, 5, 4),
            "elbow": (16, 18, 20, 18, 16, 15, 14, 15),
        },
    ),
    "jumping": Behaviour(
        cycle_s=1.36,
        right_lag=0.0,
        trunk={
            "tilt": (4, 22, 6, 2, 6, 18, 12, 5),
            "bend": (2, 12, 2, 0, 4, 10, 6, 3),
            "flight": (-0.5, -0.5, 0, 3.2, 2.2, -0.6, -0.3, -0.5),
        },
        side={
            "hip": (10, 62, 8, 12, 20, 46, 30, 14),
            "knee": (12, 84, 8, 18, 24, 62, 40, 18),
            "sole": (0, 4, 38, 46, 30, 0, 0, 0),
            "shoulder": (-6, -38, 62, 98, 70, 18, 0, -4),
            "arm": (9, 12, 14, 18, 18, 14, 10, 9),
            "elbow": (18, 26, 34, 30, 26, 30, 24, 18),
        },
    ),
    "arm_circling": Behaviour(
        cycle_s=1.25,
        right_lag=0.0,
        side={
            "arm": (120, 110, 86, 62, 52, 62, 86, 110),
            "reach": (0, 24, 34, 24, 0, -24, -34, -24),
            "elbow": 9,
            "knee": (4, 5, 6, 7, 8, 7, 6, 5),
        },
    ),
    "kicking": Behaviour(
        cycle_s=2.1,
        right_lag=0.5,
        trunk={
            "tilt": (2, 7, -6, 0, 2, 7, -6, 0),
            "twist": (0, 5, -9, -4, 0, -5, 9, 4),
            "roll": (0, -3, -2, -1, 0, 3, 2, 1),
            "chest": (0, -8, 14, 6, 0, 8, -14, -6),
            "lean": (0, 4, 4, 2, 0, -4, -4, -2),
        },
        side={
            "hip": (4, -20, 74, 36, 4, 6, 8, 5),
            "abduction": (1, 5, 3, 2, 0, -4, -4, -1),
            "knee": (8, 58, 12, 34, 8, 10, 14, 9),
            "sole": (0, 42, -30, 10, 0, 0, 0, 0),
            "load": (0, 0, 0, 0, 0.5, 1, 1, 1),
            "shoulder": (2, 16, -34, -12, 2, -12, 40, 14),
            "arm": (12, 20, 26, 16, 12, 20, 26, 16),
            "elbow": (22, 34, 30, 24, 22, 34, 40, 26),
        },
    ),
}
"""The repertoire, by name."""
