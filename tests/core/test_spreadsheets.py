"""Texts that a spreadsheet could compute, in tables that are exported and read back."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kinembed.core.spreadsheets import escaped, plain
from kinembed.datasets import CSVDataset
from kinembed.io.formats.labels_csv import parse_labels_csv, write_labels_csv
from kinembed.motion.motion import Segmentation

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-x", "@SUM(A1)", "\tx", "'=x", "''-y"]
TEXTS = ["walk", "", "'tis", "-1.5", "+2e-3", "a=b", "cluster 2", "'", "'-1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_get_an_apostrophe_and_read_back(text):
    assert escaped(text) == f"'{text}"
    assert plain(escaped(text)) == text


@pytest.mark.parametrize("text", TEXTS)
def test_other_texts_and_numbers_stay(text):
    assert escaped(text) == plain(text) == text


def test_tables_of_the_catalog_are_escaped(tmp_path):
    table = pd.DataFrame(
        {"=name": ["=1+1", "walk"], "value": [-1.5, np.nan], "@kind": ["-x", None]}
    )
    dataset = CSVDataset(filepath=str(tmp_path / "a.csv"), save_args={"index": False})
    dataset.save(table)
    assert (tmp_path / "a.csv").read_text() == "'=name,value,'@kind\n'=1+1,-1.5,'-x\nwalk,,\n"
    pd.testing.assert_frame_equal(dataset.load(), table)


def test_every_table_in_csv_is_of_that_kind():
    written = [path.read_text(encoding="utf-8") for path in Path("conf").rglob("*.yml")]
    assert not any("pandas.CSVDataset" in text for text in written)


def test_behaviours_are_escaped_in_labels():
    segmentation = Segmentation(("=1+1", "walk"), np.array([[2, 2, 2]]), 5, "t")
    text = write_labels_csv(segmentation)
    assert text.splitlines()[1] == "0,2,'=1+1"
    assert parse_labels_csv(text, file="a", trial="t").behaviours == ("=1+1", "walk")
