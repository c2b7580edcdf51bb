from importlib import import_module
from inspect import isabstract
from pathlib import Path

import fsspec
import pandas as pd
import pytest
from kedro.io import DataCatalog
from kedro.io.core import AbstractDataset, DatasetError, Version
from kedro_datasets.pandas import CSVDataset

from kinembed import datasets
from kinembed.datasets import OptionalCSVDataset, StoredProvenance, StoredTables
from kinembed.datasets.lineage import Lineage, write_lineage


def save(folder, name, version, **columns):
    dataset = CSVDataset(filepath=f"{folder}/{name}.csv", version=Version(None, version))
    dataset.save(pd.DataFrame(columns))


@pytest.mark.parametrize("place", ["local", "memory"])
def test_every_version_of_every_table_that_entries_saved(place, tmp_path):
    folder = str(tmp_path) if place == "local" else "memory:///stored"
    save(folder, "scores", "2026-01-01", sequence=["01"], seed=[0])
    save(folder, "scores", "2026-01-02", sequence=["01"], seed=[1])
    save(folder, "others", "2026-01-02", seed=[2])
    entry = {
        "type": "kinembed.datasets.StoredTables",
        "filepath": folder,
        "load_args": {"dtype": {"sequence": "str"}},
    }
    tables = DataCatalog.from_config({"tables": entry}).load("tables")
    assert {name: list(versions) for name, versions in tables.items()} == {
        "others": ["2026-01-02"],
        "scores": ["2026-01-01", "2026-01-02"],
    }
    assert tables["scores"]["2026-01-02"]().to_dict("list") == {"sequence": ["01"], "seed": [1]}
    if place == "memory":
        fsspec.filesystem("memory").rm("/stored", recursive=True)


def test_a_folder_without_tables_has_none(tmp_path):
    (tmp_path / "plain.csv").write_text("a\n1\n")
    assert StoredTables(filepath=str(tmp_path)).load() == {}


def test_what_made_each_version_is_read(tmp_path):
    save(tmp_path, "scores", "2026-01-01", seed=[0])
    path, made_with = f"{tmp_path}/scores.csv", {"torch": "2.13.0", "processor": "2 cores"}
    dataset = CSVDataset(filepath=path, version=Version(None, "2026-01-02"))
    dataset.save(pd.DataFrame({"seed": [1]}))
    lineage = Lineage(run="2026-01-02", commit="0a1b", made_with=made_with)
    write_lineage(dataset, lineage)
    stored = StoredProvenance(filepath=str(tmp_path))
    assert stored.load() == {"scores": {"2026-01-02": {"commit": "0a1b", **made_with}}}
    with pytest.raises(DatasetError, match="saved with the tables"):
        stored.save({})


def test_tables_are_saved_by_their_own_entries(tmp_path):
    with pytest.raises(DatasetError, match="their own entries save them"):
        StoredTables(filepath=str(tmp_path)).save({})


def test_every_dataset_of_the_package_is_found_by_its_name():
    """So that the catalog names all of them alike."""
    for path in Path(datasets.__file__).parent.glob("[!_]*.py"):
        module = import_module(f"kinembed.datasets.{path.stem}")
        kinds = [
            one
            for one in vars(module).values()
            if isinstance(one, type) and one.__module__ == module.__name__
        ]
        for kind in kinds:
            if issubclass(kind, AbstractDataset) and not isabstract(kind):
                assert getattr(datasets, kind.__name__) is kind


def test_an_optional_table_is_empty_until_it_is_made(tmp_path):
    path = f"{tmp_path}/stability.csv"
    absent = OptionalCSVDataset(filepath=path, version=Version(None, None))
    assert absent.load().empty
    pd.DataFrame({"model": ["01"]}).pipe(
        OptionalCSVDataset(filepath=path, version=Version(None, "2026-01-02")).save
    )
    made = OptionalCSVDataset(
        filepath=path, version=Version(None, None), load_args={"dtype": {"model": "str"}}
    )
    assert made.load()["model"].tolist() == ["01"]
    with pytest.raises(DatasetError):
        OptionalCSVDataset(filepath=path, version=Version("2025", None)).load()
