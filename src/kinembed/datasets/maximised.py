"""Inputs that excite units of a network's layers as one safetensors file."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from safetensors.numpy import load

from kinembed.analysis.activation_maximisation import Maximised, Target
from kinembed.core.errors import FormatError
from kinembed.datasets.records import RecordDataset
from kinembed.training.safetensors_file import UNREADABLE, read_header, write_arrays

FORMAT = "kinembed maximised 1"


class MaximisedDataset(RecordDataset[Mapping[str, Maximised]]):
    """Arrays by layer; targets and the names of inputs as JSON in the header."""

    def encode(self, record: Mapping[str, Maximised]) -> bytes:
        """Encode the inputs that were found for units of each layer.

        Parameters
        ----------
        record : mapping of str to Maximised
            Layer -> its inputs, the targets that they are for, activations, and where ascents
            stopped.

        Returns
        -------
        bytes
            Content of a safetensors file: arrays ``<layer>/activations``, ``<layer>/stopped`` and
            ``<layer>/inputs/<name>``.
        """
        header: dict[str, Any] = {
            layer: {
                "targets": [asdict(target) for target in one.targets],
                "inputs": list(one.inputs),
            }
            for layer, one in record.items()
        }
        arrays: dict[str, np.ndarray] = {}
        for layer, one in record.items():
            arrays[f"{layer}/activations"], arrays[f"{layer}/stopped"] = (
                one.activations,
                one.stopped,
            )
            arrays |= {f"{layer}/inputs/{name}": values for name, values in one.inputs.items()}
        return write_arrays(arrays, FORMAT, header)

    def decode(self, content: bytes, file: str) -> Mapping[str, Maximised]:
        """Decode the inputs of units; inverse of :meth:`encode`.

        Parameters
        ----------
        content : bytes
            Content of the file.
        file : str
            Its path, for errors.

        Returns
        -------
        mapping of str to Maximised
            Layer -> its inputs.

        Raises
        ------
        FormatError
            When `content` is no safetensors file, or holds no inputs of units.
        """
        try:
            header, arrays = read_header(content, FORMAT), load(content)
            return {layer: _maximised(layer, stored, arrays) for layer, stored in header.items()}
        except UNREADABLE as error:
            raise FormatError(file, f"not stored inputs of units ({error})") from error


def _maximised(
    layer: str, stored: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
) -> Maximised:
    """One layer's inputs; earlier versions wrote targets under another name."""
    targets = stored["targets" if "targets" in stored else "aims"]  # a stored name
    return Maximised(
        tuple(Target(**one) for one in targets),
        {name: arrays[f"{layer}/inputs/{name}"] for name in stored["inputs"]},
        arrays[f"{layer}/activations"],
        arrays[f"{layer}/stopped"],
    )
