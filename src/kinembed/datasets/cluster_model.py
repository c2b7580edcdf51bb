"""A cluster model as one safetensors file."""

from kinembed.datasets.records import RecordDataset
from kinembed.segmentation.cluster_model import ClusterModel
from kinembed.segmentation.cluster_model_file import (
    cluster_model_from_bytes,
    cluster_model_to_bytes,
)


class ClusterModelDataset(RecordDataset[ClusterModel]):
    """Labels, means, limits and the space they lie in; no pickle."""

    def encode(self, record: ClusterModel) -> bytes:
        """Encode a cluster model.

        Parameters
        ----------
        record : ClusterModel
            The fitted clusters of one recording.

        Returns
        -------
        bytes
            Content of a safetensors file; the header holds the settings.
        """
        return cluster_model_to_bytes(record)

    def decode(self, content: bytes, file: str) -> ClusterModel:
        """Decode a cluster model; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of a file of this version or an earlier one.
        file : str
            Its path, for errors.

        Returns
        -------
        ClusterModel
            Without labels if an earlier version stored it; it labels further recordings all the
            same.

        Raises
        ------
        FormatError
            When `content` holds no cluster model.
        """
        return cluster_model_from_bytes(content, file=file)
