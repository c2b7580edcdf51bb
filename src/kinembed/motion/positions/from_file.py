"""From what a file says of positions to motions: individuals, axes, gaps, frame rate."""

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np
from jaxtyping import Bool, Float, Int8

from kinembed.core.errors import FormatError
from kinembed.core.limits import FARTHEST, check_counts, check_name, check_rate
from kinembed.motion.kinematics import point_channels
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.positions.far_points import far_points
from kinembed.motion.positions.gap_filling import fill_from_others
from kinembed.motion.positions.parameters import PositionParameters
from kinembed.motion.positions.recorded import TO_Y_UP, RecordedPositions, Up
from kinembed.motion.positions.skeleton import skeleton_of
from kinembed.motion.positions.tracks import merge_tracks
from kinembed.motion.visibility import Point, Visibility, enough_seen, fill, judge_points

logger = logging.getLogger(__name__)


def motions_of(
    recorded: Sequence[RecordedPositions], parameters: PositionParameters, *, file: str, trial: str
) -> list[Motion]:
    """Make a motion of each individual in a file that is asked for.

    Parameters
    ----------
    recorded : sequence of RecordedPositions
        What the file states, of each individual.
    parameters : PositionParameters
        What it does not state, and whom to read.
    file : str
        Name of the file, for messages.
    trial : str
        Name of the file's recording.

    Returns
    -------
    list of Motion
        Named ``<trial>/<individual>``, or ``<trial>`` where the file holds one individual.

    Raises
    ------
    NotAskedForError
        When no individual is asked for.
    FormatError
        When two individuals would be one recording, and as :func:`motion_of` does.
    """
    one = merge_tracks(recorded, file=file) if parameters.tracks == "merge" else list(recorded)
    for note in dict.fromkeys(note for each in one for note in each.notes):
        logger.warning("%s: %s", file, note, extra={"markup": False})
    chosen = _asked_for(one, parameters, file)
    for joints in dict.fromkeys(each.joints for each in one):
        logger.info("%s: its joints are %s", file, ", ".join(joints), extra={"markup": False})
    if len(one) == 1:
        return [motion_of(one[0], parameters, file=file, trial=trial)]
    _check_names([each.individual for each in chosen], file)
    return [
        motion_of(each, parameters, file=file, trial=f"{trial}/{_safe(each.individual)}")
        for each in chosen
    ]


def motion_of(
    recorded: RecordedPositions, parameters: PositionParameters, *, file: str, trial: str
) -> Motion:
    """Make a motion of what a file states of one individual: y up, with what was seen of it.

    Parameters
    ----------
    recorded : RecordedPositions
        What the file states.
    parameters : PositionParameters
        What it does not state, and how points that were not seen are treated.
    file : str
        Name of the file, for messages.
    trial : str
        Name of the recording.

    Returns
    -------
    Motion
        Positions in the file's unit of length, of all joints and frames of the file.

    Raises
    ------
    FormatError
        When the frame rate is not known, there is no frame, nothing was seen, or a value, the rate
        or a count lies beyond :mod:`kinembed.core.limits`.
    """
    rate = recorded.frame_rate or _given_rate(recorded, parameters, trial)
    if rate is None:
        raise FormatError(
            file,
            "expected a frame rate, found none; give it in Hz, such as "
            "--params ingestion.positions.frame_rate=30",
        )
    check_rate(rate, file=file)
    _check_values(recorded, file)
    seen = _seen(recorded, parameters.least_confidence, file)
    points = judge_points(seen, round(parameters.longest_gap_s * rate))
    _say_what_was_not_seen(points, file, recorded.individual)
    enough = enough_seen(points, parameters.most_masked_share)
    positions = _y_up(fill(recorded.values, seen), _up_of(recorded, parameters))
    positions = fill_from_others(positions, points, enough)
    motion = position_motion(positions, recorded.joints, frame_rate=rate, trial=trial)
    visibility = Visibility(points, enough, _confidence(recorded, seen))
    return replace(motion, visibility=visibility, file_frames=recorded.file_frames)


def position_motion(
    positions: Float[np.ndarray, "frames joints 3"],
    joints: tuple[str, ...],
    *,
    frame_rate: float,
    trial: str,
    seen: Bool[np.ndarray, "frames"] | None = None,
) -> Motion:
    """Make a motion of positions, with a skeleton of their joints.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        Finite, y up, in any unit of length.
    joints : tuple of str
        Names of the joints, unique.
    frame_rate : float
        Frame rate in Hz.
    trial : str
        Name of the recording.
    seen : ndarray of bool, shape (frames,), optional
        Frames that the rest pose and the links rest on; None: all.

    Returns
    -------
    Motion
        On a skeleton as :func:`kinembed.motion.positions.skeleton.skeleton_of` makes it.

    Raises
    ------
    DataError
        When joints share a name, a value is not finite, or the frame rate is not positive.
    """
    skeleton = skeleton_of(joints, positions if seen is None else positions[seen])
    return Motion(
        values=positions.reshape(len(positions), -1),
        channels=tuple(point_channels(skeleton)),
        skeleton=skeleton,
        frame_rate=frame_rate,
        trial=trial,
        representation=Representation.POSITIONS,
    )


def _asked_for(
    recorded: Sequence[RecordedPositions], parameters: PositionParameters, file: str
) -> list[RecordedPositions]:
    names = [one.individual for one in recorded]
    if len(set(names)) != len(names):
        raise FormatError(file, f"individuals must have names of their own: {', '.join(names)}")
    return [recorded[index] for index in parameters.asked_for(names, file=file)]


def _check_names(individuals: Sequence[str], file: str) -> None:
    """Names stand in those of recordings, of which one would overwrite the other."""
    owners: dict[str, str] = {}
    for name in individuals:
        if name:
            check_name(name, file=file, of="tracked individual")
        other = owners.setdefault(_safe(name), name)
        if other != name:
            raise FormatError(
                file,
                f"the individuals {other!r} and {name!r} would both be called {_safe(name)!r}; "
                "rename one of them in the file, or choose one by ingestion.positions.individuals",
            )


def _safe(name: str) -> str:
    """A name that may stand in a path."""
    return re.sub(r"[^\w-]+", "_", name).strip("_") or "individual"


def _given_rate(
    recorded: RecordedPositions, parameters: PositionParameters, trial: str
) -> float | None:
    """The rate that is given for a recording; where its frames count by two, half of it."""
    rates = parameters.frame_rates.items()
    of_patterns = (rate for pattern, rate in rates if fnmatchcase(trial, pattern))
    rate = next(of_patterns, parameters.frame_rate)
    numbers = recorded.file_frames
    if rate is None or numbers is None or len(numbers) < 2:
        return rate
    return rate / int(numbers[1] - numbers[0])


def _up_of(recorded: RecordedPositions, parameters: PositionParameters) -> Up:
    """The axis that points up; a picture's y points down, and a camera above points along z."""
    if recorded.values.shape[2] == 3:
        return parameters.up or recorded.up or "y"
    return "-y" if parameters.view == "side" else parameters.up or "-z"


def _check_values(recorded: RecordedPositions, file: str) -> None:
    if len(recorded.values) == 0:
        raise FormatError(file, "expected at least one frame, found none")
    check_counts(len(recorded.values), len(recorded.joints), file=file)
    wrong = np.argwhere(np.abs(np.nan_to_num(recorded.values)) > FARTHEST)
    if len(wrong):
        frame, joint, axis = wrong[0].tolist()
        value = recorded.values[frame, joint, axis]
        raise FormatError(
            file,
            f"expected a position up to {FARTHEST:g}, found {value:g} in frame {frame}, "
            f"{recorded.joints[joint]!r}, axis {'xyz'[axis]}",
        )


def _seen(
    recorded: RecordedPositions, least: float, file: str
) -> Bool[np.ndarray, "frames joints"]:
    """Where a joint was seen: a number, of enough confidence, and no placeholder."""
    seen = np.isfinite(recorded.values).all(axis=2) & ~_placeholders(recorded.values)
    if recorded.confidence is not None:
        seen &= ~(recorded.confidence < least)
    if not seen.any():
        raise FormatError(file, f"no joint is seen in any frame{_advice(recorded, least)}")
    return np.asarray(seen & ~_far(recorded, seen, file))


def _advice(recorded: RecordedPositions, least: float) -> str:
    if recorded.confidence is None:
        return ": every cell is empty, or at the origin"
    return (
        f"; ingestion.positions.least_confidence is {least:g}: lower it if the tracker's "
        "confidence is lower throughout"
    )


def _far(
    recorded: RecordedPositions, seen: Bool[np.ndarray, "frames joints"], file: str
) -> Bool[np.ndarray, "frames joints"]:
    """Points nowhere near the body; one of them would make all others seem alike."""
    far = far_points(recorded.values, seen)
    if far.any():
        frame, joint = np.argwhere(far)[0].tolist()
        logger.warning(
            "%s: %d points lie far outside of the body and count as not seen, the first %r in "
            "frame %d",
            file,
            np.count_nonzero(far),
            recorded.joints[joint],
            frame,
            extra={"markup": False},
        )
    return far


def _say_what_was_not_seen(
    points: Int8[np.ndarray, "frames joints"], file: str, individual: str
) -> None:
    missing = np.count_nonzero(points != Point.SEEN)
    if missing:
        logger.warning(
            "%s%s: %d of %d points (%.3g %%) were not seen: %d are interpolated, %d in longer gaps "
            "stay masked",
            file,
            f", {individual}" if individual else "",
            missing,
            points.size,
            100 * missing / points.size,
            np.count_nonzero(points == Point.INTERPOLATED),
            np.count_nonzero(points == Point.MASKED),
            extra={"markup": False},
        )


def _placeholders(
    values: Float[np.ndarray, "frames joints axes"],
) -> Bool[np.ndarray, "frames joints"]:
    """Points exactly at the origin, or at -1: programs write such numbers for what they do not see.

    A joint that always lies at the origin is the point that the others are measured from; one that
    is seldom elsewhere than at -1 may well be there.
    """
    known = np.isfinite(values).all(axis=2)
    at_origin, at_minus_one = ((values == number).all(axis=2) for number in (0, -1))
    always = (at_origin | ~known).all(axis=0)
    mostly_elsewhere = 2 * at_minus_one.sum(axis=0) < known.sum(axis=0)
    return np.asarray((at_origin & ~always) | (at_minus_one & mostly_elsewhere))


def _confidence(
    recorded: RecordedPositions, seen: Bool[np.ndarray, "frames joints"]
) -> Float[np.ndarray, "frames joints"] | None:
    if recorded.confidence is None:
        return None
    confidence = np.clip(np.nan_to_num(recorded.confidence, nan=1.0), 0.0, 1.0)
    return np.where(seen, confidence, 0.0)


def _y_up(
    values: Float[np.ndarray, "frames joints axes"], up: Up
) -> Float[np.ndarray, "frames joints 3"]:
    solid = np.zeros((*values.shape[:2], 3))
    solid[..., : values.shape[2]] = values
    turned: np.ndarray = solid @ TO_Y_UP[up].T + 0.0  # no -0
    return turned
