"""Where the dots and names of a small drawing stand: names in two columns beside the skeleton.

Every dot is joined to its name by a thin line, so that names overlap neither dots nor one another,
however near the joints are. Of an animal that lies along the picture, names are exchanged until as
few lines as possible pass through other dots, which would seem to be the ones that are named.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float, Int

WIDTH = 450.0
"""Width of a drawing, as all lengths here in pixels of its own."""
GUTTER = 130.0
"""Width of a column of names."""
LEAST_HEIGHT = 210.0
MARGIN = 10.0
LINE = 13.0
"""Height of a name."""
NAMED_JOINTS = 60
"""Joints that are named, at most; with more, a name appears only where the pointer rests."""
_BESIDE = 6.0
"""How near a line may come to the dot of another joint."""
_SPREAD = 2.5
"""Distance between names where there is room, in heights of a name."""
_ROUNDS = 4
LONGEST_NAME = 17
"""Characters of a name that fit into its column."""


@dataclass(frozen=True)
class Dot:
    """One joint in a drawing.

    Attributes
    ----------
    name : str
        Name of the joint.
    x : float
        Distance from the left, in pixels.
    y : float
        Distance from the top, in pixels.
    label_x : float or None
        Where its name ends (left of the skeleton) or begins; None: it is not written.
    label_y : float
        Middle of its name.
    """

    name: str
    x: float
    y: float
    label_x: float | None
    label_y: float

    @property
    def left(self) -> bool:
        """Whether its name stands left of the skeleton.

        Returns
        -------
        bool
            False: right of it.
        """
        return self.label_x is not None and self.label_x < WIDTH / 2

    @property
    def short(self) -> str:
        """As much of its name as there is room for.

        Returns
        -------
        str
            The name, or its beginning and an ellipsis.
        """
        fits = len(self.name) <= LONGEST_NAME
        return self.name if fits else f"{self.name[: LONGEST_NAME - 1]}…"


def arrange(points: Float[np.ndarray, "joints 2"], names: tuple[str, ...]) -> tuple[Dot, ...]:
    """Fit joints and their names into a drawing.

    Parameters
    ----------
    points : ndarray of float, shape (joints, 2)
        Distance to the right and down, in any unit.
    names : tuple of str
        Names of the joints.

    Returns
    -------
    tuple of Dot
        Of each joint, in their order.
    """
    fitted = _fitted(points, height_for(len(names)))
    if len(names) > NAMED_JOINTS:
        found = zip(names, fitted.tolist(), strict=True)
        return tuple(Dot(name, x, y, None, y) for name, (x, y) in found)
    labels = _labels(fitted, height_for(len(names)))
    found = zip(names, np.hstack([fitted, labels]).tolist(), strict=True)
    return tuple(Dot(name, *numbers) for name, numbers in found)


def height_for(joints: int) -> float:
    """Height that a drawing needs for the names.

    Parameters
    ----------
    joints : int
        Number of joints.

    Returns
    -------
    float
        In pixels.
    """
    named = -(-joints // 2) if joints <= NAMED_JOINTS else 0
    return max(LEAST_HEIGHT, 2 * MARGIN + LINE * named)


def _fitted(points: Float[np.ndarray, "joints 2"], height: float) -> Float[np.ndarray, "joints 2"]:
    """As large as there is room for, in the middle."""
    room = np.array([WIDTH - 2 * GUTTER, height]) - 2 * MARGIN
    extent = np.ptp(points, axis=0)
    scale = np.min(np.divide(room, extent, out=np.full(2, np.inf), where=extent > 0))
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    scaled = (points - middle) * (scale if np.isfinite(scale) else 1.0)
    return np.asarray(scaled + np.array([WIDTH, height]) / 2)


def _labels(fitted: Float[np.ndarray, "joints 2"], height: float) -> Float[np.ndarray, "joints 2"]:
    """Names of the left half of the joints on the left, of the others on the right."""
    labels = np.zeros_like(fitted)
    lies = np.ptp(fitted[:, 0]) > np.ptp(fitted[:, 1])
    across = np.argsort(fitted[:, 0], kind="stable")
    half = -(-len(across) // 2)
    for side, x in ((across[:half], GUTTER - MARGIN), (across[half:], WIDTH - GUTTER + MARGIN)):
        down = side[np.argsort(fitted[side, 1], kind="stable")]
        if lies and len(side):
            labels[down, 0], labels[down, 1] = x, _spread(fitted[down, 1], height)
            labels[side] = labels[side][_exchanged(fitted[side], labels[side], fitted)]
        else:
            labels[down, 0], labels[down, 1] = x, _apart(fitted[down, 1], height)
    return labels


def _exchanged(
    dots: Float[np.ndarray, "names 2"],
    labels: Float[np.ndarray, "names 2"],
    fitted: Float[np.ndarray, "joints 2"],
) -> Int[np.ndarray, "names"]:
    """Which label each dot has, exchanged by twos as long as lines become clearer."""
    blame = _blame(dots, labels, fitted)
    order = np.arange(len(dots))
    for _ in range(_ROUNDS):
        before = order.copy()
        for one, other in combinations(range(len(dots)), 2):
            kept = blame[one, order[one]] + blame[other, order[other]]
            if blame[one, order[other]] + blame[other, order[one]] < kept - 1e-9:
                order[[one, other]] = order[[other, one]]
        if (order == before).all():
            break
    return order


def _blame(
    dots: Float[np.ndarray, "names 2"],
    labels: Float[np.ndarray, "names 2"],
    fitted: Float[np.ndarray, "joints 2"],
) -> Float[np.ndarray, "names labels"]:
    """How bad a line from each dot to each label is: dots that it crosses, then its length."""
    along = labels[None] - dots[:, None]
    length = np.linalg.norm(along, axis=2)
    to = fitted[None] - dots[:, None]
    share = np.einsum("nla,nja->nlj", along, to) / length[..., None] ** 2
    nearest = np.clip(share, 0, 1)[..., None] * along[:, :, None]
    distance = np.linalg.norm(to[:, None] - nearest, axis=3)
    elsewhere = (np.linalg.norm(to, axis=2) > _BESIDE)[:, None]
    through = ((distance < _BESIDE) & elsewhere).sum(axis=2)
    return np.asarray(through * (WIDTH + 2 * LEAST_HEIGHT) + length)


def _apart(heights: Float[np.ndarray, "names"], bottom: float) -> Float[np.ndarray, "names"]:
    """Ascending heights, moved down and then up until names do not overlap."""
    steps = LINE * np.arange(len(heights))
    lower = np.maximum.accumulate(heights - steps) + steps
    last = bottom - MARGIN - LINE * np.arange(len(heights))[::-1]
    return np.asarray(np.minimum(lower, last))


def _spread(heights: Float[np.ndarray, "names"], bottom: float) -> Float[np.ndarray, "names"]:
    """Ascending heights, moved up and down alike until names are well apart, and inside."""
    room = (bottom - 2 * MARGIN) / max(1, len(heights) - 1)
    steps = max(LINE, min(_SPREAD * LINE, room)) * np.arange(len(heights))
    free = heights - steps
    middle = (np.maximum.accumulate(free) + np.minimum.accumulate(free[::-1])[::-1]) / 2
    return np.asarray(np.clip(middle, MARGIN, bottom - MARGIN - steps[-1]) + steps)
