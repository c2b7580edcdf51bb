"""A trained model as one safetensors file."""

from kinembed.datasets.records import RecordDataset
from kinembed.training.trained_model import TrainedModel


class ModelDataset(RecordDataset[TrainedModel]):
    """Weights, parameters, standardiser and skeleton together; no pickle."""

    def encode(self, record: TrainedModel) -> bytes:
        """See :meth:`TrainedModel.to_bytes`."""
        return record.to_bytes()

    def decode(self, content: bytes, file: str) -> TrainedModel:
        """See :meth:`TrainedModel.from_bytes`."""
        return TrainedModel.from_bytes(content, file=file)
