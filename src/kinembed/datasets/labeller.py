"""A labeller as one safetensors file."""

from kinembed.datasets.records import RecordDataset
from kinembed.segmentation.cluster_model import Labeller
from kinembed.segmentation.cluster_model_file import labeller_from_bytes, labeller_to_bytes


class LabellerDataset(RecordDataset[Labeller]):
    """Means, limits and the space they lie in; no pickle."""

    def encode(self, record: Labeller) -> bytes:
        """See :func:`labeller_to_bytes`."""
        return labeller_to_bytes(record)

    def decode(self, content: bytes, file: str) -> Labeller:
        """See :func:`labeller_from_bytes`."""
        return labeller_from_bytes(content, file=file)
