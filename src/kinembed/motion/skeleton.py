"""The skeleton: joints, how they hang together, and how each of them may turn.

Conventions
-----------
* Column vectors: a rotation matrix ``M`` turns ``v`` into ``M @ v``.
* A joint is a *point*; ``offsets[j]`` leads from the parent's point to the joint's, in the
  parent's frame. A bone that ends in no other joint ends in an *end joint* that cannot turn.
* ``rotation_orders[j]`` names the axes a joint turns about, leftmost factor first: ``"zyx"``
  is ``Rz @ Ry @ Rx``, ``"zx"`` is ``Rz @ Rx`` (a hinge or saddle joint), ``""`` does not turn.
* ``axes[j]`` is the frame ``C`` in which those angles are measured: the joint turns by
  ``C @ M @ C.T`` (an ASF bone has an ``axis``; for BVH ``C`` is the identity).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import DataError

FLAT = 1e-9
"""What extends less, as a share of its largest extent, is flat."""


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Joints in an order in which every parent precedes its children.

    Attributes
    ----------
    joints : tuple of str
        Unique names.
    parents : tuple of int
        Index of each joint's parent; -1 for the root, which is joint 0.
    offsets : ndarray of float, shape (joints, 3)
        Vector from the parent to the joint, in the skeleton's unit of length.
    axes : ndarray of float, shape (joints, 3, 3)
        Frame in which a joint's rotation is given (see the module's conventions).
    rotation_orders : tuple of str
        Axes a joint turns about, leftmost factor first; ``""`` for one that does not turn.
    links : tuple of (int, int)
        Pairs of joints to draw a line between, where that is not from parent to child.

    Raises
    ------
    DataError
        When fields differ in length, names are not unique, the first joint is not the root, or a
        parent does not come before its children.
    """

    joints: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: Float[np.ndarray, "joints 3"]
    axes: Float[np.ndarray, "joints 3 3"]
    rotation_orders: tuple[str, ...]
    links: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        count = len(self.joints)
        lengths = {len(self.parents), len(self.offsets), len(self.axes), len(self.rotation_orders)}
        if lengths != {count}:
            raise DataError(f"a skeleton of {count} joints has fields of lengths {sorted(lengths)}")
        if len(set(self.joints)) != count:
            twice = sorted({name for name in self.joints if self.joints.count(name) > 1})
            raise DataError(f"joint names must be unique, but {', '.join(twice)} come twice")
        if count == 0 or self.parents[0] != -1:
            raise DataError("the first joint of a skeleton must be its root (parent -1)")
        for child, parent in enumerate(self.parents[1:], start=1):
            if not 0 <= parent < child:
                raise DataError(
                    f"joint {self.joints[child]!r} must come after its parent (index {parent})"
                )

    @property
    def root(self) -> str:
        """Name of the joint that carries the whole body.

        Returns
        -------
        str
            Name of joint 0.
        """
        return self.joints[0]

    @cached_property
    def end_joints(self) -> tuple[str, ...]:
        """Joints without children that do not turn: the tips of fingers, toes and head.

        Returns
        -------
        tuple of str
            Names in the skeleton's order.
        """
        parents = set(self.parents)
        return tuple(
            name
            for index, name in enumerate(self.joints)
            if index not in parents and not self.rotation_orders[index]
        )

    @cached_property
    def bones(self) -> tuple[tuple[int, int], ...]:
        """Pairs of joints that bones join.

        Returns
        -------
        tuple of (int, int)
            Indices of parent and child, one pair per joint but the root, ordered by child.
        """
        return tuple((parent, child) for child, parent in enumerate(self.parents) if parent >= 0)

    @property
    def turns(self) -> bool:
        """Whether any joint turns.

        Returns
        -------
        bool
            False for the skeleton of a recording of positions.
        """
        return any(self.rotation_orders)

    @property
    def kind(self) -> str:
        """What a recording of this skeleton holds, for messages.

        Returns
        -------
        str
            Rotations of joints, or positions, the number of their dimensions, and from where two
            were seen.
        """
        if self.turns:
            return "rotations of joints"
        extents = np.ptp(self.offsets, axis=0)
        wide = extents > FLAT * extents.max()
        what = f"positions of joints in {np.count_nonzero(wide)} dimensions"
        if np.count_nonzero(wide) != 2:
            return what
        return f"{what} seen from {'the side' if wide[1] else 'above'}"

    @property
    def lines(self) -> tuple[tuple[int, int], ...]:
        """Pairs of joints to draw a line between.

        Returns
        -------
        tuple of (int, int)
            Links, or bones where no links are given.
        """
        return self.links or self.bones

    def index(self, joint: str) -> int:
        """Find a joint by its name.

        Parameters
        ----------
        joint : str
            Name of the joint.

        Returns
        -------
        int
            Its index.

        Raises
        ------
        DataError
            When no joint has that name; the message lists those of the skeleton.
        """
        try:
            return self.joints.index(joint)
        except ValueError:
            known = ", ".join(self.joints)
            raise DataError(f"the skeleton has no joint {joint!r}; it has {known}") from None

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values, for storing beside a motion or a model.

        Returns
        -------
        dict of str to object
            Fields by name, as lists.
        """
        return {
            "joints": list(self.joints),
            "parents": list(self.parents),
            "offsets": self.offsets.tolist(),
            "axes": self.axes.tolist(),
            "rotation_orders": list(self.rotation_orders),
            "links": [list(link) for link in self.links],
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Skeleton":
        """Build a skeleton from what :meth:`to_dict` returned.

        Parameters
        ----------
        stored : dict of str to object
            Fields by name; ``links`` may be absent.

        Returns
        -------
        Skeleton
            Equal to the one that was stored.
        """
        return cls(
            joints=tuple(stored["joints"]),
            parents=tuple(stored["parents"]),
            offsets=np.asarray(stored["offsets"], dtype=np.float64),
            axes=np.asarray(stored["axes"], dtype=np.float64),
            rotation_orders=tuple(stored["rotation_orders"]),
            links=tuple((one, other) for one, other in stored.get("links", ())),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Skeleton) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.joints, self.parents))
