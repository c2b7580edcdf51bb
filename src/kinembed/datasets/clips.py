"""Clips as one safetensors file: all positions one after the other, and where each ends."""

import numpy as np
from safetensors.numpy import load

from kinembed.core.errors import FormatError
from kinembed.datasets.records import RecordDataset
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.recognition.skeleton import Clips
from kinembed.training.safetensors_file import UNREADABLE, read_header, write_arrays

FORMAT = "kinembed clips 1"


class ClipsDataset(RecordDataset[Clips]):
    """Positions in single precision; names and graph as JSON in the header."""

    def encode(self, record: Clips) -> bytes:
        """Encode clips as two arrays and a header.

        Parameters
        ----------
        record : Clips
            The positions of each clip have the shape (frames, joints, 3).

        Returns
        -------
        bytes
            Content of a safetensors file: ``positions`` of all clips one after the other,
            ``lengths`` (frames) of each, and names, graph and frame rate (Hz) in the header.
        """
        header = {
            "names": record.names,
            "graph": record.graph.to_dict(),
            "frame_rate": record.frame_rate,
        }
        arrays = {"positions": np.concatenate(record.positions), "lengths": record.lengths}
        return write_arrays(arrays, FORMAT, header)

    def decode(self, content: bytes, file: str) -> Clips:
        """Decode clips; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        Clips
            In the order in which they were saved.

        Raises
        ------
        FormatError
            When `content` is no safetensors file, or holds no clips.
        """
        try:
            header, arrays = read_header(content, FORMAT), load(content)
            ends = np.cumsum(arrays["lengths"])
            positions = tuple(np.split(arrays["positions"], ends[:-1]))
            graph = SkeletonGraph.from_dict(header["graph"])
            return Clips(tuple(header["names"]), positions, graph, float(header["frame_rate"]))
        except UNREADABLE as error:
            raise FormatError(file, f"not stored clips ({error})") from error
