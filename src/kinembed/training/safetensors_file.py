"""What stored files hold: arrays, or a network with its history, and plain values in the header."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save
from torch import Tensor, nn

from kinembed.core.errors import MALFORMED

HISTORY = "history."
"""What names of a history's columns begin with, among the names of weights."""

UNREADABLE = (SafetensorError, RuntimeError, *MALFORMED)
"""What reading a damaged or foreign file may raise."""


def write_arrays(arrays: Mapping[str, np.ndarray], form: str, header: object) -> bytes:
    """The content of a file: arrays, and plain values under the name of its form.

    safetensors writes memory as it lies, whatever the order of an array's axes, so each is laid
    out anew where that differs.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        By name.
    form : str
        Name of the form and its version, such as ``"kinembed model 1"``.
    header : object
        What can be written as JSON.

    Returns
    -------
    bytes
        A safetensors file.

    Raises
    ------
    TypeError
        When the header holds what JSON cannot.
    """
    laid_out = {name: np.ascontiguousarray(values) for name, values in arrays.items()}
    content: bytes = save(laid_out, {form: json.dumps(header)})
    return content


def read_header(content: bytes, form: str) -> dict[str, Any]:
    """Plain values that a safetensors file holds under the name of its form.

    Parameters
    ----------
    content : bytes
        The whole file.
    form : str
        Name of the form that is expected.

    Returns
    -------
    dict of str to Any
        What :func:`write_arrays` received as header.

    Raises
    ------
    SafetensorError
        When the content is no safetensors file.
    KeyError
        When the file is of another form.
    ValueError
        When the header is no JSON, or no mapping.
    """
    deserialize(content)  # checks the file's structure
    length = int.from_bytes(content[:8], "little")
    header = json.loads(json.loads(content[8 : 8 + length])["__metadata__"][form])
    if not isinstance(header, dict):
        raise ValueError(f"expected a mapping under {form!r}, found {type(header).__name__}")
    return header


def tensors_of(network: nn.Module, history: pd.DataFrame) -> dict[str, Tensor]:
    """Weights and history of a network, as tensors on the CPU.

    Parameters
    ----------
    network : nn.Module
        On any device.
    history : pd.DataFrame
        Columns of numbers.

    Returns
    -------
    dict of str to Tensor
        Weights by their names, columns of the history by ``history.`` and theirs.
    """
    columns = {f"{HISTORY}{name}": history[name].to_numpy(copy=True) for name in history}
    weights = {name: tensor.cpu() for name, tensor in network.state_dict().items()}
    return weights | {name: torch.as_tensor(values) for name, values in columns.items()}


def pop_history(
    tensors: dict[str, Tensor], columns: Sequence[str] = ("step", "loss")
) -> pd.DataFrame:
    """Remove the history from stored tensors, so that the weights alone are left.

    Parameters
    ----------
    tensors : dict of str to Tensor
        What :func:`tensors_of` gave; the columns are removed from it.
    columns : sequence of str
        Columns of the history, in order.

    Returns
    -------
    pd.DataFrame
        One row per entry of the history.

    Raises
    ------
    KeyError
        When a column is absent.
    """
    return pd.DataFrame({name: tensors.pop(f"{HISTORY}{name}").numpy() for name in columns})
