"""What recordings have in common, which an experiment relies on: one skeleton, one frame rate.

Recordings of different rates are brought to the lowest of them, at which none is made up.
Bones may differ in length from one subject to the next, joints may not.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from kinembed.core.errors import DataError
from kinembed.core.listing import listed
from kinembed.motion.motion import Motion

logger = logging.getLogger(__name__)

NAMED_FILES = 8
"""Files that an error names of each kind, at most."""


@dataclass(frozen=True)
class Recording:
    """Facts about a motion that decide whether recordings go together.

    Attributes
    ----------
    trial : str
        Name of the recording.
    frames : int
        Number of frames.
    frame_rate : float
        Frame rate in Hz.
    joints : tuple of str
        Names of the skeleton's joints.
    parents : tuple of int
        Index of each joint's parent; -1 for the root.
    kind : str
        What the recording holds: rotations, or positions in two or three dimensions.
    file_rows : int
        Frames that its file holds, of which `frames` are left.
    first_row : int
        How many of those were trimmed at the beginning.
    unseen_share : float
        Share of its frames, 0 to 1, in which too little was seen.
    unit : float
        What 1 of a length stands for, in the file's unit of length.
    """

    trial: str
    frames: int
    frame_rate: float
    joints: tuple[str, ...]
    parents: tuple[int, ...]
    kind: str
    file_rows: int
    first_row: int
    unseen_share: float
    unit: float


def describe(motion: Motion, recorded: Motion | None = None) -> Recording:
    """Describe the length, the rate and the skeleton of a motion.

    Parameters
    ----------
    motion : Motion
        Motion in any representation.
    recorded : Motion, optional
        The same as its file has it, of which the motion is a range; None: nothing was trimmed.

    Returns
    -------
    Recording
        Its facts, without its values.
    """
    skeleton, whole = motion.skeleton, motion if recorded is None else recorded
    return Recording(
        motion.trial,
        len(motion),
        motion.frame_rate,
        skeleton.joints,
        skeleton.parents,
        skeleton.kind,
        file_rows=len(whole),
        first_row=int(np.searchsorted(whole.frame_numbers, motion.frame_numbers[0])),
        unseen_share=float(1 - motion.seen.mean()),
        unit=motion.unit,
    )


def recording_table(recordings: Iterable[Recording], files: Mapping[str, str]) -> pd.DataFrame:
    """Tabulate recordings, one row each, and check that they share a skeleton.

    The log says which are brought to the lowest frame rate.

    Parameters
    ----------
    recordings : iterable of Recording
        At least one.
    files : mapping of str to str
        Trial to its file, for messages.

    Returns
    -------
    DataFrame
        Columns ``trial``, ``frames``, ``frame_rate`` (Hz), ``duration_s``, ``joints`` (their
        number), ``file_rows``, ``first_row``, ``unseen_share``, ``unit`` and ``common_rate`` (Hz),
        sorted by trial.

    Raises
    ------
    DataError
        When recordings move different skeletons; the message names the files of each.
    """
    ordered = sorted(recordings, key=lambda recording: recording.trial)
    _check_one_skeleton(ordered, files)
    table = pd.DataFrame(
        {
            "trial": [one.trial for one in ordered],
            "frames": [one.frames for one in ordered],
            "frame_rate": [one.frame_rate for one in ordered],
            "duration_s": [one.frames / one.frame_rate for one in ordered],
            "joints": [len(one.joints) for one in ordered],
            "file_rows": [one.file_rows for one in ordered],
            "first_row": [one.first_row for one in ordered],
            "unseen_share": [one.unseen_share for one in ordered],
            "unit": [one.unit for one in ordered],
        }
    )
    table["common_rate"] = table["frame_rate"].min()
    _say_what_is_resampled(table)
    return table


def common_rate(recordings: pd.DataFrame) -> float:
    """Look up the frame rate that all recordings of a table are brought to.

    Parameters
    ----------
    recordings : DataFrame
        As :func:`recording_table` returns it.

    Returns
    -------
    float
        In Hz: the lowest rate of the recordings.
    """
    return float(recordings["common_rate"].iloc[0])


def _check_one_skeleton(recordings: Sequence[Recording], files: Mapping[str, str]) -> None:
    by_joints = sorted(recordings, key=lambda one: (*_skeleton(one), one.trial))
    kinds = [list(kind) for _, kind in groupby(by_joints, _skeleton)]
    if len(kinds) > 1:
        kinds.sort(key=len, reverse=True)
        described = "; ".join(_kind(kind, files) for kind in kinds)
        raise DataError(
            f"the recordings move {len(kinds)} different skeletons, and an experiment takes one: "
            f"{described}. Keep those of one skeleton, or give each its own folder and experiment"
        )


def _skeleton(one: Recording) -> tuple[tuple[str, ...], tuple[int, ...], str]:
    return one.joints, one.parents, one.kind


def _kind(kind: Sequence[Recording], files: Mapping[str, str]) -> str:
    names = [files[one.trial] for one in kind]
    named = ", ".join(names[:NAMED_FILES])
    more = f" and {len(names) - NAMED_FILES} more" if len(names) > NAMED_FILES else ""
    joints = kind[0].joints
    return f"{len(joints)} joints ({', '.join(joints[:4])}, ...; {kind[0].kind}) in {named}{more}"


def _say_what_is_resampled(table: pd.DataFrame) -> None:
    other = table[table["frame_rate"] != table["common_rate"]]
    for rate, rows in other.groupby("frame_rate"):
        logger.info(
            "Resampled from %g to %g Hz, the lowest rate of the recordings: %s",
            rate,
            common_rate(table),
            listed(rows["trial"]),
            extra={"markup": False},
        )
