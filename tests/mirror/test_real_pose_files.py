"""Files of pose estimation that a mirror holds, compared with independent readers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kinembed.io.formats.dlc_csv import parse_dlc_csv
from kinembed.io.formats.nwb import parse_nwb
from kinembed.io.formats.opening import read_bytes, read_text
from kinembed.io.formats.pose_files import parse_pose_file
from kinembed.motion.positions import RecordedPositions

h5py = pytest.importorskip("h5py", reason="h5py is not installed: it is in the extra pose")


def pose_file(mirror: Path, name: str) -> str:
    path = mirror / "pose" / name
    if not path.is_file():
        pytest.skip(f"the mirror has no {path}")
    return str(path)


def same(found: RecordedPositions, joint: int, values: np.ndarray, confidence: np.ndarray) -> None:
    np.testing.assert_array_equal(found.values[:, joint], values)
    assert found.confidence is not None
    np.testing.assert_array_equal(found.confidence[:, joint], confidence)


@pytest.mark.parametrize("name", ["dlc_open_field.csv", "dlc_vame_cropped_video.csv"])
def test_deeplabcut_is_read_as_pandas_reads_it(mirror: Path, name: str) -> None:
    path = pose_file(mirror, name)
    table = pd.read_csv(path, header=[1, 2], index_col=0, float_precision="round_trip")
    [found] = parse_dlc_csv(read_text(path), file=name)
    assert found.joints == tuple(dict.fromkeys(table.columns.get_level_values(0)))
    for joint, part in enumerate(found.joints):
        same(found, joint, table[part][["x", "y"]].to_numpy(), table[part]["likelihood"].to_numpy())
    assert np.isfinite(found.values).all()


def test_two_flies_are_read_as_h5py_reads_them(mirror: Path) -> None:
    path = pose_file(mirror, "sleap_two_flies.analysis.h5")
    found = parse_pose_file(read_bytes(path), ".h5", file=path)
    with h5py.File(path) as stored:
        tracks = stored["tracks"][:]
        occupied = stored["track_occupancy"][:].astype(bool)
    assert [one.individual for one in found] == ["track_0", "track_1"]
    for one, track in zip(found, tracks, strict=True):
        np.testing.assert_array_equal(one.values, track.transpose(2, 1, 0))
    seen = np.stack([np.isfinite(one.values).any(axis=(1, 2)) for one in found], axis=1)
    assert (occupied | ~seen).all()


def test_a_clip_of_sleap_is_read_as_its_tables_stand(mirror: Path) -> None:
    path = pose_file(mirror, "sleap_clip.slp")
    tracked = {one.individual: one for one in parse_pose_file(read_bytes(path), ".slp", file=path)}
    with h5py.File(path) as stored:
        frames, instances, points = (stored[key][:] for key in ("frames", "instances", "points"))
        tracks = [text.decode() for text in stored["tracks_json"][:]]
        version = float(stored["metadata"].attrs["format_id"])
    assert version >= 1.1  # before, coordinates are those of corners of pixels
    frame_of = dict(zip(frames["frame_id"].tolist(), frames["frame_idx"].tolist(), strict=True))
    compared = 0
    for instance in instances:
        name = next(one for one in tracked if f'"{one}"' in tracks[instance["track"]])
        own = points[instance["point_id_start"] : instance["point_id_end"]]
        expected = np.stack([own["x"], own["y"]], axis=1)
        expected[~own["visible"]] = np.nan
        found = tracked[name].values[frame_of[int(instance["frame_id"])]]
        np.testing.assert_array_equal(found, expected)
        compared += 1
    assert compared == 3000


@pytest.mark.parametrize(
    ("name", "rate", "joints"), [("vame_cropped_video.nwb", None, 6), ("ndxpose_030.nwb", 0.9, 2)]
)
def test_nwb_is_read_as_pynwb_reads_it(
    mirror: Path, name: str, rate: float | None, joints: int
) -> None:
    pynwb = pytest.importorskip("pynwb")
    pytest.importorskip("ndx_pose")
    path = pose_file(mirror, name)
    [found] = parse_nwb(read_bytes(path), file=name)
    assert (len(found.joints), found.individual) == (joints, "")
    with pynwb.NWBHDF5IO(path, "r", load_namespaces=True) as stream:
        pose = stream.read().processing["behavior"]["PoseEstimation"].pose_estimation_series
        for joint, part in enumerate(found.joints):
            same(found, joint, pose[part].data[:], pose[part].confidence[:])
    assert found.frame_rate == rate
