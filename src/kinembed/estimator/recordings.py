"""Recordings of a folder, and what makes them comparable: joints, unit, representation, rate."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig
from kinembed.io.ingestion import FolderSource, IngestionParameters, acquire, file_table
from kinembed.io.joint_table import agree_on_joints, in_table, joints_seen
from kinembed.io.reading import recordings_in
from kinembed.io.recording_table import common_rate, describe, recording_table
from kinembed.motion.exponential_maps import ExpmapParameters
from kinembed.motion.motion import Motion
from kinembed.motion.positions import PositionParameters
from kinembed.motion.resampling import as_trained_on


def read(folder: str | os.PathLike[str], **settings: Any) -> dict[str, Motion]:
    """Read all recordings in a folder and below it, in any of the formats that are known.

    Parameters
    ----------
    folder : str or path
        Folder of recordings.
    **settings : object
        What files do not say, as in the parameters ``ingestion``: ``frame_rate`` (Hz), or
        ``positions={"frame_rate": 30, "view": "side"}``.

    Returns
    -------
    dict of str to Motion
        Recording -> its motion as its file has it, in the order of the names.

    Raises
    ------
    SourceError
        When there is no recording.
    FormatError
        When a file cannot be read.
    DataError
        When several files cannot be read; all are named.
    pydantic.ValidationError
        When there is no such setting, or a value is wrong.
    """
    source = FolderSource(path=Path(folder), subfolders=True)
    parameters = IngestionParameters.model_validate(
        {**settings, "source": "folder", "folder": source}
    )
    files = file_table(acquire(parameters))
    found = recordings_in(files, parameters, ParallelConfig(backend="sequential"))
    return dict(sorted(found.stream()))


def made_comparable(
    recordings: Mapping[str, Motion], positions: PositionParameters
) -> dict[str, Motion]:
    """Bring recordings to the same joints, unit of length, representation and frame rate.

    Parameters
    ----------
    recordings : mapping of str to Motion
        Recording -> its motion as its file has it.
    positions : PositionParameters
        Names of joints, unit of length, and when a frame is not used.

    Returns
    -------
    dict of str to Motion
        In exponential maps or positions, at the lowest frame rate of all.

    Raises
    ------
    DataError
        When there is none, or they do not move the same joints.
    """
    if not recordings:
        raise DataError("there is no recording to fit; kinembed.read(folder) reads some")
    named = [replace(motion, trial=name) for name, motion in recordings.items()]
    table = agree_on_joints(map(joints_seen, named), positions)
    rows = {str(name): some for name, some in table[table["used"]].groupby("recording")}
    motions = [in_table(motion, rows[motion.trial], positions) for motion in named]
    rate = common_rate(recording_table(map(describe, motions), {name: name for name in rows}))
    unwrap = ExpmapParameters().unwrap
    converted = [as_trained_on(motion, rate, unwrap=unwrap) for motion in motions]
    return {motion.trial: motion for motion in sorted(converted, key=lambda one: one.trial)}
