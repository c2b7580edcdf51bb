"""Our conversions against the published exponential maps, and against each other."""

import csv
import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.mat_files import parse_expmap_mat

from kinembed.io.formats.amc import parse_amc
from kinembed.io.formats.asf import parse_asf
from kinembed.io.formats.bvh import parse_bvh
from kinembed.io.formats.expmap_text import parse_expmap_text
from kinembed.motion.exponential_maps import cmu_bvh_names, to_bvh_layout, to_expmap
from kinembed.motion.kinematics import forward_kinematics, joint_expmaps, root_positions
from kinembed.motion.motion import Motion

FRAME_RATE = 120.0
TEXT_ROUNDING = 1e-8
"""The text files hold nine significant digits."""
AMC_ROUNDING = 5e-6
"""Radians: the BVH files hold four decimals of a degree."""
PLACE_ROUNDING = 1e-4
"""Units of length: the BVH files hold four decimals."""

PAIRS = {
    "02_01": ("02/02.asf", "walking/walking_1"),
    "07_01": ("07/07-walk.asf", "walking/walking_4"),
    "07_02": ("07/07-walk.asf", "walking/walking_5"),
    "16_15": ("16/16.asf", "walking_extra/walking_27"),
}
"""Recordings that are there as AMC, as BVH and as published text: ASF file and text file."""

NO_LENGTH_IN_BVH = {
    "Neck",
    "LeftShoulder",
    "RightShoulder",
    "LeftFingerBase",
    "RightFingerBase",
    "LThumb",
    "RThumb",
}
"""Joints that the BVH conversion puts at their parent: it lost the bones of thorax and wrist."""


def read_amc(mirror: Path, trial: str, asf: str) -> Motion:
    folder = mirror / "asf_amc"
    skeleton = parse_asf((folder / asf).read_text(), file=asf)
    recording = folder / trial[:2] / f"{trial}.amc"
    return parse_amc(
        recording.read_text(), skeleton, file=recording.name, trial=trial, frame_rate=FRAME_RATE
    )


def read_bvh(mirror: Path, trial: str) -> Motion:
    """The recording without its first frame, the rest pose."""
    file = mirror / "bvh_cmu" / f"{trial}.bvh.gz"
    motion = parse_bvh(gzip.decompress(file.read_bytes()).decode(), file=file.name, trial=trial)
    return replace(motion, values=motion.values[1:])


def read_text(mirror: Path, name: str, like: Motion) -> Motion:
    text = (mirror / "cmu_mocap" / name).read_text()
    return parse_expmap_text(
        text,
        file=name,
        trial=like.trial,
        skeleton=like.skeleton,
        frame_rate=FRAME_RATE,
        rest_pose_row=True,
    )


def matched_clips(mirror: Path) -> list[tuple[str, str]]:
    with (mirror / "bvh_cmu" / "MATCH.csv").open() as table:
        rows = [(row["clip"], row["matched_txt"]) for row in csv.DictReader(table)]
    return [(clip, text) for clip, text in rows if text]


def joint_distances(mirror: Path, trial: str, bvh: Motion) -> dict[str, float]:
    """Greatest distance of each joint between the AMC and the BVH, in median bone lengths."""
    amc = read_amc(mirror, trial, PAIRS[trial][0])
    names = cmu_bvh_names()
    order = [bvh.skeleton.index(names[joint]) for joint in amc.skeleton.joints]
    apart = forward_kinematics(bvh)[:, order] - forward_kinematics(amc)
    lengths = np.linalg.norm(amc.skeleton.offsets, axis=-1)
    distances = np.linalg.norm(apart, axis=-1).max(axis=0) / np.median(lengths[lengths > 0])
    return dict(zip((names[joint] for joint in amc.skeleton.joints), distances, strict=True))


@pytest.mark.parametrize(("trial", "frames"), [("01", 4579), ("09", 4794)])
def test_amc_gives_the_96_published_columns(mirror: Path, trial: str, frames: int) -> None:
    expmap = to_expmap(read_amc(mirror, f"86_{trial}", "86/86.asf"))
    file = mirror / "cmu_mocap" / "subject_86" / "expmap" / f"{trial}.mat"
    published = parse_expmap_mat(
        file.read_bytes(),
        file=file.name,
        trial=f"86_{trial}",
        skeleton=expmap.skeleton,
        frame_rate=FRAME_RATE,
    )
    assert published.values.shape == (frames, 96)
    assert published.channels == expmap.channels
    np.testing.assert_allclose(expmap.values, published.values, rtol=0, atol=1e-12)


def test_bvh_gives_the_117_published_columns_of_every_matched_clip(mirror: Path) -> None:
    clips = matched_clips(mirror)
    assert len(clips) == 53
    for clip, name in clips:
        expmap = to_expmap(read_bvh(mirror, clip), published_root=True)
        published = read_text(mirror, name, expmap)
        assert published.channels == expmap.channels
        np.testing.assert_allclose(
            expmap.values, published.values, rtol=0, atol=TEXT_ROUNDING, err_msg=clip
        )


@pytest.mark.parametrize("trial", ["26_01", "27_01", "29_01", "32_01", "32_02"])
def test_the_published_root_is_far_from_the_recorded_one(mirror: Path, trial: str) -> None:
    bvh = read_bvh(mirror, trial)
    published = read_text(mirror, dict(matched_clips(mirror))[trial], bvh)
    apart = np.abs(joint_expmaps(to_expmap(bvh)) - joint_expmaps(published))
    assert apart[:, 0].max() > 4
    np.testing.assert_allclose(apart[:, 1:], 0, atol=TEXT_ROUNDING)


@pytest.mark.parametrize("trial", PAIRS)
def test_amc_gives_the_117_published_columns(mirror: Path, trial: str) -> None:
    asf, text = PAIRS[trial]
    expmap = to_bvh_layout(to_expmap(read_amc(mirror, trial, asf), published_root=True))
    published = read_text(mirror, f"train/{text}.txt", expmap)
    assert published.channels == expmap.channels
    np.testing.assert_allclose(
        joint_expmaps(expmap), joint_expmaps(published), rtol=0, atol=AMC_ROUNDING
    )
    np.testing.assert_allclose(
        root_positions(expmap), root_positions(published), rtol=0, atol=PLACE_ROUNDING
    )


@pytest.mark.parametrize("trial", PAIRS)
def test_the_bvh_layout_is_that_of_the_bvh_files(mirror: Path, trial: str) -> None:
    converted = to_bvh_layout(to_expmap(read_amc(mirror, trial, PAIRS[trial][0]))).skeleton
    recorded = read_bvh(mirror, trial).skeleton
    assert converted.joints == recorded.joints
    assert converted.parents == recorded.parents
    assert converted.rotation_orders == recorded.rotation_orders
    apart = np.linalg.norm(converted.offsets - recorded.offsets, axis=-1)
    differ = {name for name, far in zip(recorded.joints, apart, strict=True) if far > 1e-4}
    assert differ == NO_LENGTH_IN_BVH


@pytest.mark.parametrize("trial", PAIRS)
def test_positions_agree_between_amc_and_bvh_with_the_same_bones(mirror: Path, trial: str) -> None:
    amc = read_amc(mirror, trial, PAIRS[trial][0])
    bvh = read_bvh(mirror, trial)
    whole = replace(bvh, skeleton=to_bvh_layout(to_expmap(amc)).skeleton)
    assert max(joint_distances(mirror, trial, whole).values()) < 1e-3


@pytest.mark.parametrize("trial", PAIRS)
def test_positions_agree_where_the_bvh_lost_no_bone(mirror: Path, trial: str) -> None:
    bvh = read_bvh(mirror, trial)
    distances = joint_distances(mirror, trial, bvh)
    displaced = set(NO_LENGTH_IN_BVH)
    for parent, child in bvh.skeleton.bones:
        if bvh.skeleton.joints[parent] in displaced:
            displaced.add(bvh.skeleton.joints[child])
    kept = [joint for joint in bvh.skeleton.joints if joint not in displaced]
    assert len(kept) == 16
    assert max(distances[joint] for joint in kept) < 1e-3
    assert min(distances[joint] for joint in displaced) > 0.1


TRUNK = (
    *("root", "lowerback", "upperback", "thorax", "lowerneck", "upperneck", "head", "head_end"),
    *("lclavicle", "rclavicle", "lhumerus", "rhumerus", "lfemur", "rfemur"),
)


def test_trunk_agrees_with_another_conversion_that_kept_its_bones(mirror: Path) -> None:
    """MotionBuilder's BVH of 16_15: in centimetres, own axes and re-fitted angles in the limbs."""
    amc = read_amc(mirror, "16_15", PAIRS["16_15"][0])
    file = mirror / "asf_amc" / "16" / "16_15.bvh"
    bvh = parse_bvh(file.read_text(), file=file.name, trial="16_15")
    centimetres = 2.54 / 0.45
    lengths = centimetres * np.linalg.norm(amc.skeleton.offsets, axis=-1)
    ours, theirs = centimetres * forward_kinematics(amc), forward_kinematics(bvh)
    for joint in TRUNK:
        apart = ours[:, amc.skeleton.index(joint)] - theirs[:, bvh.skeleton.index(joint)]
        distance = np.linalg.norm(apart, axis=-1).max() / np.median(lengths[lengths > 0])
        assert distance < 1e-3, joint
