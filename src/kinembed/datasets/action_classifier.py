"""A network that recognises behaviours as one safetensors file."""

from kinembed.datasets.records import RecordDataset
from kinembed.recognition.skeleton import ActionClassifier


class ActionClassifierDataset(RecordDataset[ActionClassifier]):
    """Weights, parameters, behaviours and graph together; no pickle."""

    def encode(self, record: ActionClassifier) -> bytes:
        """See :meth:`ActionClassifier.to_bytes`."""
        return record.to_bytes()

    def decode(self, content: bytes, file: str) -> ActionClassifier:
        """See :meth:`ActionClassifier.from_bytes`."""
        return ActionClassifier.from_bytes(content, file=file)
