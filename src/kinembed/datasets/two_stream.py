"""Networks of two streams and the pictures that they see, each as one safetensors file."""

import numpy as np
from safetensors.numpy import load

from kinembed.core.errors import FormatError
from kinembed.datasets.records import RecordDataset
from kinembed.recognition.two_stream import TwoStreamClassifier
from kinembed.training.safetensors_file import UNREADABLE, read_header, write_arrays
from kinembed.video.stick_figures import PictureClip, PictureClips

FORMAT = "kinembed pictures 1"


class TwoStreamDataset(RecordDataset[TwoStreamClassifier]):
    """Weights, parameters, behaviours and names of held-out clips together; no pickle."""

    def encode(self, record: TwoStreamClassifier) -> bytes:
        """Encode a network of two streams.

        Parameters
        ----------
        record : TwoStreamClassifier
            The network with its parameters, seed, behaviours, names of held-out clips and history.

        Returns
        -------
        bytes
            Content of a safetensors file; the header holds all but weights and history.
        """
        return record.to_bytes()

    def decode(self, content: bytes, file: str) -> TwoStreamClassifier:
        """Decode a network of two streams; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        TwoStreamClassifier
            On the CPU, set to evaluate.

        Raises
        ------
        CheckpointError
            When `content` holds no such network, or its weights do not fit its parameters.
        """
        return TwoStreamClassifier.from_bytes(content, file=file)


class PicturesDataset(RecordDataset[PictureClips]):
    """Appearance and flow in half precision, one clip after the other; names in the header."""

    def encode(self, record: PictureClips) -> bytes:
        """Encode clips of pictures as three arrays and a header.

        Parameters
        ----------
        record : PictureClips
            Of each clip brightness in [0, 1], shape (frames, height, width), and flow in pixels per
            frame, shape (frames, 2, height, width); both are stored in half precision.

        Returns
        -------
        bytes
            Content of a safetensors file: ``appearance`` and ``flow`` of all clips one after the
            other, ``lengths`` (frames) of each, and names and frame rate (Hz) in the header.
        """
        arrays = {
            "appearance": np.concatenate([clip.appearance for clip in record.clips]),
            "flow": np.concatenate([clip.flow for clip in record.clips]),
        }
        halves = {name: values.astype(np.float16) for name, values in arrays.items()}
        header = {"names": record.names, "frame_rate": record.frame_rate}
        return write_arrays(halves | {"lengths": record.lengths}, FORMAT, header)

    def decode(self, content: bytes, file: str) -> PictureClips:
        """Decode clips of pictures; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        PictureClips
            In single precision, in the order in which they were saved.

        Raises
        ------
        FormatError
            When `content` is no safetensors file, or holds no clips of pictures.
        """
        try:
            header, arrays = read_header(content, FORMAT), load(content)
            ends = np.cumsum(arrays["lengths"])[:-1]
            pairs = zip(
                *(np.split(arrays[name], ends) for name in ("appearance", "flow")), strict=True
            )
            clips = tuple(
                PictureClip(appearance.astype(np.float32), flow.astype(np.float32))
                for appearance, flow in pairs
            )
            return PictureClips(tuple(header["names"]), clips, float(header["frame_rate"]))
        except UNREADABLE as error:
            raise FormatError(file, f"not stored pictures ({error})") from error
