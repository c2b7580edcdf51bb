"""One version of a whole collection: a folder with a file (or folder) per partition.

::

    models:
      type: kinembed.datasets.VersionedPartitions
      filepath: data/06_models/models
      dataset: {type: kinembed.datasets.ModelDataset}
      filename_suffix: .safetensors
      versioned: true

lies in ``data/06_models/models/<version>/models/<partition>.safetensors``. Without ``versioned``
the partitions lie directly in ``filepath``, and a save replaces them all.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from copy import deepcopy
from pathlib import PurePosixPath
from typing import Any

import fsspec
from kedro.io.core import (
    VERSION_KEY,
    AbstractDataset,
    AbstractVersionedDataset,
    DatasetError,
    Version,
    VersionNotFoundError,
    get_protocol_and_path,
    parse_dataset_definition,
)
from kedro_datasets._typing import ImagePreview, TablePreview

from kinembed.core.atomic_files import whole_folder
from kinembed.core.parallel import MappedPartitions
from kinembed.datasets.files import FilesDataset

Loader = Callable[[], Any]


class VersionedPartitions(AbstractVersionedDataset[Mapping[str, Any], dict[str, Loader]]):
    """A collection that is loaded lazily and saved lazily, all of it or nothing.

    Parameters are those of the catalog entry: `dataset` is the configuration of any Kedro
    dataset, which gets the ``filepath`` of each partition; `filename_suffix` ends every file
    name and is no part of the partition's name. Partitions are folders if `dataset` says that
    it keeps one (``is_folder``).
    """

    def __init__(
        self,
        *,
        filepath: str,
        dataset: str | dict[str, Any],
        filename_suffix: str = "",
        version: Version | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self._protocol, path = get_protocol_and_path(filepath, version)
        self._fs = fsspec.filesystem(self._protocol)
        super().__init__(PurePosixPath(path), version, self._fs.exists, self._fs.glob)
        config = dataset if isinstance(dataset, dict) else {"type": dataset}
        self._dataset_type, self._dataset_config = parse_dataset_definition(config)
        unexpected = {VERSION_KEY, "filepath"} & set(self._dataset_config)
        if unexpected:
            raise DatasetError(
                f"{filepath}: the dataset of a partition must not set {sorted(unexpected)}: "
                "the collection as a whole has a filepath and versions"
            )
        self._suffix = filename_suffix
        self.metadata = metadata

    def load(self) -> dict[str, Loader]:
        """Loaders of all partitions, by name in order; each can be sent to another process.

        Raises DatasetError when there is no version, not the one asked for, or no partition.
        """
        folder = self._existing_folder()
        names = self._names(folder)
        if not names:
            raise DatasetError(f"{folder}: no partition named *{self._suffix} lies in this folder")
        return {name: self._partition(folder, name).load for name in names}

    def save(self, data: Mapping[str, Any]) -> None:
        """Write every partition; a value that can be called is called when its turn comes.

        Raises DatasetError for an empty collection and for names that are no relative path.
        """
        if not data:
            raise DatasetError("a collection without any partition cannot be saved")
        target = self._get_save_path()
        with whole_folder(self._fs, target) as folder, closing(_entries(data)) as entries:
            for name, value in entries:
                partition = self._partition(folder, _checked(name))
                parent = (folder / name).parent
                self._fs.makedirs(str(parent), exist_ok=True)
                partition.save(value)
        self._fs.invalidate_cache(str(self._filepath))

    @property
    def preview(self) -> Callable[..., ImagePreview | TablePreview]:
        """For Kedro-Viz, which reads from its annotation what it returns.

        A picture of the first partition where partitions have pictures, else a list of all.
        """
        return self._picture if issubclass(self._dataset_type, FilesDataset) else self._listing

    def _picture(self, **chosen: str) -> ImagePreview:
        first, *_ = self.load()
        return FilesDataset(filepath=self._path_of(self._existing_folder(), first)).preview(
            **chosen
        )

    def _listing(self) -> TablePreview:
        """Names and sizes of the partitions."""
        folder = self._existing_folder()
        rows = [
            [name, round(self._fs.du(f"{folder / name}{self._suffix}") / 1e6, 3)]
            for name in self._names(folder)
        ]
        table = {"index": list(range(len(rows))), "columns": ["partition", "MB"], "data": rows}
        return TablePreview(table)

    def _existing_folder(self) -> PurePosixPath:
        try:
            folder = self._get_load_path()
        except VersionNotFoundError as error:
            raise VersionNotFoundError(self._nothing_stored()) from error
        if not self._fs.isdir(str(folder)):
            raise VersionNotFoundError(self._nothing_stored())
        return folder

    def _nothing_stored(self) -> str:
        """What is absent, and what there is instead."""
        if self._version and self._version.load:
            stored = ", ".join(self.list_versions(full_path=False)) or "none"
            return f"{self._filepath}: no version {self._version.load}; versions stored: {stored}"
        return f"{self._filepath}: nothing is stored here yet; run the stage that makes it first"

    def _names(self, folder: PurePosixPath) -> list[str]:
        """Names of the partitions in a folder; what lies inside a partition is none."""
        root = PurePosixPath(self._fs._strip_protocol(str(folder)))
        paths = {PurePosixPath(path).relative_to(root) for path in self._fs.find(str(folder))}
        if getattr(self._dataset_type, "is_folder", False):
            paths = {path.parent for path in paths}
        return sorted(
            path.as_posix().removesuffix(self._suffix)
            for path in paths
            if path.name.endswith(self._suffix)
            and not any(part.startswith(".") for part in path.parts)
        )

    def _partition(self, folder: PurePosixPath, name: str) -> AbstractDataset[Any, Any]:
        make: Callable[..., AbstractDataset[Any, Any]] = self._dataset_type
        return make(**deepcopy(self._dataset_config), filepath=self._path_of(folder, name))

    def _path_of(self, folder: PurePosixPath, name: str) -> str:
        path = f"{folder / name}{self._suffix}"
        return path if self._protocol == "file" else f"{self._protocol}://{path}"

    def _exists(self) -> bool:
        return bool(self._fs.isdir(str(self._get_load_path())))

    def _release(self) -> None:
        super()._release()
        self._fs.invalidate_cache(str(self._filepath))

    def _describe(self) -> dict[str, Any]:
        return {
            "filepath": str(self._filepath),
            "protocol": self._protocol,
            "dataset": self._dataset_type.__name__,
            "version": self._version,
        }


def _entries(data: Mapping[str, Any]) -> Generator[tuple[str, Any], None, None]:
    """Names and values, one at a time."""
    try:
        if isinstance(data, MappedPartitions):
            yield from data.stream()
            return
        for name, value in data.items():
            yield name, value() if callable(value) else value
    except (FileNotFoundError, NotADirectoryError) as error:
        # Kedro would take it for a clash of the target's own path
        raise DatasetError(f"computing a partition failed: {error}") from error


def _checked(name: str) -> str:
    """A partition's name, which may have sub-folders but not lead out of its own."""
    parts = name.split("/") if isinstance(name, str) else [""]
    if any(not part or part.startswith(".") or "\\" in part for part in parts):
        raise DatasetError(
            f"{name!r} cannot name a partition: expected a relative path such as '86_01' or "
            "'86_01/timeline', no part of which is empty or starts with a dot"
        )
    return name
