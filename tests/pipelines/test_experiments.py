"""Experiments on files that the tests write, and what users see when something is wrong."""

import os
import re
import signal
import time

import numpy as np
import pandas as pd
import pytest
from helpers.projects import copy_of_project, kedro_run, start

from kinembed.io.formats.expmap_text import write_expmap_text
from kinembed.io.synthetic.person import write_sample
from kinembed.motion.kinematics import expmap_joints
from kinembed.motion.layouts.skeletons import h36m_skeleton
from kinembed.motion.motion import Motion, Representation

pytestmark = pytest.mark.project

SMALL = (
    "training.network.units=8,training.steps=5,training.batch_size=4,concatenation.draw.sequences=2,"
    "concatenation.draw.actions=2,concatenation.draw.clips=3,clustering.largest_number=3,"
    "clustering.number=2,reporting.animation_s_per_cluster=0,parallel.backend=sequential"
)


@pytest.fixture
def project(tmp_path):
    return copy_of_project(tmp_path / "project")


def h36m_clip(action, seed):
    """Synthetic: every joint swings at the action's own tempo; 100 frames at 50 Hz."""
    generator = np.random.default_rng(seed)
    skeleton = h36m_skeleton()
    joints = [skeleton.joints[index] for index in expmap_joints(skeleton)]
    root = [f"{skeleton.root}.{axis}" for axis in ("tx", "ty", "tz")]
    channels = [*root, *(f"{joint}.e{axis}" for joint in joints for axis in "xyz")]
    phase = generator.uniform(0, 6, size=len(channels))
    tempo = {"walking": 0.3, "eating": 0.05, "phoning": 0.12}[action]
    values = 0.3 * np.sin(tempo * np.arange(100)[:, None] + phase)
    return Motion(values, tuple(channels), skeleton, 50.0, action, Representation.EXPMAP)


def test_human36m_folder_is_processed_at_every_second_frame(project, tmp_path, monkeypatch):
    source = tmp_path / "h36m"
    for subject in ("S1", "S5"):
        (source / subject).mkdir(parents=True)
        for seed, action in enumerate(("walking", "eating", "phoning")):
            text = write_expmap_text(h36m_clip(action, seed))
            (source / subject / f"{action}_1.txt").write_text(text)
    monkeypatch.setenv("KINEMBED_H36M", str(source))
    completed = kedro_run(project, "--params", SMALL, env="h36m")
    assert completed.returncode == 0, completed.stderr
    (scores,) = project.glob("data/08_reporting/h36m/scores.csv/*/scores.csv")
    assert pd.read_csv(scores)["sequence"].unique().tolist() == ["draw_0", "draw_1"]
    sequences = project.glob("data/04_feature/h36m/sequences/*.parquet")
    assert [len(pd.read_parquet(path)) for path in sequences] == [150, 150]


def test_what_is_absent_is_named_and_nothing_at_all_is_an_error(project, tmp_path, monkeypatch):
    (tmp_path / "mirror").mkdir()
    monkeypatch.setenv("KINEMBED_MIRROR", str(tmp_path / "mirror"))
    completed = kedro_run(project, env="cmu86")
    assert completed.returncode == 1
    assert "none of the recordings 86_01, 86_02" in completed.stderr
    assert "KINEMBED_MIRROR" in completed.stderr
    assert "Traceback" not in completed.stderr


@pytest.mark.parametrize(
    ("name", "spoil", "message"),
    [
        ("sample.amc", lambda content: content[: len(content) // 2], r"sample\.amc:\d+: "),
        ("sample.amc", lambda content: b"", "sample.amc: "),
        ("sample.amc", lambda content: b"\x00\x01" + content, r"sample\.amc:1: .*binary"),
        ("sample.amc", lambda content: content.replace(b"lfemur", b"thigh"), "no joint 'thigh'"),
        ("sample_annotation.txt", lambda content: content.replace(b"\n", b"\n0 ", 3), "annotation"),
    ],
    ids=["truncated", "empty", "binary", "joint the skeleton lacks", "annotation out of order"],
)
def test_a_bad_file_is_named_and_earlier_results_stay(project, tmp_path, name, spoil, message):
    recordings = tmp_path / "recordings"
    write_sample(recordings, seed=0, duration_s=12.0)
    kept = project / "data/02_intermediate/test/motions/earlier.parquet"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"earlier")
    file = recordings / name
    file.write_bytes(spoil(file.read_bytes()))
    source = f"ingestion.source=folder,ingestion.folder.path={recordings}"
    completed = kedro_run(project, "--pipelines", "ingestion", "--params", source)
    assert completed.returncode == 1
    assert re.search(message, completed.stderr), completed.stderr
    assert "Traceback" not in completed.stderr
    if name == "sample.amc":  # motions are read before annotations
        assert kept.read_bytes() == b"earlier"


def test_an_interrupt_stops_with_a_word_and_leaves_the_checkpoint(project, tmp_path):
    process = start(project, tmp_path, "--params", "training.steps=100000")
    deadline = time.monotonic() + 120
    while not list(project.glob("data/06_models/test/checkpoints/*.safetensors")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    process.join(timeout=60)
    assert process.exitcode == 130
    assert "has reached a checkpoint" in (tmp_path / "stderr").read_text()
    assert list(project.glob("data/06_models/test/checkpoints/*.safetensors"))
