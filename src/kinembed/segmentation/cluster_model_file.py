"""A cluster model as one safetensors file, without pickle: arrays, and settings in the header."""

import contextlib
from typing import Any

import numpy as np
import pandas as pd
from safetensors.numpy import load

from kinembed.core.errors import FormatError
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelSettings
from kinembed.segmentation.feature_space import FeatureSpace
from kinembed.segmentation.kernel_features import KernelSpace
from kinembed.segmentation.predictions import VARIANTS
from kinembed.segmentation.principal_components import Axes, basis_arrays, basis_of
from kinembed.training.safetensors_file import UNREADABLE, read_header, write_arrays

FORMAT = "kinembed cluster model 1"
# Of an earlier version: without the labels of the recording and the numbers that were tried.
EARLIER_FORMAT = "kinembed labeller 1"  # a stored name
_TRIED = ("number", "cost", "separation")


def cluster_model_to_bytes(model: ClusterModel) -> bytes:
    """Serialise a cluster model.

    Parameters
    ----------
    model : ClusterModel
        The model to store.

    Returns
    -------
    bytes
        Content of a safetensors file: arrays, and settings in the header.
    """
    kernel = model.space.kernel
    arrays = {
        "means": model.means,
        "limits": model.limits,
        "agreement": np.array([model.agreement]),
        **{f"labels.{variant}": labels for variant, labels in model.labels.items()},
        **{f"tried.{column}": model.tried[column].to_numpy() for column in _TRIED},
        **basis_arrays(model.basis),
        **model.space.axes.to_arrays("axes"),
        **(kernel.to_arrays() if kernel is not None else {}),
    }
    return write_arrays(arrays, FORMAT, model.settings.model_dump(mode="json"))


def cluster_model_from_bytes(content: bytes, *, file: str) -> ClusterModel:
    """Read a cluster model from what :func:`cluster_model_to_bytes` wrote.

    Parameters
    ----------
    content : bytes
        Content of a file of this format or the earlier one, which holds all that a prediction for
        further recordings needs.
    file : str
        Name of the file, for errors.

    Returns
    -------
    ClusterModel
        The model; from the earlier format, without ``labels`` and ``tried``.

    Raises
    ------
    FormatError
        When the content is not a stored cluster model.
    """
    try:
        settings = ClusterModelSettings.model_validate(_header(content))
        return _model(settings, load(content))
    except UNREADABLE as error:
        raise FormatError(file, f"not a stored cluster model ({error})") from error


def _header(content: bytes) -> dict[str, Any]:
    with contextlib.suppress(KeyError):
        return read_header(content, EARLIER_FORMAT)
    return read_header(content, FORMAT)


def _model(settings: ClusterModelSettings, arrays: dict[str, Any]) -> ClusterModel:
    basis = basis_of(arrays)
    if basis is None:
        raise KeyError("basis.mean")
    kernel = KernelSpace.from_arrays(arrays) if "rows.landmarks" in arrays else None
    thinned = settings.clustering.method == "kernel_segmentation"
    tried = {column: arrays.get(f"tried.{column}", np.zeros(0)) for column in _TRIED}
    return ClusterModel(
        settings,
        basis,
        FeatureSpace(Axes.from_arrays(arrays, "axes"), kernel, thinned),
        arrays["means"],
        arrays["limits"],
        {name: arrays[f"labels.{name}"] for name in VARIANTS if f"labels.{name}" in arrays},
        pd.DataFrame(tried),
        float(arrays["agreement"][0]),
    )
