"""Video networks and what they learn, each as one safetensors file."""

from collections.abc import Callable
from typing import Any

import numpy as np
from safetensors.numpy import load

from kinembed.core.errors import FormatError
from kinembed.datasets.records import RecordDataset
from kinembed.io.formats.video_file import Video
from kinembed.io.sources.digits import Digits
from kinembed.io.sources.frame_features import NO_FRAME_FEATURES, FrameFeatures
from kinembed.io.sources.videos import VideoFiles
from kinembed.training.safetensors_file import UNREADABLE, read_header, write_arrays
from kinembed.video.prediction import VideoData, VideoModel

FORMAT = "kinembed video data 1"

Arrays = dict[str, np.ndarray]
Header = dict[str, Any]


class VideoModelDataset(RecordDataset[VideoModel]):
    """Weights, history and parameters together; no pickle."""

    def encode(self, record: VideoModel) -> bytes:
        """Encode a video network.

        Parameters
        ----------
        record : VideoModel
            The network with its parameters and history.

        Returns
        -------
        bytes
            Content of a safetensors file; the header holds the parameters.
        """
        return record.to_bytes()

    def decode(self, content: bytes, file: str) -> VideoModel:
        """Decode a video network; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        VideoModel
            On the CPU.

        Raises
        ------
        CheckpointError
            When `content` holds no video network, or its weights do not fit its parameters.
        """
        return VideoModel.from_bytes(content, file=file)


class VideoDataDataset(RecordDataset[VideoData]):
    """Images, frames or features; what they are of in the header."""

    def encode(self, record: VideoData) -> bytes:
        """Encode the data of video networks as arrays by name, and a header.

        Parameters
        ----------
        record : Digits or VideoFiles or FrameFeatures
            Images of digits, frames of each video, or features of the frames of each sequence.

        Returns
        -------
        bytes
            Content of a safetensors file; the header holds the kind of data, names, and frame rates
            (Hz) of videos.
        """
        arrays, header = _stored(record)
        return write_arrays(arrays, FORMAT, header | {"kind": type(record).__name__})

    def decode(self, content: bytes, file: str) -> VideoData:
        """Decode the data of video networks; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        Digits or VideoFiles or FrameFeatures
            The kind that the header names; the names of kinds of earlier versions are known, too.

        Raises
        ------
        FormatError
            When `content` is no safetensors file, or holds no data of a known kind.
        """
        try:
            header, arrays = read_header(content, FORMAT), load(content)
            kind = KINDS.get(header["kind"], header["kind"])
            return _RESTORED[kind](arrays, header)
        except UNREADABLE as error:
            raise FormatError(file, f"not stored data of videos ({error})") from error


class FrameFeaturesDataset(VideoDataDataset):
    """Frame features of recordings; none where none is stored, for other videos do without."""

    def load(self) -> VideoData:
        """Read and decode the file, if there is one.

        Returns
        -------
        FrameFeatures
            Features of the frames of each recording; of no recording where no file is stored.

        Raises
        ------
        DatasetError
            When :meth:`decode` raises an error, which is its cause.
        """
        return super().load() if self._exists() else NO_FRAME_FEATURES


def _stored(record: VideoData) -> tuple[Arrays, Header]:
    match record:
        case Digits():
            return {"train": record.train, "test": record.test}, {"name": record.name}
        case VideoFiles():
            frames = {name: video.frames for name, video in record.videos.items()}
            return frames, {"rates": {name: one.frame_rate for name, one in record.videos.items()}}
    header = {"name": record.name, "order": list(record.values), "channels": record.channels}
    return dict(record.values), header


KINDS = {"Films": "VideoFiles", "Percepts": "FrameFeatures"}  # each key is a stored name


_RESTORED: dict[str, Callable[[Arrays, Header], VideoData]] = {
    "Digits": lambda arrays, header: Digits(arrays["train"], arrays["test"], header["name"]),
    "VideoFiles": lambda arrays, header: VideoFiles(
        {name: Video(arrays[name], rate) for name, rate in header["rates"].items()}
    ),
    "FrameFeatures": lambda arrays, header: FrameFeatures(
        {name: arrays[name] for name in header["order"]},
        header["name"],
        tuple(header["channels"]),
    ),
}
