import gzip
from pathlib import Path

import fsspec
import numpy as np
import pytest
from helpers.tiny_files import AMC, ASF, BVH

from kinembed.core.errors import FormatError
from kinembed.io.formats.expmap_mat import write_expmap_mat
from kinembed.io.formats.expmap_text import write_expmap_text
from kinembed.io.formats.opening import read_bytes, read_text
from kinembed.io.formats.reader import read_annotation, read_motion
from kinembed.motion.channels import expmap_channels
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton, cmu_bvh_skeleton, h36m_skeleton
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.skeleton import Skeleton

LABELS = "start,stop,behaviour\n0,3,walk\n3,9,run\n"


def save(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def expmap_motion(skeleton: Skeleton) -> Motion:
    channels = tuple(expmap_channels(skeleton))
    values = np.random.default_rng(0).normal(size=(3, len(channels)))
    return Motion(values, channels, skeleton, 50.0, "random", Representation.EXPMAP)


def test_amc_is_read_with_its_skeleton(tmp_path: Path) -> None:
    asf = save(tmp_path / "86.asf", ASF)
    motion = read_motion(
        save(tmp_path / "86_01.AMC", AMC), trial="86_01", skeleton_path=asf, frame_rate=60.0
    )
    assert (len(motion), motion.trial, motion.frame_rate) == (2, "86_01", 60.0)


def test_amc_without_its_skeleton_is_rejected(tmp_path: Path) -> None:
    path = save(tmp_path / "a.amc", AMC)
    with pytest.raises(FormatError, match=r"a\.amc: expected an AMC file's skeleton with it; name"):
        read_motion(path, trial="a")


@pytest.mark.parametrize("suffix", [".bvh", ".bvh.gz"])
def test_bvh_may_be_compressed_and_states_its_frame_rate(tmp_path: Path, suffix: str) -> None:
    content = gzip.compress(BVH.encode()) if suffix.endswith("gz") else BVH
    motion = read_motion(save(tmp_path / f"a{suffix}", content), trial="a", frame_rate=60.0)
    assert (len(motion), motion.frame_rate) == (2, 120.0)


def test_rest_pose_before_the_first_frame_is_dropped(tmp_path: Path) -> None:
    text = BVH.replace("1 2 3 30 20 10", "1 2 3 0 0 0")
    motion = read_motion(save(tmp_path / "a.bvh", text), trial="a")
    assert motion.values[:, 0].tolist() == [5]


@pytest.mark.parametrize("skeleton", [cmu_bvh_skeleton(), h36m_skeleton()], ids=["cmu", "h36m"])
def test_columns_of_a_text_file_tell_its_skeleton(tmp_path: Path, skeleton: Skeleton) -> None:
    motion = expmap_motion(skeleton)
    path = save(tmp_path / "a.txt", write_expmap_text(motion))
    read = read_motion(path, trial="a", frame_rate=50.0)
    assert read.skeleton == skeleton
    np.testing.assert_array_equal(read.values, motion.values)
    assert read.frame_rate == 50.0


def test_text_file_of_other_columns_is_rejected(tmp_path: Path) -> None:
    path = save(tmp_path / "a.txt", "1,2,3\n")
    message = r"a\.txt:1: expected 117 or 99 comma-separated columns, found 3"
    with pytest.raises(FormatError, match=message):
        read_motion(path, trial="a")


def test_mat_is_read_with_any_asf_skeleton_of_as_many_joints(tmp_path: Path) -> None:
    motion = expmap_motion(cmu_asf_skeleton())
    path = save(tmp_path / "a.mat", write_expmap_mat(motion))
    read = read_motion(path, trial="a", frame_rate=50.0)
    assert read.skeleton == cmu_asf_skeleton()
    np.testing.assert_array_equal(read.values, motion.values)
    asf = save(tmp_path / "tiny.asf", ASF)
    with pytest.raises(FormatError, match=r"expected 'expmapchannels' to hold numbers in 15 col"):
        read_motion(path, trial="a", skeleton_path=asf)


def test_file_may_lie_in_a_store(tmp_path: Path) -> None:
    with fsspec.open("memory://recordings/a.bvh", "wb") as stream:
        stream.write(BVH.encode())
    assert len(read_motion("memory://recordings/a.bvh", trial="a")) == 2


def test_annotation_is_read_by_its_suffix(tmp_path: Path) -> None:
    csv = save(tmp_path / "a.labels.csv", LABELS)
    barbic = save(tmp_path / "a_ground_truth.txt", "2\n1 walk\n3 3 3\n2 run\n8\n")
    one = read_annotation(csv, trial="a", frame_count=9)
    other = read_annotation(barbic, trial="a", frame_count=9)
    assert one.frame_labels() == other.frame_labels() == ["walk"] * 3 + ["run"] * 6
    assert read_annotation(csv, trial="a").frame_count == 9
    with pytest.raises(FormatError, match=r"labels\.csv: expected labels of 10 frames, found 9"):
        read_annotation(csv, trial="a", frame_count=10)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.bvh", "", r"a\.bvh: expected content, but the file is empty"),
        (
            "a.bvh.gz",
            gzip.compress(b"", mtime=0),
            r"a\.bvh\.gz: expected content, but the file is empty",
        ),
        ("a.bvh", gzip.compress(BVH.encode(), mtime=0), r"a\.bvh:1: expected text, found binary"),
        ("a.bvh", b"HIERARCHY\nROOT\x00", r"a\.bvh:2: .*data \(byte 0x00\)"),
        (
            "a.bvh",
            b"HIERARCHY\nH\xe4nde\nMOTION",
            r"a\.bvh:2: expected JOINT, .*, found 'H\xe4nde'",
        ),
        ("a.bvh.gz", BVH.encode(), r"a\.bvh\.gz: expected a file that can be read, but .*gzip"),
        (
            "a.bvh.gz",
            gzip.compress(BVH.encode(), mtime=0)[:-20],
            r"expected a file that can be read, but",
        ),
        ("a.mat", b"hello world " * 100, r"a\.mat: expected a MATLAB file"),
        ("a.xyz", b"\x01\x50", r"expected a recording \(\.amc, \.bvh, .*\.nc\), .*'\.xyz'"),
        ("a", b"\x01\x50", r"/a: expected a recording \(.*\), found a file ''"),
    ],
)
def test_bad_file_is_rejected(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        read_motion(save(tmp_path / name, content), trial="a")


def test_name_with_brackets_is_no_pattern(tmp_path: Path) -> None:
    assert len(read_motion(save(tmp_path / "walk[1]*.bvh", BVH), trial="walk")) == 2


def test_absent_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"gone\.mat: expected a file, found none"):
        read_motion(str(tmp_path / "gone.mat"), trial="a")
    with pytest.raises(FormatError, match=r"expected a file that can be read, but .*directory"):
        read_bytes(str(tmp_path))


def test_text_is_utf_8_or_else_latin_1(tmp_path: Path) -> None:
    assert read_text(save(tmp_path / "a", "\ufeffm\u00fcller")) == "m\u00fcller"
    assert read_text(save(tmp_path / "b", b"m\xfcller")) == "m\u00fcller"
