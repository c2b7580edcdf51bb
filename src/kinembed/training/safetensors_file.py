"""What stored files hold: arrays, or a network with its history, and plain values in the header."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors import deserialize
from safetensors.numpy import save
from torch import Tensor, nn

HISTORY = "history."
"""What names of a history's columns begin with, among the names of weights."""


def write_arrays(arrays: Mapping[str, np.ndarray], form: str, header: object) -> bytes:
    """The content of a file: arrays, and plain values under the name of its form.

    safetensors writes memory as it lies, whatever the order of an array's axes, so each is laid
    out anew where that differs.
    """
    laid_out = {name: np.ascontiguousarray(values) for name, values in arrays.items()}
    content: bytes = save(laid_out, {form: json.dumps(header)})
    return content


def read_header(content: bytes, form: str) -> dict[str, Any]:
    """Plain values that a safetensors file holds under the name of its form.

    Raises SafetensorError for another kind of file, KeyError or ValueError for another form.
    """
    deserialize(content)  # checks the file's structure
    length = int.from_bytes(content[:8], "little")
    header: dict[str, Any] = json.loads(json.loads(content[8 : 8 + length])["__metadata__"][form])
    return header


def tensors_of(network: nn.Module, history: pd.DataFrame) -> dict[str, Tensor]:
    """Weights, on the CPU, and how the losses fell."""
    columns = {f"{HISTORY}{name}": history[name].to_numpy(copy=True) for name in history}
    weights = {name: tensor.cpu() for name, tensor in network.state_dict().items()}
    return weights | {name: torch.as_tensor(values) for name, values in columns.items()}


def take_history(
    tensors: dict[str, Tensor], columns: Sequence[str] = ("step", "loss")
) -> pd.DataFrame:
    """How the losses fell; the weights alone are left. Raises KeyError for an absent column."""
    return pd.DataFrame({name: tensors.pop(f"{HISTORY}{name}").numpy() for name in columns})
