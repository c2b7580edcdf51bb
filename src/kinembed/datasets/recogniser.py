"""A network that recognises behaviours as one safetensors file."""

from kinembed.datasets.records import RecordDataset
from kinembed.recognition.skeleton import Recogniser


class RecogniserDataset(RecordDataset[Recogniser]):
    """Weights, parameters, behaviours and graph together; no pickle."""

    def encode(self, record: Recogniser) -> bytes:
        """See :meth:`Recogniser.to_bytes`."""
        return record.to_bytes()

    def decode(self, content: bytes, file: str) -> Recogniser:
        """See :meth:`Recogniser.from_bytes`."""
        return Recogniser.from_bytes(content, file=file)
