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
        """See :func:`cluster_model_to_bytes`."""
        return cluster_model_to_bytes(record)

    def decode(self, content: bytes, file: str) -> ClusterModel:
        """See :func:`cluster_model_from_bytes`."""
        return cluster_model_from_bytes(content, file=file)
