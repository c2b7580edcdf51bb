"""A labeller as one safetensors file, without pickle: arrays, and its settings in the header."""

from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from kinembed.core.errors import FormatError
from kinembed.segmentation.cluster_model import Labeller, LabellerSettings, Space
from kinembed.segmentation.kernel_features import KernelSpace
from kinembed.segmentation.principal_components import Axes, basis_arrays, basis_of
from kinembed.training.safetensors_file import read_header, write_arrays

FORMAT = "kinembed labeller 1"


def labeller_to_bytes(labeller: Labeller) -> bytes:
    """The content of a file."""
    kernel = labeller.space.kernel
    arrays = {
        "means": labeller.means,
        "limits": labeller.limits,
        "agreement": np.array([labeller.agreement]),
        **basis_arrays(labeller.basis),
        **labeller.space.axes.to_arrays("axes"),
        **(kernel.to_arrays() if kernel is not None else {}),
    }
    return write_arrays(arrays, FORMAT, labeller.settings.model_dump(mode="json"))


def labeller_from_bytes(content: bytes, *, file: str) -> Labeller:
    """Inverse of :func:`labeller_to_bytes`; raises FormatError when `file` is not such a file."""
    try:
        settings = LabellerSettings.model_validate(read_header(content, FORMAT))
        return _labeller(settings, load(content))
    except (SafetensorError, KeyError, ValueError) as error:
        raise FormatError(file, f"not a stored labeller ({error})") from error


def _labeller(settings: LabellerSettings, arrays: dict[str, Any]) -> Labeller:
    basis = basis_of(arrays)
    if basis is None:
        raise KeyError("basis.mean")
    kernel_segmentation = settings.clustering.method == "kernel_segmentation"
    kernel = KernelSpace.from_arrays(arrays) if kernel_segmentation else None
    space = Space(Axes.from_arrays(arrays, "axes"), kernel)
    agreement = float(arrays["agreement"][0])
    return Labeller(settings, basis, space, arrays["means"], arrays["limits"], agreement)
