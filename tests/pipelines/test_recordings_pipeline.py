"""A folder of a user's recordings, from files to exponential maps, on a catalog in memory."""

from dataclasses import replace

import pytest
import yaml
from helpers.projects import ROOT
from kedro.io import DataCatalog, DatasetError, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.errors import DataError, SourceError
from kinembed.core.parallel import ParallelConfig
from kinembed.datasets import VersionedPartitions
from kinembed.io.formats.bvh import write_bvh
from kinembed.io.ingestion import IngestionParameters
from kinembed.motion.exponential_maps import ExpmapParameters, to_euler
from kinembed.pipelines import expmap, ingestion
from kinembed.report.parameters import ReportParameters
from kinembed.segmentation.clustering import ClusteringParameters

LABELS = "start,stop,behaviour\n0,150,calm\n150,300,wild\n"


@pytest.fixture
def euler(toy_motion):
    return to_euler(toy_motion)


def run(folder, *outputs):
    entries = {
        "params:ingestion": IngestionParameters(
            source="folder", folder={"path": folder, "subfolders": True}
        ),
        "params:expmap": ExpmapParameters(),
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(title="mine"),
    }
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in entries.items()})
    catalog["recorded_motions"] = VersionedPartitions(
        filepath=str(folder.with_name(f"{folder.name}_stored")),
        dataset={"type": "kinembed.datasets.MotionDataset"},
        filename_suffix=".parquet",
    )
    stages = ingestion.create_pipeline() + expmap.create_pipeline()
    wanted = stages.to_outputs(*outputs)
    SequentialRunner().run(wanted, catalog)
    return catalog


def test_recordings_of_two_rates_come_out_at_the_lower_with_their_annotations(euler, tmp_path):
    (tmp_path / "day 1").mkdir()
    (tmp_path / "fast.bvh").write_text(write_bvh(euler))
    (tmp_path / "fast.labels.csv").write_text(LABELS)
    slow = replace(euler, values=euler.values[::2], frame_rate=20.0)
    (tmp_path / "day 1" / "slow.bvh").write_text(write_bvh(slow))
    catalog = run(tmp_path, "expmaps", "annotations")
    motions = {name: load() for name, load in catalog["expmaps"].load().items()}
    assert {name: (len(one), one.frame_rate) for name, one in motions.items()} == {
        "fast": (120, 20.0),
        "day 1_slow": (150, 20.0),
    }
    [annotation] = catalog["annotations"].load().values()
    assert (annotation.boundaries[0, 1], annotation.frame_count) == (60, 120)


def test_a_page_says_what_was_read_and_a_table_ends_the_log(euler, tmp_path, caplog):
    caplog.set_level("INFO", logger="kinembed")
    (tmp_path / "swings.bvh").write_text(write_bvh(euler))
    (tmp_path / "swings.labels.csv").write_text(LABELS)
    page = run(tmp_path, "ingestion_page")["ingestion_page"].load()
    assert "1 recording in 1 file (300 frames, 6.0 s), used at 50 Hz with 3 of 3 joints" in page
    assert "<dd>2 segments: calm, wild</dd>" in page
    [*_, last] = caplog.messages
    assert last.startswith("What was read:\nrecording ")
    row = ["swings", "300", "50", "6.0", "100.0", "3", "0", "0.00"]
    assert last.split("\n")[2].split() == row


def test_a_file_that_is_not_read_is_told_with_its_reason(euler, tmp_path, caplog):
    (tmp_path / "swings.bvh").write_text(write_bvh(euler))
    (tmp_path / "notes.txt").write_text("The dog barked.\n")
    page = run(tmp_path, "ingestion_page")["ingestion_page"].load()
    reason = "notes.txt does not begin with a number, so it is not taken for a recording"
    [told] = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert told == f"Not read: notes (motion): {reason}."
    assert reason in page


def test_a_folder_of_two_skeletons_is_refused_by_file(euler, tmp_path):
    (tmp_path / "a.bvh").write_text(write_bvh(euler))
    (tmp_path / "b.bvh").write_text(write_bvh(euler).replace("arm", "leg"))
    with pytest.raises(
        DataError,
        match="recordings have different joints: arm is not in b; arm_end is not in b; leg",
    ):
        run(tmp_path, "expmaps")


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(SourceError, match=f"{tmp_path} holds no recording: .*bvh"):
        run(tmp_path, "expmaps")


def test_the_experiment_asks_for_no_number_of_behaviours():
    settings = yaml.safe_load((ROOT / "conf/recordings/parameters.yml").read_text())
    assert "number" not in settings["clustering"]
    assert ClusteringParameters().number is None
    assert settings["ingestion"]["source"] == "folder"


def test_recordings_without_a_joint_in_common_are_named_with_what_to_do(euler, tmp_path):
    (tmp_path / "a.bvh").write_text(write_bvh(euler))
    other = write_bvh(euler).replace("arm", "leg").replace("hips", "body")
    (tmp_path / "b.bvh").write_text(other)
    with pytest.raises(DataError, match="arm is not in b.*ingestion.positions.rename") as caught:
        run(tmp_path, "expmaps")
    assert "joints=common" not in str(caught.value)


def test_a_broken_recording_of_several_is_named(euler, tmp_path):
    (tmp_path / "a.bvh").write_text(write_bvh(euler))
    (tmp_path / "b.bvh").write_text(write_bvh(euler)[:400])
    with pytest.raises(DatasetError, match=r"b\.bvh:17: 'Frames: 300' says how many rows follow"):
        run(tmp_path, "expmaps")
