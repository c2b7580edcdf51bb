import pandas as pd
import pytest

from kinembed.evaluation.scores import score_table
from kinembed.io.formats.labels_csv import parse_labels_csv
from kinembed.io.ingestion import file_table
from kinembed.io.joint_table import COLUMNS
from kinembed.io.sources import acquire_folder
from kinembed.io.sources.own_files import OWN_NAMES, is_own
from kinembed.report.exports import aggregated_events, segment_table

POSITIONS = "nose_x,nose_y,tail_x,tail_y\n" + "1,2,3,4\n" * 3


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "walk.csv").write_text(POSITIONS)
    return tmp_path


@pytest.mark.parametrize(
    "table",
    [
        score_table([]),
        segment_table([]),
        aggregated_events(segment_table([])),
        pd.DataFrame(columns=COLUMNS),
    ],
    ids=["scores", "segments", "events", "joints"],
)
def test_tables_of_a_run_are_told_by_their_columns(table, tmp_path):
    table.to_csv(tmp_path / "any.csv", index=False)
    assert is_own(tmp_path / "any.csv")


def test_what_a_run_wrote_beside_recordings_is_passed_over(folder):
    file_table(acquire_folder(folder)).to_csv(folder / "files.csv", index=False)
    for name in OWN_NAMES:
        (folder / name).write_text("anything")
    acquired = acquire_folder(folder)
    assert [file.name for file in acquired.files] == ["walk"]
    assert acquired.absent == ()


def test_other_files_are_still_named(folder):
    (folder / "weights.csv").write_text("name,weight\n")
    assert [entry.name for entry in acquire_folder(folder).absent] == ["weights"]


def test_labels_of_a_trial_are_its_annotation(folder):
    """As docs/recordings.md has it."""
    text = "start,stop,behaviour\n0,2,walk\n2,3,turn\n"
    (folder / "walk.labels.csv").write_text(text)
    roles = {file.role: file.path.name for file in acquire_folder(folder).files}
    assert roles["annotation"] == "walk.labels.csv"
    assert parse_labels_csv(text, file="f", trial="walk").behaviours == ("walk", "turn")
