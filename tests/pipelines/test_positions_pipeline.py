"""Joint positions of the synthetic sample as a user has them: from files of CSV to labels."""

import pandas as pd
import pytest
from helpers.projects import copy_of_project, kedro_run

from kinembed.io.formats.annotations import write_annotation
from kinembed.io.formats.position_table import write_position_csv
from kinembed.io.synthetic.person import make_sample
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.positions import position_motion
from kinembed.motion.resampling import resample_segmentation

pytestmark = pytest.mark.project

STEP = 4
SMALL = (
    "training.steps=200,training.network.units=48,training.learning_rate=0.003,"
    "training.windows.source=15,training.windows.target=15,"
    "reporting.animation_s_per_cluster=0.2,parallel.backend=sequential"
)


def write_sample_positions(folder):
    """The synthetic sample at 30 Hz."""
    sample = make_sample(seed=0, duration_s=60.0)
    skeleton, rate = sample.motion.skeleton, sample.motion.frame_rate / STEP
    positions = forward_kinematics(sample.motion)[::STEP]
    motion = position_motion(positions, skeleton.joints, frame_rate=rate, trial="sample")
    folder.mkdir()
    (folder / "sample.csv").write_text(write_position_csv(motion))
    annotation = resample_segmentation(sample.segmentation, sample.motion.frame_rate, rate)
    (folder / "sample_annotation.txt").write_text(write_annotation(annotation))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = copy_of_project(tmp_path_factory.mktemp("project"))
    write_sample_positions(folder / "mine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KINEMBED_RECORDINGS", str(folder / "mine"))
        yield folder


def test_positions_are_segmented_drawn_and_labelled_again(project):
    completed = kedro_run(project, "--params", SMALL, env="recordings")
    assert completed.returncode == 0, completed.stdout + completed.stderr
    [scores] = project.glob("data/08_reporting/recordings/scores.csv/*/scores.csv")
    [score] = pd.read_csv(scores).to_dict("records")
    assert score["accuracy"] >= 0.9
    report = project / "data/08_reporting/recordings"
    assert (report / "sequences/sample/animation.gif").stat().st_size > 0
    assert "lfemur" in (report / "report.html").read_text()

    (report / "names.yml").write_text("all: {estimated: {names: {0: first behaviour}}}")
    again = kedro_run(project, "--pipelines", "inference", "--params", SMALL, env="recordings")
    assert again.returncode == 0, again.stdout + again.stderr
    [labels] = project.glob("data/07_model_output/recordings/labels/*/labels/sample.parquet")
    [found] = project.glob("data/07_model_output/recordings/predictions/*/predictions/*.parquet")
    assert "The model of all labels sample" in again.stdout + again.stderr
    assert "first behaviour" in (report / "labels/segments.csv").read_text()
    same = pd.read_parquet(labels)["cluster"] == pd.read_parquet(found)["estimated"]
    assert same.mean() >= 0.95
