"""A network that recognises behaviours as one safetensors file."""

from kinembed.datasets.records import RecordDataset
from kinembed.recognition.skeleton import ActionClassifier


class ActionClassifierDataset(RecordDataset[ActionClassifier]):
    """Weights, parameters, behaviours and graph together; no pickle."""

    def encode(self, record: ActionClassifier) -> bytes:
        """Encode an action classifier.

        Parameters
        ----------
        record : ActionClassifier
            The network with its parameters, seed, behaviours, graph and history.

        Returns
        -------
        bytes
            Content of a safetensors file; the header holds all but weights and history.
        """
        return record.to_bytes()

    def decode(self, content: bytes, file: str) -> ActionClassifier:
        """Decode an action classifier; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        ActionClassifier
            On the CPU.

        Raises
        ------
        CheckpointError
            When `content` holds no action classifier, or its weights do not fit its parameters.
        """
        return ActionClassifier.from_bytes(content, file=file)
