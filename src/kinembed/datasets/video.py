"""Video networks and the digits that they learn, each as one safetensors file."""

from safetensors import SafetensorError
from safetensors.numpy import load

from kinembed.datasets.records import RecordDataset
from kinembed.errors import FormatError
from kinembed.models.header import read_header, write_arrays
from kinembed.sources.digits import Digits
from kinembed.video import VideoModel

FORMAT = "kinembed digits 1"


class VideoModelDataset(RecordDataset[VideoModel]):
    """Weights, history and parameters together; no pickle."""

    def encode(self, record: VideoModel) -> bytes:
        """See :meth:`VideoModel.to_bytes`."""
        return record.to_bytes()

    def decode(self, content: bytes, file: str) -> VideoModel:
        """See :meth:`VideoModel.from_bytes`."""
        return VideoModel.from_bytes(content, file=file)


class DigitsDataset(RecordDataset[Digits]):
    """Images to train and to test on; their name in the header."""

    def encode(self, record: Digits) -> bytes:
        """Two arrays of bytes and a header."""
        arrays = {"train": record.train, "test": record.test}
        return write_arrays(arrays, FORMAT, {"name": record.name})

    def decode(self, content: bytes, file: str) -> Digits:
        """Inverse of :meth:`encode`; raises FormatError for any other file."""
        try:
            header, arrays = read_header(content, FORMAT), load(content)
            return Digits(arrays["train"], arrays["test"], header["name"])
        except (SafetensorError, KeyError, ValueError) as error:
            raise FormatError(file, f"not stored digits ({error})") from error
