import pickle
import subprocess
import sys
import textwrap
from base64 import b64decode
from collections.abc import Iterator
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import fsspec
import pytest
from joblib import Parallel, delayed
from kedro.io import DataCatalog
from kedro.io.core import DatasetError, Version, VersionNotFoundError
from kedro_datasets._typing import ImagePreview, TablePreview

import kinembed.datasets
from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig, map_partitions
from kinembed.datasets.partitions import VersionedPartitions

JSON = {"type": "json.JSONDataset"}


@pytest.fixture(params=["file", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "file":
        yield str(tmp_path)
    else:
        yield "memory:///store"
        fsspec.filesystem("memory").store.clear()
        fsspec.filesystem("memory").pseudo_dirs[:] = [""]


def _collection(root: str, version: Version | None = None) -> VersionedPartitions:
    return VersionedPartitions(
        filepath=f"{root}/scores", dataset=JSON, filename_suffix=".json", version=version
    )


def _at(root: str, save: str, load: str | None = None) -> VersionedPartitions:
    return _collection(root, Version(load, save))


def _files(root: str) -> list[str]:
    filesystem, path = fsspec.url_to_fs(root)
    start = len(filesystem._strip_protocol(path)) + 1
    return [found[start:] for found in sorted(filesystem.find(path))]


def _values(collection: VersionedPartitions) -> dict[str, Any]:
    return {name: load() for name, load in collection.load().items()}


def test_a_version_holds_a_file_per_partition(root: str) -> None:
    _at(root, "v1").save({"b": 2, "a": 1})
    assert _files(root) == ["scores/v1/scores/a.json", "scores/v1/scores/b.json"]
    assert list(_at(root, "v2").load()) == ["a", "b"]
    assert _values(_at(root, "v2")) == {"a": 1, "b": 2}


def test_the_newest_version_is_loaded_unless_another_is_asked_for(root: str) -> None:
    _at(root, "v1").save({"a": 1})
    _at(root, "v2").save({"a": 2, "b": 3})
    assert _values(_at(root, "v3")) == {"a": 2, "b": 3}
    assert _values(_at(root, "v3", load="v1")) == {"a": 1}


def test_without_versions_a_save_replaces_the_folder(root: str) -> None:
    _collection(root).save({"old": 1, "a": 1})
    _collection(root).save({"a": 2})
    assert _files(root) == ["scores/a.json"]
    assert _values(_collection(root)) == {"a": 2}


def test_values_are_called_when_their_turn_comes(root: str) -> None:
    turns: list[str] = []

    def value(name: str) -> int:
        turns.append(f"{name} after {len(_files(root))} files")
        return 5

    _at(root, "v1").save({name: partial(value, name) for name in ("a", "b")})
    assert turns == ["a after 0 files", "b after 1 files"]
    assert _values(_at(root, "v2")) == {"a": 5, "b": 5}


def _double(name: str, number: int) -> int:
    return 2 * number


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sequential", "loky"])
def test_mapped_partitions_are_streamed_from_one_collection_to_another(
    tmp_path: Path, backend: str
) -> None:
    _at(f"{tmp_path}/one", "v1").save({"a": 1, "b": 2, "c": 3})
    config = ParallelConfig.model_validate({"backend": backend, "n_jobs": 2})
    loaded = _at(f"{tmp_path}/one", "v2").load()
    doubled = map_partitions(_double, loaded, config=config, description="doubling", with_name=True)
    _at(f"{tmp_path}/two", "v1").save(doubled)
    assert _values(_at(f"{tmp_path}/two", "v2")) == {"a": 2, "b": 4, "c": 6}


def test_loaders_go_to_other_processes(tmp_path: Path) -> None:
    _at(str(tmp_path), "v1").save({"a": [1], "b": [2]})
    loaders = _at(str(tmp_path), "v2").load()
    assert pickle.loads(pickle.dumps(loaders["b"]))() == [2]  # noqa: S301
    assert Parallel(n_jobs=2)(delayed(load)() for load in loaders.values()) == [[1], [2]]


def _fail(name: str, number: int) -> int:
    if number == 3:
        raise DataError("a sequence is too short")
    return number


def test_a_failed_save_leaves_nothing_behind(root: str) -> None:
    _at(root, "v1").save({"a": 1})
    numbers = {name: partial(int, name) for name in ("1", "2", "3")}
    config = ParallelConfig(backend="sequential")
    with pytest.raises(DatasetError, match="3: a sequence is too short") as caught:
        _at(root, "v2").save(
            map_partitions(_fail, numbers, config=config, description="x", with_name=True)
        )
    assert isinstance(caught.value.__cause__, DataError)
    assert _files(root) == ["scores/v1/scores/a.json"]
    assert _at(root, "v3").list_versions(full_path=False) == ["v1"]
    _at(root, "v2").save({"a": 2})
    assert _values(_at(root, "v3")) == {"a": 2}


def test_a_failed_save_without_versions_keeps_the_earlier_one(root: str) -> None:
    _collection(root).save({"a": 1})
    with pytest.raises(DatasetError, match="not JSON serializable"):
        _collection(root).save({"a": 2, "b": object})
    assert _values(_collection(root)) == {"a": 1}
    assert _files(root) == ["scores/a.json"]


def test_a_failed_replacement_puts_the_earlier_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _collection(str(tmp_path)).save({"a": 1})
    filesystem = fsspec.filesystem("file")
    move = filesystem.mv

    def full(source: str, target: str, **options: Any) -> None:
        if ".partial" in source:
            raise OSError(28, "No space left on device")
        move(source, target, **options)

    monkeypatch.setattr(filesystem, "mv", full)
    with pytest.raises(DatasetError, match="No space left on device"):
        _collection(str(tmp_path)).save({"a": 2})
    assert _files(str(tmp_path)) == ["scores/a.json"]
    assert _values(_collection(str(tmp_path))) == {"a": 1}


@pytest.mark.slow
def test_a_killed_save_leaves_no_version_to_load(tmp_path: Path) -> None:
    _at(str(tmp_path), "v1").save({"a": 1})
    script = f"""
        import os, signal
        from kedro.io.core import Version
        from kinembed.datasets.partitions import VersionedPartitions
        collection = VersionedPartitions(
            filepath="{tmp_path}/scores", dataset="json.JSONDataset", filename_suffix=".json",
            version=Version(None, "v2"),
        )
        kill = lambda: os.kill(os.getpid(), signal.SIGKILL)
        collection.save({{"a": 2, "b": kill}})
    """
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert killed.returncode == -9
    assert (tmp_path / "scores/v2/.scores.partial/a.json").exists()
    assert _values(_at(str(tmp_path), "v3")) == {"a": 1}
    with pytest.raises(VersionNotFoundError, match="no version v2; versions stored: v1"):
        _at(str(tmp_path), "v3", load="v2").load()
    _at(str(tmp_path), "v2").save({"a": 2})
    assert _values(_at(str(tmp_path), "v3")) == {"a": 2}


def test_nothing_stored_is_said_clearly(root: str) -> None:
    collection = _at(root, "v1")
    assert not collection.exists()
    with pytest.raises(DatasetError, match="scores: nothing is stored here yet; run the stage"):
        collection.load()
    with pytest.raises(DatasetError, match="nothing is stored here yet"):
        _collection(root).load()


def test_a_version_that_does_not_exist_is_named_with_those_that_do(root: str) -> None:
    _at(root, "v1").save({"a": 1})
    _at(root, "v2").save({"a": 1})
    with pytest.raises(DatasetError, match="no version v7; versions stored: v2, v1"):
        _at(root, "v3", load="v7").load()


def test_a_folder_without_partitions_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores/readme.txt").touch()
    with pytest.raises(DatasetError, match=r"no partition named \*.json lies in this folder"):
        _collection(str(tmp_path)).load()


def test_an_empty_collection_cannot_be_saved(root: str) -> None:
    with pytest.raises(DatasetError, match="a collection without any partition"):
        _at(root, "v1").save({})
    assert _files(root) == []


def test_a_version_is_never_overwritten(root: str) -> None:
    _at(root, "v1").save({"a": 1})
    with pytest.raises(DatasetError, match="must not exist if versioning is enabled"):
        _at(root, "v1").save({"a": 2})
    assert _values(_at(root, "v2")) == {"a": 1}


def test_names_may_have_sub_folders(root: str) -> None:
    _at(root, "v1").save({"86_01/timeline": 1, "86_01/confusion": 2})
    assert _files(root)[0] == "scores/v1/scores/86_01/confusion.json"
    assert _values(_at(root, "v2")) == {"86_01/confusion": 2, "86_01/timeline": 1}


@pytest.mark.parametrize("name", ["../a", "a/../b", "/a", "", "a//b", ".hidden", "a\\b", "a/"])
def test_names_cannot_lead_out_of_the_folder(root: str, name: str) -> None:
    with pytest.raises(DatasetError, match="cannot name a partition: expected a relative path"):
        _at(root, "v1").save({"fine": 1, name: 2})
    assert _files(root) == []


def test_a_partition_may_be_a_folder(root: str) -> None:
    collection = VersionedPartitions(
        filepath=f"{root}/figures",
        dataset="kinembed.datasets.FilesDataset",
    )
    figures = {"86_01": {"a.svg": b"1", "b.svg": b"2"}, "86_02": {"a.svg": b"3"}}
    collection.save(figures)
    assert "figures/86_01/a.svg" in _files(root)
    assert {name: load() for name, load in collection.load().items()} == figures


def test_without_a_suffix_every_file_is_a_partition(root: str) -> None:
    collection = VersionedPartitions(filepath=f"{root}/all", dataset="json.JSONDataset")
    collection.save({"a.json": 1, "b/c.json": 2})
    assert list(collection.load()) == ["a.json", "b/c.json"]


def test_the_dataset_of_a_partition_has_no_versions_of_its_own() -> None:
    with pytest.raises(DatasetError, match=r"must not set \['version'\]"):
        VersionedPartitions(filepath="x", dataset={**JSON, "versioned": True})


def test_an_absent_file_of_a_value_is_not_taken_for_a_clash_of_paths(root: str) -> None:
    def absent() -> int:
        raise FileNotFoundError(2, "No such file", "raw/86_01.amc")

    with pytest.raises(DatasetError, match=r"computing a partition failed: .*raw/86_01.amc"):
        _at(root, "v1").save({"a": absent})


def test_a_catalog_entry_is_versioned_by_the_run(tmp_path: Path) -> None:
    entry = {
        "type": "kinembed.datasets.VersionedPartitions",
        "filepath": f"{tmp_path}/scores",
        "dataset": JSON,
        "filename_suffix": ".json",
        "versioned": True,
        "metadata": {"announce": "Scores"},
    }
    first = DataCatalog.from_config({"scores": entry}, save_version="v1")
    first.save("scores", {"a": 1})
    DataCatalog.from_config({"scores": entry}, save_version="v2").save("scores", {"a": 2})
    pinned = DataCatalog.from_config(
        {"scores": entry}, load_versions={"scores": "v1"}, save_version="v3"
    )
    assert pinned.load("scores")["a"]() == 1
    assert pinned["scores"].metadata == {"announce": "Scores"}
    assert pinned.exists("scores")


def test_the_preview_is_a_table_of_sizes(root: str) -> None:
    collection = _at(root, "v1")
    collection.save({"a": "x" * 4998, "b": 1})
    assert collection.preview() == {
        "index": [0, 1],
        "columns": ["partition", "MB"],
        "data": [["a", 0.005], ["b", 0.0]],
    }
    assert signature(collection.preview).return_annotation is TablePreview


def test_the_preview_of_folders_of_files_is_a_picture_of_the_first(root: str) -> None:
    collection = VersionedPartitions(
        filepath=f"{root}/figures", dataset="kinembed.datasets.FilesDataset"
    )
    collection.save(
        {"2": {"b.png": b"other"}, "1": {"a.png": b"one", "b.png": b"two", "c.txt": b""}}
    )
    assert signature(collection.preview).return_annotation is ImagePreview
    assert b64decode(collection.preview()) == b"one"
    assert b64decode(collection.preview(pattern="b*")) == b"two"
    with pytest.raises(DatasetError, match="figures/1: no picture named d.png"):
        collection.preview(pattern="d.png")


def test_every_dataset_that_the_catalog_may_name_can_be_imported() -> None:
    for name in dir(kinembed.datasets):
        assert getattr(kinembed.datasets, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'NoDataset'"):
        kinembed.datasets.NoDataset  # noqa: B018
