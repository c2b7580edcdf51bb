"""Files with the defects that recordings have, each read from a folder to joints that agree."""

import logging

import numpy as np
import pytest
from helpers.position_files import body, c3d_file, pixels
from helpers.tool_files import MOTIVE, dlc_csv

from kinembed.core.errors import DataError
from kinembed.io.formats.reader import read_motions
from kinembed.io.joint_table import agree_on_joints, in_table, joints_seen
from kinembed.io.sources.folder import acquire_folder
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.positions import PositionParameters
from kinembed.motion.visibility import Point

FRAMES = 120
MARKERS = ("LASI", "RASI", "LKNE", "RKNE", "RANK")


def harmonised(folder, **parameters):
    """Recordings of a folder by name, with the same joints."""
    given = PositionParameters(**{"frame_rate": 30, **parameters})
    motions = [
        motion
        for file in acquire_folder(folder).files
        for motion in read_motions(str(file.path), trial=file.name, positions=given)
    ]
    table = agree_on_joints(map(joints_seen, motions), given)
    used = table[table["used"]]
    return {
        one.trial: in_table(one, used[used["recording"] == one.trial], given) for one in motions
    }


def write_dlc(folder, confidence):
    (folder / "walk.csv").write_text(dlc_csv(pixels(FRAMES), confidence))


def test_a_keypoint_that_is_hidden_for_a_second_costs_no_frame(tmp_path, caplog):
    confidence = np.full((FRAMES, 5), 0.95)
    confidence[40:70, 1] = 0.1
    write_dlc(tmp_path, confidence)
    walk = harmonised(tmp_path)["walk"]
    assert (len(walk), walk.seen.all()) == (FRAMES, True)
    masked = np.argwhere(walk.visibility.points == Point.MASKED)
    assert masked.tolist() == [[row, 1] for row in range(40, 70)]
    assert "30 in longer gaps stay masked" in caplog.text


def test_a_keypoint_that_is_never_confident_is_left_out_by_name(tmp_path, caplog):
    confidence = np.full((FRAMES, 5), 0.95)
    confidence[:, 1] = 0.05
    write_dlc(tmp_path, confidence)
    walk = harmonised(tmp_path)["walk"]
    assert walk.skeleton.joints == ("root", "rhand", "lfoot", "rfoot")
    assert walk.seen.all()
    assert "hardly ever seen: lhand" in caplog.text


@pytest.fixture
def points():
    """Markers (frames, markers, 3) of a C3D file, z up, in millimetres."""
    pytest.importorskip("ezc3d", reason="ezc3d is not installed: it is in the extra pose")
    x, y, z = np.moveaxis(forward_kinematics(body()), -1, 0)
    return 1000 * np.stack([x, -z, y], axis=-1)


def test_markers_of_c3d_in_another_order_are_the_same_body(tmp_path, points):
    c3d_file(tmp_path / "a.c3d", points, MARKERS)
    c3d_file(tmp_path / "b.c3d", points[:, ::-1], MARKERS[::-1])
    found = harmonised(tmp_path)
    assert found["a"].skeleton.joints == found["b"].skeleton.joints == MARKERS
    np.testing.assert_allclose(found["a"].values, found["b"].values, atol=1e-9)


def test_prefixes_of_subjects_make_no_other_body(tmp_path, points):
    for name in ("Ann", "Bob"):
        c3d_file(tmp_path / f"{name}.c3d", points, [f"{name}:{marker}" for marker in MARKERS])
    ann, bob = harmonised(tmp_path).values()
    assert ann.skeleton.joints == bob.skeleton.joints == MARKERS
    np.testing.assert_allclose(ann.values, bob.values, atol=1e-9)


def test_a_marker_that_one_file_lacks_is_named_and_may_be_left_out(tmp_path, points):
    c3d_file(tmp_path / "a.c3d", points, MARKERS)
    c3d_file(tmp_path / "b.c3d", points[:, :4], MARKERS[:4])
    with pytest.raises(DataError, match=r"RANK is not in b.*joints=common"):
        harmonised(tmp_path)
    for choice in ({"joints": "common"}, {"leave_out": ["RANK"]}):
        found = harmonised(tmp_path, **choice)
        assert found["a"].skeleton.joints == found["b"].skeleton.joints == MARKERS[:4]


def test_labels_of_c3d_without_a_point_are_spare(tmp_path, points, caplog):
    path = c3d_file(tmp_path / "a.c3d", points, MARKERS)
    path.write_bytes(with_points(path.read_bytes(), len(MARKERS), 3))
    assert harmonised(tmp_path)["a"].skeleton.joints == MARKERS[:3]
    assert "2 labels have no point and are passed over" in caplog.text


def with_points(content, labels, count):
    """A C3D file with fewer points than labels: the first ones of each frame."""
    block = int(np.frombuffer(content[16:18], "<u2")[0]) - 1
    head, data = bytearray(content[: 512 * block]), content[512 * block :]
    frames = int(np.frombuffer(content[8:10], "<u2")[0])
    numbers = np.frombuffer(data[: 16 * labels * frames], "<f4").reshape(frames, labels, 4)
    head[2:4] = count.to_bytes(2, "little")
    at = head.index(b"USED") + len(b"USED") + 4  # offset of the next, type, dimensions
    head[at : at + 2] = count.to_bytes(2, "little")
    kept = numbers[:, :count].tobytes()
    return bytes(head) + kept + bytes(-len(kept) % 512)


def table_of(times):
    rows = [f"{time},{row},2,{row + 5},7" for row, time in enumerate(times)]
    return "\n".join(["time,nose_x,nose_y,tail_x,tail_y", *rows, ""])


def test_times_rounded_to_hundredths_are_even(tmp_path, caplog):
    (tmp_path / "a.csv").write_text(table_of([f"{row / 120:.2f}" for row in range(300)]))
    found = harmonised(tmp_path, view="side", scale="file")["a"]
    assert (found.frame_rate, len(found)) == (120, 300)
    np.testing.assert_array_equal(found.values[:, 0], np.arange(300))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_times_of_a_webcam_are_resampled_and_said(tmp_path, caplog):
    times = np.cumsum(np.tile([0.017, 0.033, 0.034, 0.050], 50))
    (tmp_path / "a.csv").write_text(table_of([f"{time:.3f}" for time in times]))
    found = harmonised(tmp_path, view="side", scale="file")["a"]
    assert found.frame_rate == pytest.approx(199 / (times[-1] - times[0]), rel=1e-4)
    assert len(found) == 200
    even = times[0] + np.arange(200) / found.frame_rate
    np.testing.assert_allclose(
        found.values[:, 0], np.interp(even, times, np.arange(200)), atol=0.01
    )
    assert "'time' is uneven" in caplog.text


def test_markers_that_motive_derives_from_a_skeleton_are_read(tmp_path):
    (tmp_path / "take.csv").write_text(MOTIVE.replace(",Marker", ",Bone Marker"))
    take = harmonised(tmp_path, scale="file")["take"]
    assert (take.skeleton.joints, take.frame_rate) == (("LASI",), 120)
    np.testing.assert_array_equal(take.values, [[1, 2, 3], [4, 5, 6]])
