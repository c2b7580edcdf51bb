"""A discovery as a folder of three safetensors files: network, clusters, and what is drawn."""

from pathlib import Path
from typing import Any

from safetensors.numpy import load

from kinembed.core.digests import read_local, write_local
from kinembed.core.errors import CheckpointError, DamagedError, FormatError
from kinembed.estimator.fitting import Discovery
from kinembed.segmentation.cluster_model_file import (
    cluster_model_from_bytes,
    cluster_model_to_bytes,
)
from kinembed.segmentation.embedding import Projection
from kinembed.training.safetensors_file import UNREADABLE, read_header, write_arrays
from kinembed.training.trained_model import TrainedModel

FORMAT = "kinembed discovery 1"
NETWORK, CLUSTERS, DRAWN = "network.safetensors", "clusters.safetensors", "discovery.safetensors"
_FIELDS = ("values", "frame_index", "explained_variance")


def write_files(folder: Path, found: Discovery, parameters: dict[str, Any]) -> None:
    """Store a discovery.

    Parameters
    ----------
    folder : Path
        Where; it is made if it is absent.
    found : Discovery
        What was found.
    parameters : dict of str to object
        Of the estimator, as JSON can hold them.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    arrays = {f"{number}.file_frames": one for number, one in enumerate(found.file_frames.values())}
    for number, projection in enumerate(found.projections.values()):
        arrays |= {f"{number}.{field}": getattr(projection, field) for field in _FIELDS}
    header = {"recordings": list(found.projections), "parameters": parameters}
    write_local(folder / NETWORK, found.model.to_bytes())
    write_local(folder / CLUSTERS, cluster_model_to_bytes(found.clusters))
    write_local(folder / DRAWN, write_arrays(arrays, FORMAT, header))


def read_files(folder: Path) -> tuple[Discovery, dict[str, Any]]:
    """Inverse of :func:`write_files`.

    Parameters
    ----------
    folder : Path
        Folder of the three files.

    Returns
    -------
    tuple of Discovery and dict of str to object
        What was found, and the parameters of the estimator.

    Raises
    ------
    CheckpointError
        When a file is absent or damaged.
    """
    contents = {name: _content(folder / name) for name in (NETWORK, CLUSTERS, DRAWN)}
    model = TrainedModel.from_bytes(contents[NETWORK], file=str(folder / NETWORK))
    try:
        clusters = cluster_model_from_bytes(contents[CLUSTERS], file=str(folder / CLUSTERS))
        header, arrays = read_header(contents[DRAWN], FORMAT), load(contents[DRAWN])
        names = dict(enumerate(header["recordings"]))
        drawn = {name: _projection(arrays, number) for number, name in names.items()}
        frames = {name: arrays[f"{number}.file_frames"] for number, name in names.items()}
        return Discovery(model, clusters, drawn, frames), header["parameters"]
    except FormatError as error:
        raise CheckpointError(str(error)) from error
    except UNREADABLE as error:
        raise CheckpointError(f"{folder / DRAWN}: not a stored discovery ({error})") from error


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise CheckpointError(f"{path} is absent; BehaviourDiscovery.save(folder) writes it")
    try:
        return read_local(path)
    except DamagedError as error:
        raise CheckpointError(str(error)) from error


def _projection(arrays: dict[str, Any], number: int) -> Projection:
    return Projection(*(arrays[f"{number}.{field}"] for field in _FIELDS))
