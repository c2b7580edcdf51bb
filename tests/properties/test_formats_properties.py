"""What is written reads back; what is broken is refused with a FormatError and nothing else."""

import contextlib
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import loadmat

from kinembed.core.errors import FormatError
from kinembed.io.formats.amc import parse_amc, write_amc
from kinembed.io.formats.annotations import parse_annotation, write_annotation
from kinembed.io.formats.asf import parse_asf, write_asf
from kinembed.io.formats.bvh import parse_bvh, write_bvh
from kinembed.io.formats.expmap_mat import VARIABLE, expmap_motion, write_expmap_mat
from kinembed.io.formats.expmap_text import parse_expmap_text, write_expmap_text
from kinembed.io.formats.labels_csv import parse_labels_csv, write_labels_csv
from kinembed.io.formats.text import number_problem, number_rows
from kinembed.motion.channels import expmap_channels, position_channels
from kinembed.motion.kinematics import channel_values
from kinembed.motion.layouts.bones import Bone, skeleton_from_bones
from kinembed.motion.motion import Motion, Representation, Segmentation
from kinembed.motion.rotations import expmap_to_matrix
from kinembed.motion.skeleton import Skeleton

pytestmark = pytest.mark.slow

ORDERS = st.sampled_from(["", "x", "y", "zx", "zyx", "xzy", "yx"])
NAMES = st.text("abcxyz_%", min_size=1, max_size=5)
NO_DEADLINE = settings(deadline=None)
"""How long an example takes says more about the machine than about the code."""

# Strategies draw plain values; records are built from them in the tests, because the checks of
# shapes and types that run there use random numbers of their own.
NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9)
TREES = st.lists(st.tuples(NAMES, st.integers(0, 9), ORDERS), max_size=6, unique_by=lambda t: t[0])
FRAMES = st.integers(1, 4)
GAPS = st.tuples(st.integers(1, 2000), st.floats(0, 1), st.floats(0, 1), NAMES)
CUTS = st.lists(GAPS, min_size=1, max_size=6)
DAMAGE = st.tuples(
    st.floats(0, 1),
    st.integers(0, 12) | st.integers(0, 2000),
    st.sampled_from(["", "\n", " ", "nan", "1", "-", "\0", "root", "end", "}", "{", ",", "ä", ":"]),
)

Tree = list[tuple[str, int, str]]
Cuts = list[tuple[int, float, float, str]]


def body(tree: Tree, numbers: list[float]) -> Skeleton:
    """A skeleton of bones, whose lengths and axes are made of the numbers."""
    names = ["root", *(name for name, _, _ in tree)]
    vectors = np.resize([0.1, -0.7, 3, *numbers], (len(tree), 3))
    axes = expmap_to_matrix(np.clip(np.resize([0.0, *numbers], (len(names), 3)), -1.5, 1.5))
    root = Bone("root", None, np.zeros(3), axes[0], "zyx")
    return skeleton_from_bones(
        [
            root,
            *(
                Bone(name, names[parent % (index + 1)], vectors[index], axes[index + 1], order)
                for index, (name, parent, order) in enumerate(tree)
            ),
        ]
    )


def motion_of(
    skeleton: Skeleton, numbers: list[float], frames: int, representation: Representation
) -> Motion:
    turns = zip(skeleton.joints, skeleton.rotation_orders, strict=True)
    euler = position_channels(skeleton) + [f"{joint}.r{axis}" for joint, o in turns for axis in o]
    channels = euler if representation is Representation.EULER else expmap_channels(skeleton)
    values = np.resize(numbers, (frames, len(channels)))
    return Motion(values, tuple(channels), skeleton, 29.97, "drawn", representation)


def without_axes(skeleton: Skeleton) -> Skeleton:
    return replace(skeleton, axes=np.tile(np.eye(3), (len(skeleton.joints), 1, 1)))


def segmentation_of(cuts: Cuts) -> Segmentation:
    """Neighbouring behaviours differ; ranges do not reach beyond the neighbouring boundaries."""
    edges = np.cumsum([0, *(gap for gap, *_ in cuts)]).tolist()
    triples = [
        [frame - int(early * (frame - before)), frame, frame + int(late * (after - frame - 1))]
        for before, frame, after, (_, early, late, _) in zip(
            edges, edges[1:], edges[2:], cuts, strict=False
        )
    ]
    names = tuple(f"{name}{index % 2}" for index, (*_, name) in enumerate(cuts))
    return Segmentation(names, np.array(triples, dtype=np.int64).reshape(-1, 3), edges[-1], "drawn")


def damaged(text: str, damage: tuple[float, int, str]) -> str:
    """The text with an interval cut out and another put in its place."""
    place, length, interval = damage
    start = int(place * len(text))
    return text[:start] + interval + text[start + length :]


@NO_DEADLINE
@given(TREES, NUMBERS)
def test_asf_reads_back(tree: Tree, numbers: list[float]) -> None:
    skeleton = body(tree, numbers)
    again = parse_asf(write_asf(skeleton, name="drawn"), file="drawn.asf")
    assert (again.joints, again.parents) == (skeleton.joints, skeleton.parents)
    assert again.rotation_orders == skeleton.rotation_orders
    np.testing.assert_allclose(again.offsets, skeleton.offsets, rtol=1e-14, atol=1e-150)
    np.testing.assert_allclose(again.axes, skeleton.axes, atol=1e-7)  # the worst is gimbal lock


@NO_DEADLINE
@given(TREES, NUMBERS, FRAMES)
def test_amc_reads_back(tree: Tree, numbers: list[float], frames: int) -> None:
    motion = motion_of(body(tree, numbers), numbers, frames, Representation.EULER)
    again = parse_amc(write_amc(motion), motion.skeleton, file="drawn.amc", trial="drawn")
    np.testing.assert_array_equal(channel_values(again, motion.channels), motion.values)


@NO_DEADLINE
@given(TREES, NUMBERS, FRAMES)
def test_bvh_reads_back(tree: Tree, numbers: list[float], frames: int) -> None:
    skeleton = without_axes(body(tree, numbers))
    motion = motion_of(skeleton, numbers, frames, Representation.EULER)
    again = parse_bvh(write_bvh(motion), file="drawn.bvh", trial="drawn")
    np.testing.assert_array_equal(channel_values(again, motion.channels), motion.values)
    assert again.frame_rate == pytest.approx(motion.frame_rate, rel=1e-15)
    for joint, offset in zip(skeleton.joints, skeleton.offsets, strict=True):
        np.testing.assert_array_equal(again.skeleton.offsets[again.skeleton.index(joint)], offset)


@NO_DEADLINE
@given(TREES, NUMBERS, FRAMES)
def test_expmap_files_read_back(tree: Tree, numbers: list[float], frames: int) -> None:
    motion = motion_of(body(tree, numbers), numbers, frames, Representation.EXPMAP)
    kept = {"file": "drawn", "trial": "drawn", "skeleton": motion.skeleton, "frame_rate": 29.97}
    text = parse_expmap_text(write_expmap_text(motion), **kept, rest_pose_row=False)
    stored = {VARIABLE: loadmat(BytesIO(write_expmap_mat(motion)))[VARIABLE]}
    mat = expmap_motion(stored, [VARIABLE], **kept)
    np.testing.assert_array_equal(text.values, motion.values)
    np.testing.assert_array_equal(mat.values, motion.values)
    assert text.channels == mat.channels == motion.channels


@NO_DEADLINE
@given(CUTS)
def test_annotation_reads_back(cuts: Cuts) -> None:
    segmentation = segmentation_of(cuts)
    again = parse_annotation(write_annotation(segmentation), file="drawn", trial="drawn")
    assert again.behaviours == segmentation.behaviours
    np.testing.assert_array_equal(again.boundaries, segmentation.boundaries)
    assert again.frame_count == segmentation.frame_count


@NO_DEADLINE
@given(CUTS)
def test_labels_read_back_by_segment_and_by_frame(cuts: Cuts) -> None:
    segmentation = segmentation_of([(gap % 50 + 1, *rest) for gap, *rest in cuts])
    labels = enumerate(segmentation.frame_labels())
    by_frame = "\n".join(["frame,behaviour", *(f"{frame},{label}" for frame, label in labels)])
    for text in (write_labels_csv(segmentation), by_frame):
        again = parse_labels_csv(text, file="drawn", trial="drawn")
        assert again.behaviours == segmentation.behaviours
        np.testing.assert_array_equal(again.edges, segmentation.edges)


@NO_DEADLINE
@given(st.lists(st.text("0123456789.-+eE_naif ,\tx\u0661", max_size=8), min_size=1))
def test_numbers_are_refused_all_at_once_exactly_if_one_by_one(rows: list[str]) -> None:
    rows = [row.strip() for row in rows]
    for separator in (None, ","):
        problems = [number_problem(row, 2, separator) for row in rows]
        fast = number_rows(rows, 2, separator)
        assert (fast is None) == any(problem is not None for problem in problems)


@NO_DEADLINE
@given(TREES, NUMBERS, FRAMES, DAMAGE)
def test_damaged_amc_is_read_or_refused(
    tree: Tree, numbers: list[float], frames: int, damage: tuple[float, int, str]
) -> None:
    motion = motion_of(body(tree, numbers), numbers, frames, Representation.EULER)
    text = damaged(write_amc(motion), damage)
    with contextlib.suppress(FormatError):
        parsed = parse_amc(text, motion.skeleton, file="drawn.amc", trial="drawn")
        assert parsed.values.shape[1] == len(motion.channels)


@NO_DEADLINE
@given(TREES, NUMBERS, FRAMES, DAMAGE)
def test_damaged_bvh_is_read_or_refused(
    tree: Tree, numbers: list[float], frames: int, damage: tuple[float, int, str]
) -> None:
    skeleton = without_axes(body(tree, numbers))
    text = write_bvh(motion_of(skeleton, numbers, frames, Representation.EULER))
    with contextlib.suppress(FormatError):
        parsed = parse_bvh(damaged(text, damage), file="drawn.bvh", trial="drawn")
        assert len(parsed) == frames


@NO_DEADLINE
@given(TREES, NUMBERS, DAMAGE)
def test_damaged_asf_is_read_or_refused(
    tree: Tree, numbers: list[float], damage: tuple[float, int, str]
) -> None:
    skeleton = body(tree, numbers)
    text = write_asf(skeleton, name="drawn")
    with contextlib.suppress(FormatError):
        parsed = parse_asf(damaged(text, damage), file="drawn.asf")
        assert len(parsed.bones) == len(parsed.joints) - 1


@NO_DEADLINE
@given(CUTS, DAMAGE)
def test_damaged_annotation_and_labels_are_read_or_refused(
    cuts: Cuts, damage: tuple[float, int, str]
) -> None:
    segmentation = segmentation_of(cuts)
    with contextlib.suppress(FormatError):
        text = damaged(write_annotation(segmentation), damage)
        parsed = parse_annotation(text, file="drawn", trial="drawn", frame_count=500)
        assert parsed.frame_count == 500
    with contextlib.suppress(FormatError):
        text = damaged(write_labels_csv(segmentation), damage)
        parsed = parse_labels_csv(text, file="drawn", trial="drawn")
        assert len(parsed.frame_labels()) == parsed.frame_count
