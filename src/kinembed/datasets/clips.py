"""Clips as one safetensors file: all positions one after the other, and where each ends."""

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from kinembed.core.errors import FormatError
from kinembed.datasets.records import RecordDataset
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.recognition.skeleton import Clips
from kinembed.training.safetensors_file import read_header, write_arrays

FORMAT = "kinembed clips 1"


class ClipsDataset(RecordDataset[Clips]):
    """Positions in single precision; names and graph as JSON in the header."""

    def encode(self, record: Clips) -> bytes:
        """Two arrays and a header."""
        header = {
            "names": record.names,
            "graph": record.graph.to_dict(),
            "frame_rate": record.frame_rate,
        }
        arrays = {"positions": np.concatenate(record.positions), "lengths": record.lengths}
        return write_arrays(arrays, FORMAT, header)

    def decode(self, content: bytes, file: str) -> Clips:
        """Inverse of :meth:`encode`; raises FormatError for any other file."""
        try:
            header, arrays = read_header(content, FORMAT), load(content)
            ends = np.cumsum(arrays["lengths"])
            positions = tuple(np.split(arrays["positions"], ends[:-1]))
            graph = SkeletonGraph.from_dict(header["graph"])
            return Clips(tuple(header["names"]), positions, graph, float(header["frame_rate"]))
        except (SafetensorError, KeyError, ValueError) as error:
            raise FormatError(file, f"not stored clips ({error})") from error
