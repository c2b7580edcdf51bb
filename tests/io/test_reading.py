"""All files of an experiment at once: what the log says of them."""

import logging
import re

import pytest
from pydantic import ValidationError

from kinembed.core.errors import DataError, FormatError
from kinembed.core.parallel import ParallelConfig, loaders_of, map_partitions
from kinembed.io.ingestion import IngestionParameters, MotionFiles, acquire, file_table
from kinembed.io.reading import Recordings, read_file, recordings_in
from kinembed.pipelines.inference.nodes import find_files

FLAT = "individual,a_x,a_y\nann,1,2\nbob,3,4\nann,1,3\nbob,3,5\n"
SOLID = "a_x,a_y,a_z\n1,2,3\n"


def read(folder, **positions):
    parameters = IngestionParameters(
        source="folder", folder={"path": folder}, positions={"frame_rate": 30} | positions
    )
    files = file_table(acquire(parameters))
    recordings = recordings_in(files, parameters, ParallelConfig(backend="sequential"))
    return dict(recordings.stream())


def test_recordings_taken_as_seen_from_above_are_named_once(tmp_path, caplog):
    for name, content in (("m.csv", FLAT), ("n.csv", FLAT), ("solid.csv", SOLID)):
        (tmp_path / name).write_text(content)
    assert len(read(tmp_path)) == 5
    [told] = [one for one in caplog.messages if "seen from above" in one]
    assert told.startswith("Taken as seen from above: m/ann, m/bob, n/ann, n/bob. If")


def test_individuals_that_differ_in_capitals_alone_are_named(tmp_path, caplog):
    (tmp_path / "m.csv").write_text(FLAT.replace("bob", "Ann"))
    assert len(read(tmp_path, view="top")) == 2
    [told] = [one for one in caplog.messages if "capitals" in one]
    assert told.startswith(
        "Names that differ in capitals alone are different recordings: m/Ann, m/ann."
    )


@pytest.mark.parametrize("name", ["", "  "])
def test_joints_are_not_renamed_to_nothing(tmp_path, name):
    (tmp_path / "m.csv").write_text(FLAT)
    with pytest.raises(ValidationError, match="the new name of a is empty; to do without a joint"):
        read(tmp_path, rename={"a": name})


def test_files_that_inference_passes_over_are_named(tmp_path, caplog):
    (tmp_path / "m.csv").write_text(FLAT)
    (tmp_path / "notes.csv").write_text("weight,sex\n")
    find_files(IngestionParameters(source="folder", folder={"path": tmp_path}))
    [told] = caplog.messages
    assert told.startswith("Not read: notes (motion): notes.csv names no column")


@pytest.mark.parametrize("positions", [{"view": "top"}, {"view": "side"}, {"up": "y"}])
def test_a_view_that_is_set_is_not_questioned(tmp_path, caplog, positions):
    (tmp_path / "m.csv").write_text(FLAT)
    read(tmp_path, **positions)
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


DLC = (
    "scorer,s,s,s,s,s,s\nindividuals,{0},{0},{0},{1},{1},{1}\nbodyparts,a,a,a,a,a,a\n"
    "coords,x,y,likelihood,x,y,likelihood\n0,1,2,1,3,4,1\n1,1,3,1,3,5,1\n"
)


@pytest.mark.parametrize("names", [("left one", "left_one"), ("***", "///")])
def test_individuals_whose_recordings_would_have_one_name_are_refused(tmp_path, names):
    (tmp_path / "pair.csv").write_text(DLC.format(*names))
    with pytest.raises(FormatError) as refused:
        read(tmp_path)
    message = str(refused.value)
    assert "pair.csv: the individuals " in message
    assert all(repr(name) in message for name in names)
    other = re.sub("[*]", "[*]", names[1])
    assert list(read(tmp_path, individuals=[other])) == [
        f"pair/{'left_one' if 'one' in other else 'individual'}"
    ]


def test_a_recording_whose_name_comes_twice_is_refused_naming_both_files(tmp_path):
    folder = {"source": "folder", "folder": {"path": tmp_path}}
    parameters = IngestionParameters(**folder, positions={"frame_rate": 30})
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text(SOLID)
    files = {name: MotionFiles(str(tmp_path / f"{name}.csv"), None, None) for name in "ab"}
    found = map_partitions(
        lambda file: read_file("same", file, parameters),
        loaders_of(files),
        config=ParallelConfig(backend="sequential"),
        description="reading",
    )
    with pytest.raises(FormatError, match=r"b\.csv: the recording 'same' is also in .*a\.csv"):
        dict(Recordings(found, view_is_assumed=False).stream())


def test_a_file_of_nobody_who_is_asked_for_is_left_out_and_named(tmp_path, caplog):
    for name, individual in (("one", "mouse1"), ("other", "mouse2")):
        (tmp_path / f"{name}.csv").write_text(f"individual,a_x,a_y,a_z\n{individual},1,2,3\n")
    (tmp_path / "unnamed.csv").write_text(SOLID)
    assert sorted(read(tmp_path, individuals=["mouse1"])) == ["one", "unnamed"]
    [told] = [one for one in caplog.messages if one.startswith("Left out: ")]
    assert "other.csv: no individual fits" in told
    assert told.endswith("(mouse1); there are mouse2")


def test_where_nobody_is_asked_for_one_error_names_all_files(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text("individual,a_x,a_y,a_z\nann,1,2,3\n")
    with pytest.raises(DataError, match=r"2 of 2 files.*\n- .*a\.csv.*\n- .*there are ann"):
        read(tmp_path, individuals=["bob"])
