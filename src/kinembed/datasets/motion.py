"""A Motion as a Parquet file: a column per channel, all else in the schema's metadata."""

import io
import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kinembed.core.errors import MALFORMED, FormatError
from kinembed.datasets.records import RecordDataset
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.skeleton import Skeleton
from kinembed.motion.visibility import Visibility

KEY = b"kinembed.motion"  # a stored name
FILE_FRAME, USED = "file.frame", "frame.used"
POINT, CONFIDENCE = ".seen", ".confidence"
"""What follows a joint's name: a :class:`kinembed.motion.visibility.Point`, and a confidence."""


class MotionDataset(RecordDataset[Motion]):
    """Any Parquet reader can open the file; this one restores the whole Motion."""

    def encode(self, record: Motion) -> bytes:
        """Encode a motion without loss.

        Parameters
        ----------
        record : Motion
            Its values have the shape (frames, channels).

        Returns
        -------
        bytes
            Content of a Parquet file: a column of float64 per channel; where it is known, the
            number of each frame in the recording's file and what was seen of it; and skeleton,
            frame rate (Hz), trial, representation and unit as JSON in the schema's metadata.
        """
        values = pd.DataFrame(record.values, columns=list(record.channels))
        columns = pd.concat([values, *_beside_values(record)], axis=1)
        table = pa.Table.from_pandas(columns, preserve_index=False)
        header = {
            "skeleton": record.skeleton.to_dict(),
            "frame_rate": record.frame_rate,
            "trial": record.trial,
            "representation": record.representation.value,
            "channels": list(record.channels),
            "unit": record.unit,
        }
        table = table.replace_schema_metadata(
            {**(table.schema.metadata or {}), KEY: json.dumps(header).encode()}
        )
        stream = io.BytesIO()
        pq.write_table(table, stream, compression="zstd")
        return stream.getvalue()

    def decode(self, content: bytes, file: str) -> Motion:
        """Decode a motion; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        Motion
            As it was saved.

        Raises
        ------
        FormatError
            When `content` is no Parquet file, or no motion is in its columns and metadata.
        """
        try:
            table = pq.read_table(io.BytesIO(content))
            return _motion(table.to_pandas(), json.loads(table.schema.metadata[KEY]))
        except (pa.ArrowException, *MALFORMED) as error:
            raise FormatError(file, f"not a stored motion ({error})") from error


def _motion(columns: pd.DataFrame, header: dict[str, Any]) -> Motion:
    skeleton = Skeleton.from_dict(header["skeleton"])
    channels = header.get("channels", list(columns))
    return Motion(
        values=columns[channels].to_numpy(dtype="float64"),
        channels=tuple(channels),
        skeleton=skeleton,
        frame_rate=header["frame_rate"],
        trial=header["trial"],
        representation=Representation(header["representation"]),
        visibility=_visibility(columns, skeleton.joints),
        file_frames=columns[FILE_FRAME].to_numpy() if FILE_FRAME in columns else None,
        unit=header.get("unit", 1.0),
    )


def _beside_values(motion: Motion) -> list[pd.DataFrame]:
    """Columns beside the channels: numbers of frames in the file, and what was seen."""
    parts = []
    if motion.file_frames is not None:
        parts.append(pd.DataFrame({FILE_FRAME: motion.file_frames}))
    seen = motion.visibility
    if seen is not None:
        joints = motion.skeleton.joints
        parts.append(pd.DataFrame({USED: seen.frames}))
        parts.append(pd.DataFrame(seen.points, columns=[f"{joint}{POINT}" for joint in joints]))
        if seen.confidence is not None:
            names = [f"{joint}{CONFIDENCE}" for joint in joints]
            parts.append(pd.DataFrame(seen.confidence, columns=names))
    return parts


def _visibility(columns: pd.DataFrame, joints: tuple[str, ...]) -> Visibility | None:
    if USED not in columns:
        return None
    names = [f"{joint}{CONFIDENCE}" for joint in joints]
    return Visibility(
        points=columns[[f"{joint}{POINT}" for joint in joints]].to_numpy(dtype="int8"),
        frames=columns[USED].to_numpy(dtype=bool),
        confidence=columns[names].to_numpy(dtype="float64") if names[0] in columns else None,
    )
