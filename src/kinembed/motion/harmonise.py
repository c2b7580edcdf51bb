"""A recording brought to what all recordings of an experiment share: joints, order, unit."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kinembed.core.errors import DataError
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.positions.from_file import position_motion
from kinembed.motion.positions.parameters import PositionParameters
from kinembed.motion.positions.size import body_length
from kinembed.motion.skeleton import Skeleton
from kinembed.motion.visibility import Point, Visibility, enough_seen


def harmonise(
    motion: Motion,
    file_joints: Sequence[str],
    joints: Sequence[str],
    parameters: PositionParameters,
) -> Motion:
    """Bring a recording to joints of other names, order and unit, and trim it.

    Parameters
    ----------
    motion : Motion
        A recording as its file has it.
    file_joints : sequence of str
        Joints of the recording that are used, in the order in which they are to stand.
    joints : sequence of str
        Their names, in the same order.
    parameters : PositionParameters
        Unit of length, and when a frame is not used.

    Returns
    -------
    Motion
        Without the frames before the first and after the last that may be used. Positions are in
        body lengths (:func:`kinembed.motion.positions.size.body_length`) or in the file's unit.

    Raises
    ------
    DataError
        When no frame may be used, or joints of a body that turns are left out.
    """
    if motion.representation is not Representation.POSITIONS:
        return _renamed(motion, file_joints, joints)
    columns = [motion.skeleton.index(joint) for joint in file_joints]
    visibility = _of_joints(motion, columns, parameters.most_masked_share)
    kept = np.arange(*_used(visibility, motion, parameters))
    positions = forward_kinematics(motion)[kept][:, columns]
    visibility = visibility.at(kept)
    unit = 1.0
    if parameters.scale == "body":
        unit = body_length(positions, visibility.points != Point.MASKED)
    made = position_motion(
        positions / unit,
        tuple(joints),
        frame_rate=motion.frame_rate,
        trial=motion.trial,
        seen=visibility.frames,
    )
    frames = motion.frame_numbers[kept]
    return replace(made, visibility=visibility, file_frames=frames, unit=unit)


def _of_joints(motion: Motion, columns: Sequence[int], most_masked_share: float) -> Visibility:
    whole = motion.visibility
    if whole is None:
        points = np.zeros((len(motion), len(columns)), dtype=np.int8)
        return Visibility(points, np.ones(len(motion), dtype=bool))
    points = whole.points[:, columns]
    confidence = None if whole.confidence is None else whole.confidence[:, columns]
    return Visibility(points, enough_seen(points, most_masked_share), confidence)


def _used(
    visibility: Visibility, motion: Motion, parameters: PositionParameters
) -> tuple[int, int]:
    """First frame that is used, and the one after the last."""
    found = np.flatnonzero(visibility.frames)
    if not len(found):
        raise DataError(
            f"{motion.trial}: in no frame are at most {parameters.most_masked_share:g} of the "
            "joints masked (ingestion.positions.most_masked_share); leave joints out that are "
            "seldom seen (ingestion.positions.leave_out), or leave this recording out"
        )
    return int(found[0]), int(found[-1]) + 1


def _renamed(motion: Motion, file_joints: Sequence[str], joints: Sequence[str]) -> Motion:
    """A body that turns, its joints in another order and of other names; all of them stay."""
    old = motion.skeleton
    if set(file_joints) != set(old.joints):
        dropped = ", ".join(sorted(set(old.joints) - set(file_joints)))
        raise DataError(
            f"{motion.trial}: joints of a body that turns cannot be left out, for others hang at "
            f"them: {dropped}"
        )
    if tuple(file_joints) == old.joints and tuple(joints) == old.joints:
        return motion
    order = _parents_first(old, file_joints)
    names = dict(zip(file_joints, joints, strict=True))
    skeleton = _reordered(old, order, names)
    channels = tuple(
        f"{names[joint]}.{component}"
        for joint, component in (channel.rsplit(".", 1) for channel in motion.channels)
    )
    return replace(motion, skeleton=skeleton, channels=channels)


def _parents_first(skeleton: Skeleton, wanted: Sequence[str]) -> list[int]:
    """Joints in the order that is wanted, but each parent before its children."""
    order: list[int] = []

    def add(joint: int) -> None:
        if joint not in order:
            if skeleton.parents[joint] >= 0:
                add(skeleton.parents[joint])
            order.append(joint)

    for name in wanted:
        add(skeleton.index(name))
    return order


def _reordered(old: Skeleton, order: Sequence[int], names: dict[str, str]) -> Skeleton:
    index = {joint: new for new, joint in enumerate(order)}
    return Skeleton(
        joints=tuple(names[old.joints[joint]] for joint in order),
        parents=tuple(index.get(old.parents[joint], -1) for joint in order),
        offsets=old.offsets[list(order)],
        axes=old.axes[list(order)],
        rotation_orders=tuple(old.rotation_orders[joint] for joint in order),
        links=tuple((index[one], index[other]) for one, other in old.links),
    )
