"""A trained model as one safetensors file."""

from kinembed.datasets.records import RecordDataset
from kinembed.training.trained_model import TrainedModel


class ModelDataset(RecordDataset[TrainedModel]):
    """Weights, parameters, standardiser and skeleton together; no pickle."""

    def encode(self, record: TrainedModel) -> bytes:
        """Encode a trained model.

        Parameters
        ----------
        record : TrainedModel
            The network with its parameters, standardiser, skeleton and history.

        Returns
        -------
        bytes
            Content of a safetensors file; the header holds all but weights and history.
        """
        return record.to_bytes()

    def decode(self, content: bytes, file: str) -> TrainedModel:
        """Decode a trained model; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        TrainedModel
            On the CPU.

        Raises
        ------
        CheckpointError
            When `content` holds no trained model, or its weights do not fit its parameters.
        """
        return TrainedModel.from_bytes(content, file=file)
