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
from kinembed.core.digests import say_if_unchecked
from kinembed.core.parallel import Streamed
from kinembed.datasets.files import FilesDataset

Loader = Callable[[], Any]


class VersionedPartitions(
    AbstractVersionedDataset[Mapping[str, Any] | Streamed, dict[str, Loader]]
):
    """A collection that is loaded lazily and saved lazily, all of it or nothing.

    Partitions are folders if `dataset` says that it keeps one (``is_folder``).

    Parameters
    ----------
    filepath : str
        Path or URL of the collection's folder, of any protocol that fsspec knows.
    dataset : str or dict of str to Any
        Type or configuration of any Kedro dataset, which gets the ``filepath`` of each partition.
    filename_suffix : str
        Ends every file name and is no part of the partition's name.
    version : Version or None
        Versions to load and to save; None for a collection without versions.
    metadata : dict of str to Any or None
        Metadata of the catalog entry, for hooks and Kedro-Viz.

    Raises
    ------
    DatasetError
        When `dataset` names no type that can be imported, or sets a file path or a version.
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
        """Find the partitions, without reading any.

        Returns
        -------
        dict of str to callable
            Name -> loader of the partition, in the order of names. A loader can be sent to another
            process; it raises what the partition's own dataset raises.

        Raises
        ------
        DatasetError
            When the folder has no partition.
        VersionNotFoundError
            When nothing is stored, or not the version that is asked for.
        """
        folder = self._existing_folder()
        files = self._files(folder)
        names = self._names(files)
        if not names:
            raise DatasetError(f"{folder}: no partition named *{self._suffix} lies in this folder")
        if getattr(self._dataset_type, "has_digests", False):
            say_if_unchecked(files)
        return {name: self._partition(folder, name).load for name in names}

    def save(self, data: Mapping[str, Any] | Streamed) -> None:
        """Write every partition, one at a time; the folder is put in place when all are written.

        Parameters
        ----------
        data : mapping of str to Any, or Streamed
            Name -> value, or a callable that makes it, which is called when its turn comes; or
            names and values as they are done. A name may have sub-folders, such as
            ``86_01/timeline``.

        Raises
        ------
        DatasetError
            When there is no partition, a part of a name is empty or starts with a dot, this version
            is stored already, or a value cannot be computed or written.
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
        """The preview of the collection for Kedro-Viz, which reads its kind from its annotation.

        Returns
        -------
        callable
            Makes the preview: a picture of the first partition where partitions hold finished
            files, else a table with the columns ``partition`` and ``MB``.
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
            for name in self._names(self._files(folder))
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

    def _files(self, folder: PurePosixPath) -> set[PurePosixPath]:
        """All files of a folder, relative to it."""
        root = PurePosixPath(self._fs._strip_protocol(str(folder)))
        return {PurePosixPath(path).relative_to(root) for path in self._fs.find(str(folder))}

    def _names(self, paths: set[PurePosixPath]) -> list[str]:
        """Names of the partitions among files; what lies inside a partition is none."""
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


def _entries(data: Mapping[str, Any] | Streamed) -> Generator[tuple[str, Any], None, None]:
    """Names and values, one at a time."""
    try:
        if isinstance(data, Streamed):
            yield from data.stream()
            return
        for name, value in data.items():
            yield name, value() if callable(value) else value
    except (FileNotFoundError, NotADirectoryError) as error:
        # Kedro would report a clash of the target's own path
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
