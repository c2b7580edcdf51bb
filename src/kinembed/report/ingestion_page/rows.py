"""What is known of each recording after reading: rows of the log, headings of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import pandas as pd

from kinembed.io.ingestion import file_trial, motion_files
from kinembed.motion.motion import Segmentation


@dataclass(frozen=True)
class RecordingRow:
    """Facts about one recording.

    Attributes
    ----------
    name : str
        ``<trial>`` or ``<trial>/<individual>``.
    file : str
        Name of its file, without folders.
    individual : str
        Whose it is; ``""`` where the file holds one individual.
    frames : int
        Frames that are used.
    trimmed : int
        Frames that were cut off at the beginning and the end.
    frame_rate : float
        Of the file, in Hz.
    common_rate : float
        In Hz, which all recordings are brought to.
    unseen_share : float
        Share of the frames, 0 to 1, in which too few joints were seen.
    unit : float
        What 1 of a length stands for, in the file's unit of length.
    joints_used : int
        Joints that are used.
    left_out : int
        Joints of the file that are not used.
    longest_gap_s : float
        Longest time, in seconds, for which a joint that is used was not seen.
    annotation : Segmentation or None
        What a person says it shows; None: nobody annotated it.
    """

    name: str
    file: str
    individual: str
    frames: int
    trimmed: int
    frame_rate: float
    common_rate: float
    unseen_share: float
    unit: float
    joints_used: int
    left_out: int
    longest_gap_s: float
    annotation: Segmentation | None

    @property
    def lost_share(self) -> float:
        """Share of the file's frames in which too few joints were seen, at its ends or between.

        Returns
        -------
        float
            0 to 1.
        """
        return 1 - self.frames * (1 - self.unseen_share) / (self.frames + self.trimmed)

    @property
    def duration_s(self) -> float:
        """Length of the recording.

        Returns
        -------
        float
            Seconds.
        """
        return self.frames / self.frame_rate


def recording_rows(
    recordings: pd.DataFrame,
    joint_table: pd.DataFrame,
    files: pd.DataFrame,
    annotations: Mapping[str, Segmentation],
) -> list[RecordingRow]:
    """Collect what is known of each recording.

    Parameters
    ----------
    recordings : DataFrame
        A row per recording, as :func:`kinembed.io.recording_table.recording_table` returns it.
    joint_table : DataFrame
        A row per recording and joint, as :func:`kinembed.io.joint_table.agree_on_joints` returns
        it.
    files : DataFrame
        A row per file, as :func:`kinembed.io.ingestion.file_table` returns it.
    annotations : mapping of str to Segmentation
        Recording -> its annotation; a recording that is not annotated is absent.

    Returns
    -------
    list of RecordingRow
        In the order of `recordings`.
    """
    paths = {trial: PurePath(found.motion).name for trial, found in motion_files(files).items()}
    joints = {str(name): rows for name, rows in joint_table.groupby("recording")}
    return [
        _row(one, paths[file_trial(one["trial"])], joints[one["trial"]], annotations)
        for one in recordings.to_dict("records")
    ]


def _row(
    one: Mapping[Any, Any],
    file: str,
    joints: pd.DataFrame,
    annotations: Mapping[str, Segmentation],
) -> RecordingRow:
    used = joints[joints["used"]]
    return RecordingRow(
        name=one["trial"],
        file=file,
        individual=one["trial"].partition("/")[2],
        frames=int(one["frames"]),
        trimmed=int(one["file_rows"] - one["frames"]),
        frame_rate=float(one["frame_rate"]),
        common_rate=float(one["common_rate"]),
        unseen_share=float(one["unseen_share"]),
        unit=float(one["unit"]),
        joints_used=len(used),
        left_out=len(joints) - len(used),
        longest_gap_s=float(used["longest_gap_s"].max()),
        annotation=annotations.get(one["trial"]),
    )
