"""An error about a damaged file says which pipeline writes it anew."""

import pytest
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline, node

from kinembed.core.errors import DamagedError
from kinembed.hooks import DamageHook, damage


def converted():
    return []


READING = Pipeline([node(repr, "expmaps", "text", name="read")])
WRITERS = {
    "expmap": Pipeline([node(converted, None, "expmaps", name="convert")]),
    "ingestion": READING,
}


def notes_of(error, path, monkeypatch):
    monkeypatch.setattr(damage, "pipelines", WRITERS)
    entry = {"type": "kinembed.datasets.JSONDataset", "filepath": str(path)}
    DamageHook().on_pipeline_error(error, READING, DataCatalog.from_config({"expmaps": entry}))
    return getattr(error, "__notes__", [])


def test_the_pipeline_that_writes_the_file_is_named(tmp_path, monkeypatch):
    error = RuntimeError("a node failed")
    error.__cause__ = DamagedError(str(tmp_path / "a.json"), "a bit was flipped")
    found = notes_of(error, tmp_path / "a.json", monkeypatch)
    assert found == ["written anew by: kedro run --pipelines expmap"]


@pytest.mark.parametrize("error", [DamagedError("b.json", "flipped"), RuntimeError("another")])
def test_other_files_and_errors_get_no_note(error, tmp_path, monkeypatch):
    assert notes_of(error, tmp_path / "a.json", monkeypatch) == []
