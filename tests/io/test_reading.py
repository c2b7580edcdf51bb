"""All files of an experiment at once: what the log says of them."""

import logging

import pytest

from kinembed.core.parallel import ParallelConfig
from kinembed.io.ingestion import IngestionParameters, acquire, file_table
from kinembed.io.reading import recordings_in

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


@pytest.mark.parametrize("positions", [{"view": "top"}, {"view": "side"}, {"up": "y"}])
def test_a_view_that_is_set_is_not_questioned(tmp_path, caplog, positions):
    (tmp_path / "m.csv").write_text(FLAT)
    read(tmp_path, **positions)
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]
