import pytest
from kedro.io.core import DatasetError, Version

from kinembed.core.errors import FormatError
from kinembed.datasets import ModelAssignmentDataset
from kinembed.training.assignment import ModelAssignment


def dataset(folder, load=None):
    return ModelAssignmentDataset(filepath=str(folder / "table.json"), version=Version(load, "v1"))


def test_a_table_comes_back_from_its_version(tmp_path):
    assigned = ModelAssignment({"86_01": "shared", "86_02": "shared"})
    dataset(tmp_path).save(assigned)
    assert (tmp_path / "table.json" / "v1" / "table.json").is_file()
    assert dataset(tmp_path).load() == assigned
    assert dataset(tmp_path).exists()


@pytest.mark.parametrize("models", [None, {}])
def test_no_table_and_an_empty_one_come_back_as_they_were(tmp_path, models):
    dataset(tmp_path).save(ModelAssignment(models))
    assert dataset(tmp_path).load() == ModelAssignment(models)


def test_results_of_earlier_versions_have_no_table(tmp_path):
    assert dataset(tmp_path).load() == ModelAssignment(None)
    assert not dataset(tmp_path).exists()


@pytest.mark.parametrize("content", ["", "[1]", '{"a": 1}'])
def test_other_files_are_named(tmp_path, content):
    file = tmp_path / "table.json" / "v0" / "table.json"
    file.parent.mkdir(parents=True)
    file.write_text(content)
    with pytest.raises(DatasetError, match=r"v0/table\.json: expected") as error:
        dataset(tmp_path, "v0").load()
    assert isinstance(error.value.__cause__, FormatError)


def test_a_version_that_is_asked_for_must_be_there(tmp_path):
    dataset(tmp_path).save(ModelAssignment({"a": "a"}))
    with pytest.raises(DatasetError, match="v0"):
        dataset(tmp_path, "v0").load()
