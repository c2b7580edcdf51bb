"""DeepLabCut's tables in HDF5, in both layouts of pandas."""

import numpy as np
import pandas as pd
import pytest
from helpers.tool_files import dlc_table

from kinembed.core.errors import FormatError
from kinembed.io.formats.dlc_h5 import parse_dlc_h5

pytestmark = pytest.mark.usefixtures("quick_children")

pytest.importorskip("h5py", reason="h5py is not installed: it is in the extra pose")
pytest.importorskip("tables", reason="PyTables is not installed: it is in the extra pose")


@pytest.fixture(params=["table", "fixed"])
def stored(request, tmp_path):
    def write(frame):
        path = tmp_path / "a.h5"
        frame.to_hdf(path, key="df_with_missing", format=request.param, mode="w")
        return path.read_bytes()

    return write


def test_every_value_of_every_individual_comes_back(stored):
    frame = dlc_table()
    frame.iloc[2, 3:6] = np.nan
    found = parse_dlc_h5(stored(frame), file="a.h5")
    assert [one.individual for one in found] == ["ann", "bob"]
    for one in found:
        assert (one.joints, one.frame_rate, one.up) == (("nose", "tail"), None, None)
        for joint, name in enumerate(one.joints):
            of_joint = frame["net", one.individual, name]
            np.testing.assert_array_equal(one.values[:, joint], of_joint[["x", "y"]])
            np.testing.assert_array_equal(one.confidence[:, joint], of_joint["likelihood"])


def test_one_individual_has_no_name_and_the_index_is_honoured(stored):
    frame = dlc_table(owners=()).set_index(np.array([1000, 1002, 1004, 1008, 1010, 1012]))
    [found] = parse_dlc_h5(stored(frame), file="a.h5")
    assert found.individual == ""
    assert found.file_frames.tolist() == [1000, 1002, 1004, 1006, 1008, 1010, 1012]
    assert np.isnan(found.values[3]).all()
    np.testing.assert_array_equal(found.values[4, 0], frame["net", "nose"].loc[1008, ["x", "y"]])


def test_numbers_of_several_kinds_are_read(stored):
    frame = dlc_table(owners=())
    frame["net", "nose", "likelihood"] = np.ones(6, dtype=np.float32)
    [found] = parse_dlc_h5(stored(frame), file="a.h5")
    np.testing.assert_array_equal(found.values[:, 0, 1], frame["net", "nose", "y"])
    assert (found.confidence[:, 0] == 1).all()


def test_training_labels_are_refused(stored):
    frame = dlc_table(owners=(), coordinates=("x", "y"))
    one = frame.set_index(pd.Index([f"labeled-data/a/img{number}.png" for number in range(6)]))
    with pytest.raises(FormatError, match="training labels of single pictures"):
        parse_dlc_h5(stored(one), file="CollectedData_me.h5")


def test_training_labels_whose_rows_have_several_names_are_refused(tmp_path):
    names = [("labeled-data", "a", f"img{number}.png") for number in range(6)]
    frame = dlc_table(owners=(), coordinates=("x", "y")).set_index(pd.MultiIndex.from_tuples(names))
    frame.to_hdf(tmp_path / "a.h5", key="df_with_missing", mode="w")
    with pytest.raises(FormatError, match="training labels of single pictures"):
        parse_dlc_h5((tmp_path / "a.h5").read_bytes(), file="CollectedData_me.h5")


def test_another_table_is_refused(stored):
    frame = pd.DataFrame({"weight": [1.0, 2.0]})
    with pytest.raises(FormatError, match="a.h5: expected "):
        parse_dlc_h5(stored(frame), file="a.h5")


def test_a_file_without_a_table_is_refused(tmp_path):
    import h5py

    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["values"] = [1.0]
    with pytest.raises(FormatError, match="a file of DeepLabCut with one table, found 0"):
        parse_dlc_h5((tmp_path / "a.h5").read_bytes(), file="a.h5")
