"""Names of a vocabulary that was fitted anew."""

import os
from datetime import UTC, datetime

import pytest
from kedro.io.core import Version
from kedro_datasets.json import JSONDataset

from kinembed.datasets import NamesDataset
from kinembed.datasets.lineage import Lineage, write_lineage
from kinembed.datasets.names_age import warn_of_earlier_names

FIT = "2026-01-05T10.00.00.000Z"
FITTED = datetime(2026, 1, 5, 10, tzinfo=UTC).timestamp()


@pytest.fixture
def datasets(tmp_path):
    """Names that were written an hour before the fit, its clusters, and what was made of them."""
    names = tmp_path / "names.yml"
    names.write_text("all: {estimated: {names: {0: walk}}}")
    os.utime(names, (FITTED - 3600, FITTED - 3600))
    predictions = JSONDataset(filepath=str(tmp_path / "predictions.json"))
    write_lineage(predictions, Lineage(run=FIT, inputs={"cluster_models": FIT}))
    return {
        "names": NamesDataset(filepath=str(names)),
        "cluster_models": JSONDataset(
            filepath=str(tmp_path / "clusters.json"), version=Version(FIT, FIT)
        ),
        "predictions": predictions,
    }


@pytest.mark.parametrize("fitted", ["cluster_models", "predictions"])
def test_names_that_are_older_than_the_clusters_are_told(datasets, fitted, caplog):
    warn_of_earlier_names(datasets, ["names", fitted])
    [line] = caplog.messages
    assert f"fitted anew ({FIT}) after names.yml had been written" in line


def test_names_that_were_written_since_are_not(datasets, tmp_path, caplog):
    os.utime(tmp_path / "names.yml", (FITTED + 60, FITTED + 60))
    warn_of_earlier_names(datasets, ["names", "predictions"])
    (tmp_path / "names.yml").unlink()
    warn_of_earlier_names(datasets, ["names", "predictions"])
    assert caplog.messages == []


def test_nothing_is_said_of_clusters_of_unknown_age(datasets, tmp_path, caplog):
    (tmp_path / ".predictions.json.lineage.json").unlink()
    warn_of_earlier_names(datasets, ["names", "predictions"])
    assert caplog.messages == []
