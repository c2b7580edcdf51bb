"""The annotations of an experiment in one JSON file: trial -> Segmentation."""

import json
from collections.abc import Mapping

import numpy as np

from kinembed.core.errors import MALFORMED, FormatError
from kinembed.datasets.records import RecordDataset
from kinembed.motion.motion import Segmentation


class SegmentationsDataset(RecordDataset[Mapping[str, Segmentation]]):
    """Readable by a person; empty when nothing was annotated."""

    def encode(self, record: Mapping[str, Segmentation]) -> bytes:
        """Encode annotations as plain JSON.

        Parameters
        ----------
        record : mapping of str to Segmentation
            Trial -> its annotated segments.

        Returns
        -------
        bytes
            Trial -> ``behaviours``, ``boundaries`` (earliest, best and latest frame of each) and
            ``frame_count``.
        """
        stored = {
            trial: {
                "behaviours": list(segmentation.behaviours),
                "boundaries": segmentation.boundaries.tolist(),
                "frame_count": segmentation.frame_count,
            }
            for trial, segmentation in record.items()
        }
        return json.dumps(stored, indent=1).encode()

    def decode(self, content: bytes, file: str) -> Mapping[str, Segmentation]:
        """Decode annotations; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        mapping of str to Segmentation
            Trial -> its annotated segments.

        Raises
        ------
        FormatError
            When `content` is no JSON, lacks a key of an annotation, or segments and boundaries of a
            trial do not fit, as in a file that was edited by hand.
        """
        try:
            return {
                trial: Segmentation(
                    behaviours=tuple(entry["behaviours"]),
                    boundaries=np.asarray(entry["boundaries"], dtype=np.int64).reshape(-1, 3),
                    frame_count=entry["frame_count"],
                    trial=trial,
                )
                for trial, entry in json.loads(content).items()
            }
        except MALFORMED as error:
            raise FormatError(file, f"not stored annotations ({error})") from error
