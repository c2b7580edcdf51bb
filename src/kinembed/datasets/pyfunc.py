"""Stored models as a folder that MLflow loads: a pyfunc with its signature and an example."""

import logging
import tempfile
import warnings
from importlib.metadata import requires, version
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
from kedro.io.core import AbstractVersionedDataset, Version, get_protocol_and_path
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import kinembed
from kinembed.core.atomic_files import whole_folder
from kinembed.core.digests import write_local
from kinembed.segmentation.mlflow_model import PackedModels

LOADER = "kinembed.segmentation.mlflow_model"
OUTPUTS = {"frame": "long", "time_s": "double", "cluster": "long", "distance": "double"}


class PyfuncDataset(AbstractVersionedDataset[PackedModels, Any]):
    """Saved with the code that reads it; loaded as an ``mlflow.pyfunc.PyFuncModel``.

    Parameters
    ----------
    filepath : str
        Path or URL of the model's folder, of any protocol that fsspec knows.
    version : Version or None
        Versions to load and to save; None for a model without versions.
    metadata : dict of str to Any or None
        Metadata of the catalog entry, for hooks and Kedro-Viz.
    """

    def __init__(
        self,
        *,
        filepath: str,
        version: Version | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self._protocol, path = get_protocol_and_path(filepath, version)
        self._fs = fsspec.filesystem(self._protocol)
        super().__init__(PurePosixPath(path), version, self._fs.exists, self._fs.glob)
        self.metadata = metadata

    def load(self) -> Any:
        """Load the model by MLflow; one of an object store is copied to this machine first.

        Returns
        -------
        mlflow.pyfunc.PyFuncModel
            Has ``predict(frames, params)``, as
            :meth:`kinembed.segmentation.mlflow_model.StoredModels.predict`.

        Raises
        ------
        DatasetError
            When no model is stored, or not the version that is asked for.
        """
        from mlflow.pyfunc import load_model

        path = str(self._get_load_path())
        if self._protocol == "file":
            return load_model(path)
        folder = tempfile.mkdtemp()  # must live as long as the model, which reads when asked
        self._fs.get(path, folder, recursive=True)
        return load_model(str(Path(folder) / Path(path).name))

    def save(self, data: PackedModels) -> None:
        """Have MLflow write the model beside its final path, then move it there whole.

        Parameters
        ----------
        data : PackedModels
            Stored models with their fitted clusters, and an example of a recording.

        Raises
        ------
        DatasetError
            When this version is stored already.
        """
        target = self._get_save_path()
        with tempfile.TemporaryDirectory() as scratch:
            model = Path(scratch) / "model"
            _write(data, Path(scratch) / "data", model)
            with whole_folder(self._fs, target) as folder:
                self._fs.put(f"{model}/", f"{folder}/", recursive=True)
        self._fs.invalidate_cache(str(self._filepath))

    def _exists(self) -> bool:
        return bool(self._fs.isdir(str(self._get_load_path())))

    def _describe(self) -> dict[str, Any]:
        return {
            "filepath": str(self._filepath),
            "protocol": self._protocol,
            "version": self._version,
        }


def _write(packed: PackedModels, data: Path, target: Path) -> None:
    """Have MLflow write its folder, without a word on what it does."""
    from mlflow.pyfunc import save_model

    logging.getLogger("mlflow.pyfunc").setLevel(logging.WARNING)
    for name, content in packed.files.items():
        write_local(data / name, content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save_model(
            str(target),
            loader_module=LOADER,
            data_path=str(data),
            code_paths=[str(Path(kinembed.__file__).parent)],
            signature=_signature(packed),
            input_example=(packed.example, packed.params),
            pip_requirements=_installed(),
        )


def _installed() -> list[str]:
    """What the package needs, in the versions that made the model."""
    needed = [Requirement(one) for one in requires("kinembed") or [] if "extra ==" not in one]
    for one in needed:
        release = version(one.name).partition("+")[0]  # the build, such as +cpu, is the machine's
        one.specifier = SpecifierSet(f"=={release}")
    return [str(one) for one in needed]


def _signature(packed: PackedModels) -> Any:
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema

    return ModelSignature(
        inputs=Schema([ColSpec("double", str(channel)) for channel in packed.example]),
        outputs=Schema([ColSpec(kind, name) for name, kind in OUTPUTS.items()]),
        params=ParamSchema(
            [
                ParamSpec("model", "string", packed.default),
                ParamSpec("frame_rate", "double", packed.params["frame_rate"]),
            ]
        ),
    )
