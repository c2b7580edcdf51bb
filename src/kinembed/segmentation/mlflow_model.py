"""The stored models of an experiment as one MLflow pyfunc, without pickle.

MLflow loads a folder of the files below by this module's name::

    models/<sequence>.safetensors           networks, standardisers, features, skeleton
    cluster_models/<sequence>.safetensors   their fitted clusters

It is given a table of exponential maps (or positions, if those were recorded), a row per frame with
the channels of the skeleton, and answers with the table that pipeline ``inference`` stores.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kinembed.core.digests import read_local
from kinembed.core.errors import DataError
from kinembed.motion.channels import expmap_channels
from kinembed.motion.kinematics import point_channels
from kinembed.motion.motion import Motion, Representation
from kinembed.segmentation.cluster_model import ClusterModel
from kinembed.segmentation.cluster_model_file import (
    cluster_model_from_bytes,
    cluster_model_to_bytes,
)
from kinembed.segmentation.inference import choose_model, label_motion
from kinembed.training.trained_model import TrainedModel

MODELS, CLUSTER_MODELS, SUFFIX = "models", "cluster_models", ".safetensors"
# Where models that an earlier version packed have their fitted clusters.
EARLIER_CLUSTER_MODELS = "labellers"  # a stored name
# Windows of the network in the example of a recording.
EXAMPLE_WINDOWS = 2


@dataclass(frozen=True, eq=False)
class PackedModels:
    """What a pyfunc is made of.

    Attributes
    ----------
    files : dict of str to bytes
        Path in the folder -> content.
    example : DataFrame
        The first frames of a recording, a column per channel.
    params : dict of str to str or float
        ``model``, whose recording the example is, and ``frame_rate`` in Hz.
    default : str
        The model that labels if no other is named; "" where there are several.
    """

    files: dict[str, bytes]
    example: pd.DataFrame
    params: dict[str, str | float]
    default: str


def pack_models(
    models: Mapping[str, Callable[[], TrainedModel]],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    sequences: Mapping[str, Callable[[], Motion]],
) -> PackedModels:
    """Pack models with their fitted clusters.

    Parameters
    ----------
    models : mapping of str to callable
        Sequence -> loader of its model; at least one.
    cluster_models : mapping of str to callable
        Sequence -> loader of its fitted clusters, for every model.
    sequences : mapping of str to callable
        Sequence -> loader of its motion; the example is of the first model by name.

    Returns
    -------
    PackedModels
        Files, example and default.
    """
    first = min(models)
    motion, frames = sequences[first](), models[first]().training.windows.total
    files = {f"{MODELS}/{name}{SUFFIX}": load().to_bytes() for name, load in models.items()}
    files |= {
        f"{CLUSTER_MODELS}/{name}{SUFFIX}": cluster_model_to_bytes(cluster_models[name]())
        for name in models
    }
    values = motion.values[: EXAMPLE_WINDOWS * frames]
    example = pd.DataFrame(values, columns=list(motion.channels))
    params: dict[str, str | float] = {"model": first, "frame_rate": motion.frame_rate}
    return PackedModels(files, example, params, first if len(models) == 1 else "")


class StoredModels:
    """Labels tables of frames by stored models.

    Parameters
    ----------
    folder : pathlib.Path
        Folder with the files of :class:`PackedModels`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        earlier = folder / EARLIER_CLUSTER_MODELS
        self._clusters = earlier if earlier.is_dir() else folder / CLUSTER_MODELS
        root = folder / MODELS
        paths = sorted(root.rglob(f"*{SUFFIX}"))
        self._names = [path.relative_to(root).as_posix().removesuffix(SUFFIX) for path in paths]
        self._loaded: dict[str, tuple[TrainedModel, ClusterModel]] = {}

    def predict(self, frames: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Label every frame; see :func:`kinembed.segmentation.inference.label_motion`.

        Parameters
        ----------
        frames : DataFrame
            A row per frame, a column per channel of the skeleton.
        params : dict or None
            ``model``, the model that labels (absent: the only one), and ``frame_rate`` of the
            frames in Hz (absent: that of the model). None: both are absent.

        Returns
        -------
        DataFrame
            Columns ``frame``, ``time_s`` (seconds), ``cluster`` and ``distance``.

        Raises
        ------
        DataError
            When the model is unknown, channels are absent, or values are not finite.
        FormatError
            When a stored cluster model is damaged; a DamagedError when a file is not what was
            written.
        CheckpointError
            When a stored network is damaged.
        """
        wanted = (params or {}).get("model") or None
        model, clusters = self._load(choose_model(self._names, wanted))
        rate = float((params or {}).get("frame_rate") or clusters.settings.frame_rate)
        labels = label_motion(_motion(frames, model, rate), model, clusters)
        return labels.drop(columns="file_frame")  # a table of frames comes from no file

    def _load(self, name: str) -> tuple[TrainedModel, ClusterModel]:
        """Read when first asked for: an experiment may have hundreds of models."""
        if name not in self._loaded:
            model = self._folder / MODELS / f"{name}{SUFFIX}"
            clusters = self._clusters / f"{name}{SUFFIX}"
            self._loaded[name] = (
                TrainedModel.from_bytes(read_local(model), file=str(model)),
                cluster_model_from_bytes(read_local(clusters), file=str(clusters)),
            )
        return self._loaded[name]


def _load_pyfunc(path: str) -> StoredModels:
    """What MLflow calls; the name is its own."""
    return StoredModels(Path(path))


def _motion(frames: pd.DataFrame, model: TrainedModel, frame_rate: float) -> Motion:
    skeleton = model.skeleton
    channels = expmap_channels(skeleton) if skeleton.turns else point_channels(skeleton)
    representation = Representation.EXPMAP if skeleton.turns else Representation.POSITIONS
    absent = [channel for channel in channels if channel not in frames]
    if absent:
        raise DataError(f"the table of frames lacks the channels {', '.join(absent)}")
    values = frames[channels].to_numpy(dtype=np.float64)
    return Motion(values, tuple(channels), skeleton, frame_rate, "recording", representation)
