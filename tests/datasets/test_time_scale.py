import pytest
from kedro.io.core import DatasetError, Version

from kinembed.datasets import TimeScaleDataset
from kinembed.segmentation.time_scale import TimeScale


def dataset(folder, load=None):
    return TimeScaleDataset(filepath=str(folder / "scale.json"), version=Version(load, "v1"))


@pytest.mark.parametrize("scale", [TimeScale(), TimeScale(0.46, 120.0, {"86_01": [1.0, 0.5]})])
def test_a_time_scale_comes_back(tmp_path, scale):
    dataset(tmp_path).save(scale)
    assert dataset(tmp_path).load() == scale


def test_results_of_earlier_versions_used_none(tmp_path):
    assert dataset(tmp_path).load() == TimeScale()


@pytest.mark.parametrize("content", ['{"shortest_behaviour_s": "long"}', '{"86_01": "all"}', "[]"])
def test_another_file_is_named(tmp_path, content):
    file = tmp_path / "scale.json" / "v0" / "scale.json"
    file.parent.mkdir(parents=True)
    file.write_text(content)
    with pytest.raises(DatasetError, match=r"v0/scale\.json: expected a time scale"):
        dataset(tmp_path, "v0").load()
