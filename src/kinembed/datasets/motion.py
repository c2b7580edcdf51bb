"""A Motion as a Parquet file: a column per channel, all else in the schema's metadata."""

import io
import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kinembed.core.errors import FormatError
from kinembed.datasets.records import RecordDataset
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.skeleton import Skeleton

KEY = b"kinembed.motion"  # a stored name


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
            Content of a Parquet file: a column of float64 per channel, and skeleton, frame rate
            (Hz), trial and representation as JSON in the schema's metadata.
        """
        table = pa.Table.from_pandas(
            pd.DataFrame(record.values, columns=list(record.channels)), preserve_index=False
        )
        header = {
            "skeleton": record.skeleton.to_dict(),
            "frame_rate": record.frame_rate,
            "trial": record.trial,
            "representation": record.representation.value,
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
            Values, channels, skeleton, frame rate, trial and representation as they were saved.

        Raises
        ------
        FormatError
            When `content` is no Parquet file, or no motion is in its metadata.
        """
        try:
            table = pq.read_table(io.BytesIO(content))
            header = json.loads(table.schema.metadata[KEY])
        except (pa.ArrowException, KeyError, TypeError, ValueError) as error:
            raise FormatError(file, f"not a stored motion ({error})") from error
        return Motion(
            values=table.to_pandas().to_numpy(dtype="float64"),
            channels=tuple(table.column_names),
            skeleton=Skeleton.from_dict(header["skeleton"]),
            frame_rate=header["frame_rate"],
            trial=header["trial"],
            representation=Representation(header["representation"]),
        )
