"""The annotations of an experiment in one JSON file: trial -> Segmentation."""

import json
from collections.abc import Mapping

import numpy as np

from kinembed.core.errors import FormatError
from kinembed.datasets.records import RecordDataset
from kinembed.motion.motion import Segmentation


class SegmentationsDataset(RecordDataset[Mapping[str, Segmentation]]):
    """Readable by a person; empty when nothing was annotated."""

    def encode(self, record: Mapping[str, Segmentation]) -> bytes:
        """Plain JSON, a boundary per line item."""
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
        """Inverse of :meth:`encode`; raises FormatError naming the file."""
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
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FormatError(file, f"not stored annotations ({error})") from error
