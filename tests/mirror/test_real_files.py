"""Every format on real recordings, which a mirror holds; nothing of them is kept here."""

import re
import tarfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml
from helpers.projects import ROOT

from kinembed.core.errors import FormatError
from kinembed.io.formats.amc import parse_amc, write_amc
from kinembed.io.formats.asf import parse_asf, write_asf
from kinembed.io.formats.bvh import parse_bvh, write_bvh
from kinembed.io.formats.expmap_text import parse_expmap_text
from kinembed.io.formats.opening import read_bytes, read_text
from kinembed.io.formats.reader import read_annotation, read_motion
from kinembed.io.formats.table import read_skeleton
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton, cmu_bvh_skeleton
from kinembed.motion.layouts.tables import load_table
from kinembed.motion.motion import Representation

FRAME_COUNTS = {
    "86_01": 4579,
    "86_03": 8401,
    "86_05": 8340,
    "86_07": 8702,
    "86_09": 4794,
    "86_10": 7583,
    "86_11": 5674,
    "86_12": 8856,
    "86_13": 6221,
    "86_14": 6055,
}
TRIALS = [f"86_{number:02d}" for number in range(1, 15)]
PUBLISHED_DEFECTS = {"86_04", "86_05", "86_06"}


def annotation_of(mirror: Path, trial: str) -> str:
    folder = mirror / "cmu_mocap" / "subject_86" / "segmentation"
    return str(folder / f"{trial[-2:]}_ground_truth.txt")


@pytest.mark.parametrize("trial", TRIALS)
def test_the_number_of_behaviours_that_is_given_is_that_of_the_annotation(mirror, trial) -> None:
    settings = yaml.safe_load((ROOT / "conf/cmu86/parameters.yml").read_text())
    path = Path(annotation_of(mirror, trial))
    behaviours = read_annotation(str(path), trial=trial).behaviours
    assert settings["clustering"]["number"][f"*{trial}"] == len(set(behaviours))


def skeleton_of(amc: Path) -> Path:
    """The ASF of the clip's name (``charleston.asf`` of ``charleston1``), else the only one."""
    beside = sorted(amc.parent.glob("*.asf"))
    named = [path for path in beside if amc.stem.rstrip("12") == path.stem]
    return (named or beside)[0]


def test_all_text_clips_parse_and_begin_with_a_rest_pose(mirror: Path) -> None:
    clips = sorted((mirror / "cmu_mocap").glob("t*/*/*.txt"))
    assert len(clips) == 96
    skeleton = cmu_bvh_skeleton()
    for clip in clips:
        motion = parse_expmap_text(
            read_text(str(clip)),
            file=clip.name,
            trial=clip.stem,
            skeleton=skeleton,
            frame_rate=120.0,
            rest_pose_row=True,
        )
        assert motion.values.shape[1] == 96
    last = read_motion(str(clips[-1]), trial="last")
    np.testing.assert_array_equal(last.values, motion.values)


def test_all_continuous_trials_have_the_known_frame_counts(mirror: Path) -> None:
    files = sorted((mirror / "cmu_mocap" / "subject_86" / "expmap").glob("*.mat"))
    counts = {f"86_{path.stem}": len(read_motion(str(path), trial=path.stem)) for path in files}
    assert len(counts) == 7
    assert counts.items() <= FRAME_COUNTS.items()


def test_all_bvh_clips_parse_and_begin_with_a_rest_pose(mirror: Path) -> None:
    clips = sorted((mirror / "bvh_cmu").glob("*.bvh.gz"))
    assert len(clips) == 80
    kept_whole = set()
    for clip in clips:
        motion = read_motion(str(clip), trial=clip.name.partition(".")[0])
        whole = parse_bvh(read_text(str(clip)), file=clip.name, trial="whole")
        if len(motion) == len(whole):
            kept_whole.add(motion.trial)
        assert motion.skeleton.joints == cmu_bvh_skeleton().joints
        assert motion.skeleton.rotation_orders == cmu_bvh_skeleton().rotation_orders
        assert (motion.frame_rate, motion.values.shape[1]) == (120.0, 96)
    assert kept_whole == {"07_12"}  # where even the frame after the rest pose is all zeros


def test_bvh_of_another_program_parses(mirror: Path) -> None:
    path = mirror / "asf_amc" / "16" / "16_15.bvh"
    motion = read_motion(str(path), trial="16_15")
    amc = read_motion(
        str(path.with_suffix(".amc")), trial="16_15", skeleton_path=str(path.with_name("16.asf"))
    )
    assert motion.skeleton.rotation_orders[0] == "zxy"
    assert len(motion) == len(amc)


def test_all_amc_clips_parse(mirror: Path) -> None:
    clips = sorted((mirror / "asf_amc").glob("*/*.amc"))
    assert len(clips) == 25
    skeletons = {path: read_skeleton(str(path)) for path in set(map(skeleton_of, clips))}
    for clip in clips:
        skeleton = skeletons[skeleton_of(clip)]
        text = read_text(str(clip))
        motion = parse_amc(text, skeleton, file=clip.name, trial=clip.stem)
        assert motion.values.shape[1] == 62
        assert skeleton.joints == cmu_asf_skeleton().joints
        assert skeleton.rotation_orders == cmu_asf_skeleton().rotation_orders
        np.testing.assert_allclose(skeleton.axes, cmu_asf_skeleton().axes, atol=1e-14)
        assert len(motion) == len(re.findall(r"^\d+\s*$", text, re.MULTILINE))


def test_amc_of_three_megabytes_is_read_quickly(mirror: Path) -> None:
    folder = mirror / "asf_amc" / "86"
    skeleton = read_skeleton(str(folder / "86.asf"))
    text = read_text(str(folder / "86_01.amc"))
    start = time.process_time()
    motion = parse_amc(text, skeleton, file="86_01.amc", trial="86_01")
    assert time.process_time() - start < 1.5
    assert len(motion) == FRAME_COUNTS["86_01"]


def test_real_files_survive_being_written(mirror: Path) -> None:
    folder = mirror / "asf_amc" / "02"
    skeleton = read_skeleton(str(folder / "02.asf"))
    again = parse_asf(write_asf(skeleton, name="02"), file="02.asf")
    np.testing.assert_allclose(again.offsets, skeleton.offsets, rtol=1e-14)
    np.testing.assert_allclose(again.axes, skeleton.axes, atol=1e-14)
    motion = parse_amc(read_text(str(folder / "02_01.amc")), skeleton, file="a", trial="a")
    same = parse_amc(write_amc(motion), skeleton, file="a", trial="a")
    np.testing.assert_array_equal(same.values, motion.values)
    bvh = parse_bvh(read_text(str(mirror / "bvh_cmu" / "02_01.bvh.gz")), file="b", trial="b")
    rewritten = parse_bvh(write_bvh(bvh), file="b", trial="b")
    np.testing.assert_array_equal(rewritten.values, bvh.values)
    assert rewritten.skeleton == bvh.skeleton


@pytest.mark.parametrize("trial", TRIALS)
def test_annotation_parses_and_needs_its_corrections(mirror: Path, trial: str) -> None:
    path = annotation_of(mirror, trial)
    segmentation = read_annotation(path, trial=trial, frame_count=FRAME_COUNTS.get(trial))
    pairs = zip(segmentation.behaviours, segmentation.behaviours[1:], strict=False)
    assert all(one != other for one, other in pairs)
    assert segmentation.behaviours[-1] in {"walk", "punch", "slap"}
    if trial in PUBLISHED_DEFECTS:
        with pytest.raises(FormatError, match=r"ground_truth\.txt:\d+: expected"):
            read_annotation(path, trial="as_published")
    else:
        published = read_annotation(path, trial="as_published")
        np.testing.assert_array_equal(published.boundaries, segmentation.boundaries)


def test_tables_cover_what_was_published_and_nothing_else(mirror: Path) -> None:
    published = {
        "_".join(words[1:])
        for trial in TRIALS
        for words in map(str.split, read_text(annotation_of(mirror, trial)).splitlines())
        if len(words) > 1 and not words[1].isdecimal()
    }
    assert set(load_table("behaviour_synonyms")["published"]) == published
    for row in load_table("annotation_corrections").to_dict("records"):
        lines = read_text(annotation_of(mirror, row["trial"])).splitlines()
        triple = lines[2 * row["boundary"]].split()
        field = ["earliest", "best", "latest"].index(row["field"])
        assert int(triple[field]) == row["published"]


def test_all_hdm05_clips_parse(mirror: Path) -> None:
    path = mirror / "hdm05_11class" / "hdm05_11class_asfamc.tar.xz"
    skeletons, lengths = {}, Counter()
    with tarfile.open(path) as archive:
        texts = {
            member.name: stream.read().decode("latin-1")
            for member in archive
            if (stream := archive.extractfile(member)) is not None
        }
    for name, text in texts.items():
        if name.endswith(".asf"):
            skeletons[Path(name).stem] = parse_asf(text, file=name)
    for name, text in texts.items():
        if name.endswith(".amc"):
            subject = "_".join(Path(name).name.split("_")[:2])
            motion = parse_amc(text, skeletons[subject], file=name, trial=Path(name).stem)
            assert motion.values.shape[1] == 62
            lengths[subject] += 1
    assert (len(skeletons), lengths.total()) == (5, 287)


def test_content_of_a_mat_file_is_no_text(mirror: Path) -> None:
    path = str(mirror / "cmu_mocap" / "subject_86" / "expmap" / "01.mat")
    assert read_bytes(path).startswith(b"MATLAB 5.0")
    with pytest.raises(FormatError, match="expected text, found binary data"):
        read_text(path)
    assert read_motion(path, trial="86_01").representation is Representation.EXPMAP
