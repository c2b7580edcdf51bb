"""Networks of two streams and the pictures that they see, each as one safetensors file."""

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from kinembed.core.errors import DataError, FormatError
from kinembed.datasets.records import RecordDataset
from kinembed.recognition.two_stream import TwoStreamClassifier
from kinembed.training.safetensors_file import read_header, write_arrays
from kinembed.video.stick_figures import PictureClip, PictureClips

FORMAT = "kinembed pictures 1"


class TwoStreamDataset(RecordDataset[TwoStreamClassifier]):
    """Weights, parameters, behaviours and names of held-out clips together; no pickle."""

    def encode(self, record: TwoStreamClassifier) -> bytes:
        """See :meth:`TwoStreamClassifier.to_bytes`."""
        return record.to_bytes()

    def decode(self, content: bytes, file: str) -> TwoStreamClassifier:
        """See :meth:`TwoStreamClassifier.from_bytes`."""
        return TwoStreamClassifier.from_bytes(content, file=file)


class PicturesDataset(RecordDataset[PictureClips]):
    """Appearance and flow in half precision, one clip after the other; names in the header."""

    def encode(self, record: PictureClips) -> bytes:
        """Three arrays and a header."""
        arrays = {
            "appearance": np.concatenate([clip.appearance for clip in record.clips]),
            "flow": np.concatenate([clip.flow for clip in record.clips]),
        }
        halves = {name: values.astype(np.float16) for name, values in arrays.items()}
        header = {"names": record.names, "frame_rate": record.frame_rate}
        return write_arrays(halves | {"lengths": record.lengths}, FORMAT, header)

    def decode(self, content: bytes, file: str) -> PictureClips:
        """Inverse of :meth:`encode`; raises FormatError for any other file."""
        try:
            header, arrays = read_header(content, FORMAT), load(content)
            ends = np.cumsum(arrays["lengths"])[:-1]
            parts = zip(
                *(np.split(arrays[name], ends) for name in ("appearance", "flow")), strict=True
            )
            clips = tuple(
                PictureClip(appearance.astype(np.float32), flow.astype(np.float32))
                for appearance, flow in parts
            )
            return PictureClips(tuple(header["names"]), clips, float(header["frame_rate"]))
        except (SafetensorError, KeyError, ValueError, DataError) as error:
            raise FormatError(file, f"not stored pictures ({error})") from error
