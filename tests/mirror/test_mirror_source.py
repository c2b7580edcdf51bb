"""The committed registries against the real files that a mirror holds."""

import time
from pathlib import Path

from kinembed.io.sources import (
    acquire_archive,
    acquire_folder,
    acquire_registry,
    load_registry,
    select,
)
from kinembed.io.sources.records import sha256_of

PRESENT = {"86_01", "86_03", "86_05", "86_07", "86_09", "86_10", "86_12"}
ABSENT = {"86_02", "86_04", "86_06", "86_08", "86_11", "86_13", "86_14"}


def test_trials_of_subject_86_are_found_verified_and_absent_ones_named(
    mirror: Path, tmp_path: Path
) -> None:
    start = time.perf_counter()
    entries = select(load_registry("cmu_mocap"), ["86_*"])
    acquired = acquire_registry(entries, mirror=mirror, cache=tmp_path, download=False)
    assert {file.name for file in acquired.files if file.role == "motion"} == PRESENT
    assert {file.name for file in acquired.files if file.role == "annotation"} == PRESENT | ABSENT
    assert {absent.name for absent in acquired.absent} == ABSENT
    assert all(absent.address.startswith("https://") for absent in acquired.absent)
    assert time.perf_counter() - start < 5


def test_every_file_of_the_mirror_is_the_published_one(mirror: Path, tmp_path: Path) -> None:
    entries = load_registry("cmu_mocap") + load_registry("cmu_raw")
    acquired = acquire_registry(entries, mirror=mirror, cache=tmp_path, download=False)
    here = {str(path.relative_to(mirror)) for path in mirror.rglob("*") if path.is_file()}
    found = {str(file.path.relative_to(mirror)) for file in acquired.files}
    assert found == {entry.path for entry in entries} & here
    assert len(found) > len(PRESENT | ABSENT)


def test_folder_of_raw_trials_pairs_them_with_the_subjects_skeleton(mirror: Path) -> None:
    acquired = acquire_folder(mirror / "asf_amc" / "86")
    pairs = {(file.name, file.role): file.path.name for file in acquired.files}
    assert pairs == {
        ("86_01", "motion"): "86_01.amc",
        ("86_01", "skeleton"): "86.asf",
        ("86_09", "motion"): "86_09.amc",
        ("86_09", "skeleton"): "86.asf",
    }


def test_every_clip_of_the_hdm05_archive_has_the_skeleton_of_its_actor(
    mirror: Path, tmp_path: Path
) -> None:
    archive = mirror / "hdm05_11class" / "hdm05_11class_asfamc.tar.xz"
    acquired = acquire_archive(archive, sha256_of(archive), tmp_path)
    files = {(file.name, file.role): file.path.name for file in acquired.files}
    clips = [name for name, role in files if role == "motion"]
    assert len(clips) == 287
    assert sum(name.startswith("test_") for name in clips) == 99
    for clip in clips:
        assert files[clip, "skeleton"] == f"HDM_{clip.split('_')[3]}.asf"
