"""What killed runs leave beside datasets is cleared up by the next run."""

from pathlib import PurePosixPath

import pytest
from kedro.io.core import Version
from kedro_datasets.json import JSONDataset

from kinembed.datasets.paths import clear_leftovers_of

RUN = "2026-01-05T10.00.00.000Z"
BESIDE = [
    ".scores.json.4711",
    "..scores.json.sha256.4711",
    "..scores.json.lineage.json.4711",
    "..scores.json.lineage.json.sha256.4711",
]
WITHIN = [
    ".scores.json.4711",
    "..scores.json.sha256.4711",
    ".lineage.json.4711",
    "..lineage.json.sha256.4711",
]
STAY = ["scores.json", ".scores.json.sha256", ".scores.json.lineage.json", ".other.json.4711"]


@pytest.mark.parametrize("left", BESIDE)
def test_temporary_files_beside_a_dataset_go(tmp_path, left):
    for name in (*STAY, left):
        (tmp_path / name).touch()
    dataset = JSONDataset(filepath=(tmp_path / "scores.json").as_posix())
    clear_leftovers_of({"scores": dataset}, {"scores"})
    assert {path.name for path in tmp_path.iterdir()} == set(STAY)


@pytest.mark.parametrize("left", WITHIN)
def test_temporary_files_of_a_version_go_and_a_version_of_nothing_else(tmp_path, left):
    whole, broken = (tmp_path / "scores.json" / f"{day}{RUN[2:]}" for day in (20, 19))
    for path in (whole / "scores.json", whole / left, broken / left):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    path = PurePosixPath(tmp_path / "scores.json")
    dataset = JSONDataset(filepath=str(path), version=Version(None, None))
    clear_leftovers_of({"scores": dataset}, {"scores"})
    assert [found.name for found in tmp_path.rglob("*.*") if found.is_file()] == ["scores.json"]
    assert not broken.exists()
