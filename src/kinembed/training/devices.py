"""Where tensors live, and in which precision networks compute."""

from typing import Literal

import torch

DeviceName = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["auto", "full", "mixed"]


def resolve_device(name: DeviceName) -> torch.device:
    """The device asked for; ``auto`` chooses CUDA, then MPS, then the CPU.

    Parameters
    ----------
    name : {"auto", "cpu", "cuda", "mps"}
        A device that is named is not checked: its first use fails where it is absent.

    Returns
    -------
    torch.device
        Where tensors go.
    """
    if name != "auto":
        return torch.device(name)
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def autocast(device: torch.device, precision: Precision) -> torch.autocast:
    """Context in which matrix products run in bfloat16; ``auto`` does so on CUDA alone.

    Parameters
    ----------
    device : torch.device
        Device that computes.
    precision : {"auto", "full", "mixed"}
        ``full``: single precision everywhere; ``mixed``: matrix products in bfloat16.

    Returns
    -------
    torch.autocast
        Does nothing in full precision.
    """
    mixed = precision == "mixed" or (precision == "auto" and device.type == "cuda")
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=mixed)
