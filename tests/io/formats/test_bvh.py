import re
from dataclasses import replace

import numpy as np
import pytest
from helpers.tiny_files import AMC, ASF, BVH, replace_line
from scipy.spatial.transform import Rotation

from kinembed.core.errors import DataError, FormatError
from kinembed.io.formats.amc import parse_amc
from kinembed.io.formats.asf import parse_asf
from kinembed.io.formats.bvh import parse_bvh, parse_bvh_bodies, write_bvh
from kinembed.io.formats.reader import read_motions
from kinembed.io.formats.rest_pose import has_rest_pose
from kinembed.io.synthetic.person import make_sample
from kinembed.motion.exponential_maps import to_bvh_layout, to_euler, to_expmap
from kinembed.motion.features import FeatureParameters, RootChannels, network_features
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.layouts.skeletons import cmu_bvh_skeleton
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.positions import PositionParameters

CHANNELS = (
    *("Hips.tx", "Hips.ty", "Hips.tz", "Hips.rz", "Hips.ry", "Hips.rx"),
    *("Leg.rz", "Leg.rx", "Leg.ry", "Back.ry"),
)
VALUES = [[1, 2, 3, 30, 20, 10, 1, 2, 3, 4], [5, 6, 7, -30, -20, -10, 0.5, 0.25, 0, 10]]
TRAVELLING = BVH.replace("1 Yrotation", "4 Yrotation Xposition Yposition Zposition")


def parse(text: str) -> Motion:
    return parse_bvh(text, file="bad.bvh", trial="tiny")


TURNS = {
    "-y": {"x": ("x", 1.0), "y": ("y", -1.0), "z": ("z", -1.0)},
    "z": {"x": ("x", 1.0), "y": ("z", 1.0), "z": ("y", -1.0)},
    "-z": {"x": ("x", 1.0), "y": ("z", -1.0), "z": ("y", 1.0)},
}
"""Where each axis of a motion with y up points when another axis is up."""


def turned_from_y_up(motion: Motion, up: str) -> Motion:
    """The same motion, another of its axes up."""
    new = TURNS[up]
    places = ["xyz".index(axis) for axis, _ in new.values()]
    signs = [sign for _, sign in new.values()]
    offsets = np.zeros_like(motion.skeleton.offsets)
    offsets[:, places] = motion.skeleton.offsets * signs
    parts = [channel.rsplit(".", 1) for channel in motion.channels]
    skeleton = replace(
        motion.skeleton,
        offsets=offsets,
        rotation_orders=tuple(
            "".join(new[axis][0] for axis in order) for order in motion.skeleton.rotation_orders
        ),
    )
    return replace(
        motion,
        values=motion.values * [new[part[1]][1] for _, part in parts],
        channels=tuple(f"{joint}.{part[0]}{new[part[1]][0]}" for joint, part in parts),
        skeleton=skeleton,
    )


def with_two_roots(one: str, other: str) -> str:
    header, rows = BVH.split("MOTION")
    first, second = (header.replace("Hips", name) for name in (one, other))
    rows = "\n".join(f"{line} {line}" if line[:1].isdigit() else line for line in rows.split("\n"))
    return first + second.replace("HIERARCHY\n", "") + "MOTION" + rows


def with_rows(text: str, *rows: str) -> str:
    lines = text.splitlines()[:22]
    lines[20] = f"Frames: {len(rows)}"
    return "\n".join([*lines, *rows, ""])


def test_nodes_in_the_order_of_the_file_become_joints() -> None:
    skeleton = parse(BVH).skeleton
    assert skeleton.joints == ("Hips", "Leg", "Leg_end", "Back")
    assert skeleton.parents == (-1, 0, 1, 0)
    assert skeleton.rotation_orders == ("zyx", "zxy", "", "y")
    expected = [[0, 0, 0], [1, -2, 0], [0, -3, 0.5], [0, 4, 0]]
    np.testing.assert_array_equal(skeleton.offsets, expected)
    np.testing.assert_array_equal(skeleton.axes, np.tile(np.eye(3), (4, 1, 1)))


def test_values_are_those_of_the_file() -> None:
    motion = parse(BVH)
    assert motion.channels == CHANNELS
    np.testing.assert_array_equal(motion.values, VALUES)
    assert motion.representation is Representation.EULER


def test_position_comes_first_wherever_the_file_has_it() -> None:
    old = "6 Xposition Yposition Zposition Zrotation Yrotation Xrotation"
    text = BVH.replace(old, "6 Zrotation Yrotation Xrotation Zposition Yposition Xposition")
    motion = parse(text)
    assert motion.channels == CHANNELS
    assert motion.values[0, :6].tolist() == [10, 20, 30, 1, 2, 3]


@pytest.mark.parametrize(
    ("frame_time", "frame_rate"),
    [
        (".0083333", 120),
        ("0.008333", 120),
        ("0.033333", 30),
        ("0.04", 25),
        ("0.0166667", 60),
        ("0.0333667", 1 / 0.0333667),
        ("0.03", 1 / 0.03),
    ],
)
def test_rounded_frame_times_are_whole_frame_rates(frame_time: str, frame_rate: float) -> None:
    assert parse(BVH.replace(".0083333", frame_time)).frame_rate == frame_rate


@pytest.mark.parametrize(
    "text",
    [
        BVH.replace("\n", "\r\n"),
        BVH.replace("\n", "\n\n"),
        BVH.replace("\n    {", " {").replace("\n      }\n    }", "}}"),
        BVH.replace(" ", "\t").replace("Frame\tT", "Frame T"),
        BVH.replace("Yrotation", "YROTATION")
        .replace("HIERARCHY", "Hierarchy")
        .replace("Frames:", "FRAMES:"),
    ],
    ids=["windows", "blank lines", "braces", "tabs", "case"],
)
def test_layout_of_the_text_makes_no_difference(text: str) -> None:
    motion = parse(text)
    np.testing.assert_array_equal(motion.values, VALUES)
    assert motion.skeleton == parse(BVH).skeleton


def test_constant_positions_of_joints_are_their_offsets() -> None:
    rows = [f"{row[:-2]} 4 9 8 7" for row in ("1 2 3 30 20 10 1 2 3 4", "5 6 7 30 20 10 1 2 3 4")]
    motion = parse(with_rows(TRAVELLING, *rows))
    assert motion.channels == CHANNELS
    np.testing.assert_array_equal(motion.skeleton.offsets[3], [9, 8, 7])
    np.testing.assert_array_equal(motion.values[:, -1], [4, 4])


def test_joint_that_travels_is_rejected() -> None:
    rows = ["1 2 3 30 20 10 1 2 3 4 9 8 7", "1 2 3 30 20 10 1 2 3 4 9 12 7"]
    with pytest.raises(
        FormatError, match=r":15: expected only the root to travel, but 'Back' moves"
    ):
        parse(with_rows(TRAVELLING, *rows))


def test_rest_pose_is_dropped_on_demand_after_a_check() -> None:
    rest = "1 2 3 0 -0 0.0 1 2 3 4"
    motion = parse_bvh(
        with_rows(BVH, rest, "5 6 7 30 20 10 1 2 3 4"), file="a", trial="t", rest_pose_row=True
    )
    assert len(motion) == 1
    assert motion.values[0, 0] == 5
    assert motion.frame_numbers.tolist() == [1]
    with pytest.raises(FormatError, match=r"bad\.bvh:23: expected the rest pose"):
        parse_bvh(BVH, file="bad.bvh", trial="t", rest_pose_row=True)
    with pytest.raises(FormatError, match="expected frames after the rest pose, found none"):
        parse_bvh(with_rows(BVH, rest), file="bad.bvh", trial="t", rest_pose_row=True)


@pytest.mark.parametrize(
    ("turns", "expected"),
    [([0, 1, 0], True), ([0, 0, 1], False), ([1, 0, 0], False), ([0], False), ([0, 0], False)],
)
def test_rest_pose_is_an_unturned_root_before_a_turned_one(
    turns: list[int], expected: bool
) -> None:
    motion = parse(with_rows(BVH, *(f"1 2 3 0 {turn} 0 1 2 3 4" for turn in turns)))
    assert has_rest_pose(motion) is expected


def test_motion_survives_being_written() -> None:
    skeleton = cmu_bvh_skeleton()
    channels = [f"Hips.t{axis}" for axis in "xyz"]
    for joint, order in zip(skeleton.joints, skeleton.rotation_orders, strict=True):
        channels += [f"{joint}.r{axis}" for axis in order]
    values = np.random.default_rng(0).normal(size=(3, 96)) * 100
    motion = Motion(values, tuple(channels), skeleton, 59.94, "random", Representation.EULER)
    again = parse(write_bvh(motion))
    assert again.skeleton == skeleton
    assert again.channels == motion.channels
    np.testing.assert_array_equal(again.values, values)
    assert again.frame_rate == pytest.approx(59.94, rel=1e-15)


def test_joint_without_children_or_turns_survives_being_written() -> None:
    text = BVH.replace("CHANNELS 1 Yrotation", "CHANNELS 0").replace(" 4\n5", "\n5")
    motion = parse(text.replace(" 1e1", ""))
    assert parse(write_bvh(motion)).skeleton == motion.skeleton


def test_what_bvh_cannot_hold_is_not_written() -> None:
    skeleton = parse_asf(ASF, file="tiny.asf")
    motion = parse_amc(AMC, skeleton, file="tiny.amc", trial="tiny")
    with pytest.raises(DataError, match=r"tiny: BVH measures rotations in the parent's axes"):
        write_bvh(motion)
    with pytest.raises(DataError, match="BVH holds the representation 'euler'"):
        write_bvh(replace(motion, representation=Representation.EXPMAP))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"bad\.bvh: expected text, but the file is empty"),
        ("HIER\0", r"bad\.bvh:1: expected text, found binary data"),
        ("1,2,3\n", r"bad\.bvh:1: expected HIERARCHY, found '1,2,3'; is this a BVH file\?"),
        (BVH[: BVH.index("MOTION")], r"bad\.bvh:19: expected MOTION after the hierarchy"),
        (BVH[: BVH.index("Frames")], r"bad\.bvh:20: expected 'Frames:', found 'MOTION'"),
        (BVH[: BVH.index("Frame Time")], r"bad\.bvh:21: expected 'Frame Time:', found 'Frames: 2'"),
        (BVH[: BVH.index("1 2 3 30")], r"bad\.bvh:21: 'Frames: 2' says how many rows .* but 0 do"),
        (BVH[: BVH.index("5 6 7")], r"bad\.bvh:21: 'Frames: 2' says how many rows .* but 1 do"),
        (with_rows(BVH), r"bad\.bvh:21: 'Frames: 0' says"),
        (BVH[: BVH.index(" 0 1e1")], r"bad\.bvh:24: expected 10 finite values, one .*, found 8 in"),
        (BVH.replace("1e1", "10 11"), r":24: expected 10 finite values, .*, found 11 in '5 6 7"),
        (BVH.replace("1e1", "nan"), r":24: expected 10 finite values, .*, found 'nan'"),
        (BVH.replace("1e1", "-Infinity"), r":24: expected 10 finite values, .*, found '-Infinity'"),
        (BVH.replace("1e1", "x"), r":24: expected 10 finite values, .*, found 'x'"),
        (
            BVH.replace("Frames: 2", "Frames: two"),
            r":21: expected a number after 'Frames:', found 'two'",
        ),
        (BVH.replace("Frames: 2", "Frames: 2.5"), r":21: 'Frames: 2.5' says how many rows"),
        (BVH.replace(".0083333", "0"), r":22: expected a Frame Time above 0 s, found 0"),
        (BVH.replace(".0083333", "1e-320"), r":22: expected a frame rate of 1 to 10000 Hz"),
        (
            BVH.replace(".0083333", "inf"),
            r":22: expected a number after 'Frame Time:', found 'inf'",
        ),
        (replace_line(BVH, 18), r"bad\.bvh:18: the hierarchy ends before ROOT and"),
        (
            replace_line(BVH, 19, "}", "}"),
            r":20: expected this inside the braces of ROOT, found '}'",
        ),
        (replace_line(BVH, 3), r":3: expected {, found 'OFFSET 0 0 0'"),
        (replace_line(BVH, 8), r":13: expected OFFSET of 'Leg', found '}'"),
        (replace_line(BVH, 9), r":13: expected CHANNELS of 'Leg', found '}'"),
        (replace_line(BVH, 9, "CHANNELS"), r":9: expected the number of channels and then"),
        (replace_line(BVH, 9, "CHANNELS 2 Zrotation"), r":9: expected the number of channels and"),
        (replace_line(BVH, 9, "CHANNELS 1 Wrotation"), r":9: expected the number of channels and"),
        (
            replace_line(BVH, 9, "CHANNELS 2 Xrotation Xrotation"),
            r":9: .*once, found 'CHANNELS 2 X",
        ),
        (
            replace_line(BVH, 17, "CHANNELS 0", "CHANNELS 0"),
            r":18: expected no \(more\) CHANNELS of 'B",
        ),
        (replace_line(BVH, 12, "OFFSET 0 0"), r":12: expected three numbers after OFFSET, found 2"),
        (
            replace_line(BVH, 12, "OFFSET 0 nan 0"),
            r":12: expected three numbers after OFFSET, found 'n",
        ),
        (
            replace_line(BVH, 12, "SCALE 1"),
            r":12: expected JOINT, End Site, OFFSET, .* found 'SCALE 1'",
        ),
        (replace_line(BVH, 6, "JOINT"), r":6: expected a name, found 'JOINT'"),
        (replace_line(BVH, 6, "JOINT Back"), "joint names must be unique, but Back come twice"),
        (replace_line(BVH, 6, "ROOT Leg"), r":6: expected JOINT inside the braces of a ROOT"),
        (replace_line(BVH, 2, "JOINT Hips"), r":2: expected this inside the braces of ROOT"),
        (
            replace_line(BVH, 5, "CHANNELS 1 Xrotation"),
            r":2: expected Xposition, Yposition and Zpos",
        ),
    ],
)
def test_bad_file_is_rejected_with_its_line(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse(text)


def test_positions_of_inner_joints_are_averaged_with_a_word(caplog) -> None:
    rows = ["1 2 3 30 20 10 1 2 3 4 9 8 7", "1 2 3 30 20 10 1 2 3 4 9 8.3 7"]
    motion = parse(with_rows(TRAVELLING, *rows))
    np.testing.assert_allclose(motion.skeleton.offsets[3], [9, 8.15, 7])
    said = "positions of 1 inner joints are averaged; they move from their mean by 0.15 at most"
    assert said in caplog.text
    assert "('Back') and by 0.15 on average" in caplog.text


STATIC = """\
HIERARCHY
ROOT Armature
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Hips
  {
    OFFSET 0 9 0
    CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
    JOINT Head
    {
      OFFSET 0 5 0
      CHANNELS 3 Zrotation Xrotation Yrotation
      End Site
      {
        OFFSET 0 1 0
      }
    }
  }
}
MOTION
Frames: 3
Frame Time: 0.02
"""


@pytest.mark.parametrize("turn", [0.0, 90.0])
def test_a_root_that_stands_still_above_the_hips_is_left_out(turn, caplog) -> None:
    hips = [[x, 9.0, 2 * x, 10.0, 5.0, x] for x in (0.0, 3.0, 7.0)]
    rows = [f"1 0 0 0 0 {turn} {' '.join(map(str, one))} 1 2 3\n" for one in hips]
    motion = parse(STATIC + "".join(rows))
    assert motion.skeleton.joints == ("Hips", "Head", "Head_end")
    assert "'Armature' stands above 'Hips'" in caplog.text
    # Turned by 90 degrees about y, x points where -z did, and z where x did.
    expected = [[1 + 2 * x, 9, -x] if turn else [1 + x, 9, 2 * x] for x in (0, 3, 7)]
    np.testing.assert_allclose(motion.values[:, :3], expected, atol=1e-12)
    pose = forward_kinematics(motion)
    np.testing.assert_allclose(np.linalg.norm(pose[:, 1] - pose[:, 0], axis=1), 5)


def test_a_rest_pose_along_z_has_z_up(caplog) -> None:
    rows = [f"{x} 9 {2 * x} 10 5 {x} 1 2 3\n" for x in (0, 3, 7)]
    hips = STATIC.replace("ROOT Armature\n{\n  OFFSET 0 0 0\n", "").replace(
        "JOINT Hips", "ROOT Hips"
    )
    lines = hips.splitlines()
    del lines[1], lines[-4]
    upright = "\n".join(lines) + "\n" + "".join(rows)
    lying = re.sub(r"OFFSET (\S+) (\S+) (\S+)", r"OFFSET \1 -\3 \2", upright)
    lying = lying.replace("Zrotation Xrotation Yrotation", "@").replace(
        "@", "Yrotation Xrotation Zrotation"
    )
    head = lying.split("Frame Time: 0.02\n")[0]
    turned = [
        f"{x} {-z} {y} {-a} {b} {c} {-d} {e} {f}\n"
        for x, y, z, a, b, c, d, e, f in (map(float, row.split()) for row in rows)
    ]
    lying = head + "Frame Time: 0.02\n" + "".join(turned)
    [one] = parse_bvh_bodies(upright, file="up.bvh", trial="up")
    assert not caplog.messages
    [other] = parse_bvh_bodies(lying, file="lying.bvh", trial="lying")
    assert "so z is up: z is used" in caplog.text
    np.testing.assert_allclose(forward_kinematics(one), forward_kinematics(other), atol=1e-9)
    [kept] = parse_bvh_bodies(lying, file="lying.bvh", trial="lying", up="y")
    assert kept.skeleton.offsets[1, 2] == 5


def test_every_root_is_an_individual() -> None:
    text = with_two_roots("Hips", "Hips2")
    one, other = parse_bvh_bodies(text, file="two.bvh", trial="two")
    assert (one.trial, other.trial) == ("two/Hips", "two/Hips2")
    np.testing.assert_array_equal(one.values, other.values)
    with pytest.raises(FormatError, match="expected a single ROOT, found 2"):
        parse(text)


@pytest.mark.parametrize("names", [("Ann:Hips", "Bob:Hips"), ("A/b", "A/b")])
def test_individuals_have_names_of_their_own(names) -> None:
    text = with_two_roots(*names)
    found = [one.trial for one in parse_bvh_bodies(text, file="two.bvh", trial="two")]
    assert found == (["two/Ann", "two/Bob"] if ":" in names[0] else ["two/A_b", "two/A_b-2"])


def test_individuals_are_chosen_by_pattern(tmp_path) -> None:
    path = tmp_path / "two.bvh"
    path.write_text(with_two_roots("Ann:Hips", "Bob:Hips"))
    chosen = read_motions(str(path), trial="two", positions=PositionParameters(individuals=["B*"]))
    assert [motion.trial for motion in chosen] == ["two/Bob"]
    with pytest.raises(FormatError, match="no individual fits .*; there are Ann, Bob"):
        read_motions(str(path), trial="two", positions=PositionParameters(individuals=["C"]))


def test_a_body_alone_is_asked_for_by_the_prefix_of_its_joints(tmp_path) -> None:
    path = tmp_path / "one.bvh"
    path.write_text(BVH.replace("ROOT Hips", "ROOT Ann:Hips"))
    of_ann, of_bob = (PositionParameters(individuals=[name]) for name in ("Ann", "Bob"))
    assert [one.trial for one in read_motions(str(path), trial="one", positions=of_ann)] == ["one"]
    with pytest.raises(FormatError, match="no individual fits .*; there are Ann"):
        read_motions(str(path), trial="one", positions=of_bob)
    path.write_text(BVH)
    assert len(read_motions(str(path), trial="one", positions=of_bob)) == 1


def test_a_root_that_travels_above_travelling_hips_is_applied_frame_by_frame() -> None:
    rows = [f"{4 * x} 1 {x} 0 0 {5 * x} {x} 9 {2 * x} 10 5 {x} 1 2 3\n" for x in (0.0, 3.0, 7.0)]
    motion = parse(STATIC + "".join(rows))
    for row, frame in zip(rows, motion.values, strict=True):
        numbers = [float(word) for word in row.split()]
        root = Rotation.from_euler("ZXY", numbers[3:6], degrees=True)
        hips = Rotation.from_euler("ZXY", numbers[9:12], degrees=True)
        np.testing.assert_allclose(frame[:3], numbers[:3] + root.apply(numbers[6:9]))
        found = Rotation.from_euler("ZXY", frame[3:6], degrees=True)
        assert ((root * hips).inv() * found).magnitude() < 1e-12
        assert frame[6:].tolist() == [1, 2, 3]


def test_what_stands_still_beside_the_hips_is_left_out(caplog) -> None:
    beside = "  JOINT Floor\n  {\n    OFFSET 50 0 0\n    CHANNELS 1 Yrotation\n  }\n}\nMOTION"
    rows = [f"1 0 0 0 0 0 {x} 9 {x} 10 5 {x} 1 2 3 4\n" for x in (0.0, 3.0, 7.0)]
    motion = parse(STATIC.replace("}\nMOTION", beside) + "".join(rows))
    assert motion.skeleton.joints == ("Hips", "Head", "Head_end")
    assert "joints that stand still beside 'Hips' are left out: Floor" in caplog.text


def test_a_rest_pose_along_z_of_a_body_upright_along_y_has_y_up(caplog) -> None:
    lying = STATIC.replace("OFFSET 0 5 0", "OFFSET 0 0 5").replace("OFFSET 0 1 0", "OFFSET 0 0 1")
    rows = [f"0 0 0 0 0 0 {x} 9 {x} 0 -90 0 1 2 3\n" for x in (0.0, 3.0, 7.0)]
    [motion] = parse_bvh_bodies(lying + "".join(rows), file="a.bvh", trial="a")
    assert "but the body moves upright along y: y is used" in caplog.text
    pose = forward_kinematics(motion)
    np.testing.assert_allclose(pose[:, 1] - pose[:, 0], np.tile([0, 5, 0], (3, 1)), atol=1e-9)


def test_an_axis_that_is_up_and_does_not_show_is_said(caplog) -> None:
    flat = BVH.replace("OFFSET 0 -3 0.5", "OFFSET 0 -3 7")
    parse_bvh_bodies(flat, file="a.bvh", trial="a")
    assert "the rest pose does not show what is up: y is used" in caplog.text
    caplog.clear()
    parse_bvh_bodies(flat, file="a.bvh", trial="a", up="y")
    assert not caplog.messages


@pytest.mark.parametrize(("said", "rate"), [("8.3333", 120), ("33.3333", 30), ("40", 25)])
def test_a_frame_time_in_milliseconds_is_said(said, rate, caplog) -> None:
    assert parse(BVH.replace(".0083333", said)).frame_rate == rate
    assert f"'Frame Time: {said}' is read as milliseconds" in caplog.text


@pytest.mark.parametrize("root", list(RootChannels))
@pytest.mark.parametrize(("up", "given"), [("z", None), ("z", "z"), ("-y", "-y"), ("-z", "-z")])
def test_features_of_a_file_with_another_axis_up_are_those_of_one_with_y_up(
    up, given, root
) -> None:
    motion = make_sample(seed=0, duration_s=4.0).motion
    upright = to_euler(to_bvh_layout(to_expmap(motion)))
    text = write_bvh(upright)
    [one] = parse_bvh_bodies(text, file="y.bvh", trial="a")
    turned = write_bvh(turned_from_y_up(upright, up))
    [other] = parse_bvh_bodies(turned, file="z.bvh", trial="a", up=given)
    np.testing.assert_allclose(forward_kinematics(one), forward_kinematics(other), atol=1e-9)
    features = [
        network_features(to_expmap(each), FeatureParameters(root=root)) for each in (one, other)
    ]
    assert features[0].channels == features[1].channels
    np.testing.assert_allclose(features[0].values, features[1].values, atol=1e-9)


@pytest.mark.parametrize("said", [1, 3])
def test_a_count_of_frames_that_is_off_by_one_is_said(said, caplog) -> None:
    motion = parse(BVH.replace("Frames: 2", f"Frames: {said}"))
    assert len(motion) == 2
    assert f"'Frames: {said}' is off by one: 2 rows follow" in caplog.text
