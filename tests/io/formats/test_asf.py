from collections.abc import Callable

import numpy as np
import pytest
from helpers.tiny_files import ASF, replace_line

from kinembed.core.errors import DataError, FormatError
from kinembed.io.formats.asf import parse_asf, write_asf
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton, cmu_bvh_skeleton
from kinembed.motion.skeleton import Skeleton

_THIGH = "name thigh\ndirection 0 1 0\nlength 1\naxis 0 0 0 XYZ\nend\nbegin\nid 3"


def test_joints_lie_where_bones_begin_and_tips_end_joints() -> None:
    skeleton = parse_asf(ASF, file="tiny.asf")
    assert skeleton.joints == ("root", "hip", "thigh", "shin", "shin_end")
    assert skeleton.parents == (-1, 0, 1, 2, 3)
    assert skeleton.end_joints == ("shin_end",)
    expected = [[0, 0, 0], [0, 0, 0], [0.5, 0, 0], [0, -2, 0], [0, -6, 8]]
    np.testing.assert_allclose(skeleton.offsets, expected, rtol=1e-15)


def test_first_angle_of_dof_and_order_is_the_rightmost_factor() -> None:
    assert parse_asf(ASF, file="tiny.asf").rotation_orders == ("zyx", "", "zyx", "zx", "")
    other_order = ASF.replace("TX TY TZ RX RY RZ", "TX TY TZ RY RZ RX")
    assert parse_asf(other_order, file="tiny.asf").rotation_orders[0] == "xzy"


def test_axis_turns_about_the_first_letter_first() -> None:
    axes = parse_asf(ASF, file="tiny.asf").axes
    np.testing.assert_allclose(axes[2], [[0, -1, 0], [1, 0, 0], [0, 0, 1]], atol=1e-15)
    # Ry(90) @ Rx(90): z goes to -y, where it stays; x goes to -z.
    np.testing.assert_allclose(axes[3] @ [0, 0, 1], [0, -1, 0], atol=1e-15)
    np.testing.assert_allclose(axes[3] @ [1, 0, 0], [0, 0, -1], atol=1e-15)
    other = parse_asf(ASF.replace("axis 90 90 0 XYZ", "axis 90 90 0 YXZ"), file="tiny.asf").axes[3]
    # Rx(90) @ Ry(90), each of 90: z goes to x, where it stays; x goes to -z and on to y.
    np.testing.assert_allclose(other @ [0, 0, 1], [1, 0, 0], atol=1e-15)
    np.testing.assert_allclose(other @ [1, 0, 0], [0, 1, 0], atol=1e-15)


def test_angles_in_radians_are_understood() -> None:
    text = ASF.replace("angle deg", "angle rad").replace("axis 0 0 90", f"axis 0 0 {np.pi / 2!r}")
    text = text.replace("axis 90 90 0", f"axis {np.pi / 2!r} {np.pi / 2!r} 0")
    np.testing.assert_allclose(
        parse_asf(text, file="a").axes, parse_asf(ASF, file="a").axes, atol=1e-15
    )


def test_orientation_is_the_frame_of_the_root() -> None:
    text = ASF.replace("orientation 0 0 0", "orientation 0 0 90")
    np.testing.assert_allclose(
        parse_asf(text, file="tiny.asf").axes[0] @ [1, 0, 0], [0, 1, 0], atol=1e-15
    )


def test_line_ends_of_windows_and_comments_make_no_difference() -> None:
    text = ASF.replace("  begin\n    id 2", "  # a comment\n  begin\n    id 2")
    assert parse_asf(text.replace("\n", "\r\n"), file="a") == parse_asf(ASF, file="a")


@pytest.mark.parametrize("make", [cmu_asf_skeleton, lambda: parse_asf(ASF, file="tiny.asf")])
def test_skeleton_survives_being_written(make: Callable[[], Skeleton]) -> None:
    skeleton = make()
    text = write_asf(skeleton, name="again")
    again = parse_asf(text, file="again.asf")
    assert ":name again" in text
    assert (again.joints, again.parents) == (skeleton.joints, skeleton.parents)
    assert again.rotation_orders == skeleton.rotation_orders
    np.testing.assert_allclose(again.offsets, skeleton.offsets, rtol=1e-15)
    np.testing.assert_allclose(again.axes, skeleton.axes, atol=1e-15)


def test_skeleton_of_another_kind_cannot_be_written() -> None:
    with pytest.raises(DataError, match="end joints <bone>_end come last"):
        write_asf(cmu_bvh_skeleton(), name="bvh")


def test_root_must_be_called_root() -> None:
    skeleton = cmu_asf_skeleton()
    renamed = Skeleton.from_dict(skeleton.to_dict() | {"joints": ["pelvis", *skeleton.joints[1:]]})
    with pytest.raises(DataError, match="is called 'root', not 'pelvis'"):
        write_asf(renamed, name="renamed")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"bad\.asf: expected text, but the file is empty"),
        ("\n \n", "the file is empty"),
        ("\x89PNG\x00\x01", r"bad\.asf:1: expected text, found binary data"),
        ("walking\n", "expected a section :units of an ASF file, found none"),
        (ASF.partition(":hierarchy")[0], "expected a section :hierarchy"),
        (ASF[: ASF.index("dof rx rz")], "expected a section :hierarchy"),
        (ASF.removesuffix("  end\n"), r"bad\.asf:46: expected 'begin' and 'end' around .* cut off"),
        (replace_line(ASF, 43), r"bad\.asf:46: .*'begin' and 'end' around"),
        (replace_line(ASF, 41), r"bad\.asf:34: the file ends in the bone that begins here"),
        (
            replace_line(ASF, 23, "begin", "begin"),
            r"bad\.asf:24: expected 'begin' and 'end' in turn",
        ),
        (ASF.replace("    length 2\n", ""), r"bad\.asf:23: expected 'length' in what begins here"),
        (
            ASF.replace("length 10", "length nan"),
            r"bad\.asf:38: expected 1 .*'length', found 'nan'",
        ),
        (ASF.replace("1 0 0", "1 0", 1), r":19: expected 3 .*'direction', found 2 in '1 0'"),
        (ASF.replace("1 0 0", "1 0 0 0", 1), r":19: expected 3 .*'direction', found 4"),
        (
            ASF.replace("axis 0 0 90 XYZ", "axis 0 0 90 XYY"),
            r":28: expected the letters X, Y and Z",
        ),
        (ASF.replace("axis 0 0 90 XYZ", "axis 0 inf 90 XYZ"), r":28: .* found 'inf'"),
        (ASF.replace("axis 0 0 90 XYZ", "axis 0 0 90"), r":28: expected the letters X, Y and Z"),
        (ASF.replace("dof rx ry rz", "dof rx tz"), r":29: expected some of rx ry rz, each once"),
        (ASF.replace("dof rx ry rz", "dof rx rx"), r":29: expected some of rx ry rz, each once"),
        (ASF.replace("RX RY RZ", "RX RY"), r":11: expected TX TY TZ and then RX RY RZ"),
        (ASF.replace("TX TY TZ RX RY RZ", "RX RY RZ TX TY TZ"), r":11: expected TX TY TZ and then"),
        (ASF.replace("name shin", "name foot"), r":36: expected a bone that :hierarchy hangs on"),
        (ASF.replace("thigh shin", "thigh shin toe"), r":46: expected bones .* found \['toe'\]"),
        (ASF.replace("thigh shin", "thigh shin hip"), r":46: expected a bone that .* 'hip'"),
        (ASF.replace("thigh shin", "thigh shin root"), r":46: expected a bone that .* 'root'"),
        (ASF.replace("id 3", _THIGH), "joint names must be unique, but thigh come twice"),
        (
            ASF.replace("root hip\n    hip thigh\n", "root thigh\n    shin hip\n"),
            "joint 'hip' must come after its parent",
        ),
    ],
)
def test_bad_file_is_rejected_with_its_line(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse_asf(text, file="bad.asf")
