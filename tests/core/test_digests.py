"""A flipped bit anywhere in a stored file or its digest is one error that names the file."""

import logging
from pathlib import Path

import fsspec
import pandas as pd
import pytest
from kedro.io.core import DatasetError

from kinembed.core import digests
from kinembed.core.errors import CheckpointError, DamagedError
from kinembed.core.exception_chain import find_cause
from kinembed.datasets import (
    CSVDataset,
    FilesDataset,
    JSONDataset,
    ModelAssignmentDataset,
    MotionDataset,
    ParquetDataset,
    SegmentationsDataset,
    TextDataset,
)
from kinembed.training.assignment import ModelAssignment
from kinembed.training.checkpoints import Checkpoint, CheckpointFile

TABLE = pd.DataFrame({"a": [1, 2], "b": ["walk", "=run"]})
KINDS = {
    "csv": (CSVDataset, TABLE),
    "parquet": (ParquetDataset, TABLE),
    "json": (JSONDataset, {"a": [1, None]}),
    "text": (TextDataset, "W\u00e4lder\n"),
    "segmentations": (SegmentationsDataset, {}),
    "assignment": (ModelAssignmentDataset, ModelAssignment({"01": "all"})),
}


def flip(path, bit):
    content = bytearray(path.read_bytes())
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    path.write_bytes(content)


def files_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_is_named_wherever_it_is(kind, tmp_path):
    make, value = KINDS[kind]
    dataset = make(filepath=str(tmp_path / "stored"))
    dataset.save(value)
    assert [path.name for path in files_in(tmp_path)] == [".stored.sha256", "stored"]
    restored = dataset.load()
    same = restored.equals(value) if isinstance(value, pd.DataFrame) else restored == value
    assert same
    for path in files_in(tmp_path):
        for bit in range(0, 8 * path.stat().st_size, 13):
            flip(path, bit)
            with pytest.raises(DatasetError) as raised:
                dataset.load()
            error = find_cause(raised.value, DamagedError)
            assert str(tmp_path / "stored") in str(error)
            flip(path, bit)


def test_a_flipped_bit_in_motions_and_finished_files(toy_motion, tmp_path):
    MotionDataset(filepath=str(tmp_path / "one/a.parquet")).save(toy_motion)
    FilesDataset(filepath=str(tmp_path / "two")).save({"a.png": b"1"})
    flip(tmp_path / "one/a.parquet", 99)
    flip(tmp_path / "two/a.png", 1)
    for dataset in (
        MotionDataset(filepath=str(tmp_path / "one/a.parquet")),
        FilesDataset(filepath=str(tmp_path / "two")),
    ):
        with pytest.raises(DatasetError) as raised:
            dataset.load()
        assert find_cause(raised.value, DamagedError) is not None


def test_a_flipped_bit_in_a_checkpoint(tmp_path):
    import torch

    file = CheckpointFile(tmp_path / "a.safetensors")
    file.save(Checkpoint(3, {"w": torch.ones(3)}))
    assert file.load().step == 3
    flip(file.path, 8 * file.path.stat().st_size - 1)
    with pytest.raises(CheckpointError, match=r"a\.safetensors.*delete it to start anew"):
        file.load()


def test_files_without_a_digest_are_read_with_one_line(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(digests, "_FIRST", [])
    for name in ("a", "b"):
        (tmp_path / name).write_text("[1]")
    with caplog.at_level(logging.WARNING):
        assert JSONDataset(filepath=str(tmp_path / "a")).load() == [1]
        assert JSONDataset(filepath=str(tmp_path / "b")).load() == [1]
    (line,) = caplog.messages
    assert line.startswith(f"{tmp_path / 'a'} has no digest")


def test_a_kill_at_every_step_leaves_the_earlier_table_or_the_new_one(tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    dataset = JSONDataset(filepath=str(tmp_path / "a.json"))
    replace = Path.replace
    for alive_for, expected in ((0, "old"), (1, "new"), (2, "new")):
        dataset.save("old")
        left = iter(range(alive_for))

        def dying(path, target, left=left):
            if next(left, None) is None:
                raise Killed
            return replace(path, target)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", dying)
            try:
                dataset.save("new")
            except Killed:
                assert alive_for < 2
        assert dataset.load() == expected


def test_object_stores_have_digests_too():
    filesystem = fsspec.filesystem("memory")
    dataset = JSONDataset(filepath="memory:///digests/a.json")
    dataset.save([1])
    filesystem.pipe_file("/digests/a.json", b"[3]")
    with pytest.raises(DatasetError, match=r"a\.json: its content is not what was written"):
        dataset.load()
    filesystem.rm("/digests", recursive=True)


def test_every_stored_dataset_of_the_catalog_is_of_this_package():
    written = [path.read_text(encoding="utf-8") for path in Path("conf").rglob("catalog*.yml")]
    assert not any(f"{kind}." in text for text in written for kind in (" pandas", " json", " text"))
