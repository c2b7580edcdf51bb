"""Tracks of DeepLabCut and SLEAP, in files as movement and sleap-io write them."""

import sys

import numpy as np
import pytest
from helpers.position_files import JOINTS, pixels, tracks
from helpers.tool_files import write_slp

from kinembed.core.errors import FormatError
from kinembed.io.formats.reader import read_motion, read_motions
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.positions import PositionParameters

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("quick_children")]

pytest.importorskip("movement", reason="movement is not installed: it is in the extra pose")


def write(path, positions, confidence, individuals=("mouse",)):
    """Positions (frames, joints, 2, individuals) in the format that the name says."""
    from movement.io import save_poses

    if path.suffix == ".slp":
        return write_slp(path, positions, confidence, individuals)
    made = tracks(positions, confidence, individuals)
    if "analysis" in path.name:
        save_poses.to_sleap_analysis_file(made, path)
    else:
        save_poses.to_dlc_file(made, path, split_individuals=False)
    return path


def read(path, **parameters):
    parameters = {"frame_rate": 30, "view": "side"} | parameters
    return read_motion(str(path), trial="a", positions=PositionParameters(**parameters))


def read_all(path, **parameters):
    parameters = {"frame_rate": 30, "view": "side"} | parameters
    return read_motions(str(path), trial="a", positions=PositionParameters(**parameters))


@pytest.mark.parametrize("name", ["a.csv", "a.h5", "a.analysis.h5", "a.slp"])
def test_tracks_come_back_and_unsure_points_are_gaps(tmp_path, name, caplog):
    positions, confidence = pixels()[..., None], np.full((40, 5, 1), 0.9)
    confidence[20:23, 2] = 0.5
    path = write(tmp_path / name, positions, confidence)
    motion = read(path)
    assert (motion.frame_rate, motion.skeleton.joints) == (30.0, JOINTS)
    expected = positions[..., 0] * [1, -1]
    expected[19:24, 2] = np.linspace(expected[19, 2], expected[23, 2], 5)
    found = forward_kinematics(motion)
    np.testing.assert_allclose(found[..., :2], expected, rtol=1e-6)
    assert (found[..., 2] == 0).all()
    assert "3 of 200 points (1.5 %) were not seen: 3 are interpolated, 0 in longer" in caplog.text
    sure = forward_kinematics(read(path, least_confidence=0.4))
    np.testing.assert_allclose(sure[..., :2], positions[..., 0] * [1, -1], rtol=1e-6)


@pytest.mark.parametrize("name", ["a.csv", "a.h5", "a.analysis.h5", "a.slp"])
def test_every_individual_is_a_recording(tmp_path, name):
    positions = np.stack([pixels(), pixels() + 50], axis=-1)
    path = write(tmp_path / name, positions, np.ones((40, 5, 2)), ("<b>ann", "bob"))
    ann, bob = read_all(path)
    assert (ann.trial, bob.trial) == ("a/b_ann", "a/bob")
    np.testing.assert_allclose(forward_kinematics(ann)[..., 0], pixels()[..., 0], rtol=1e-6)
    np.testing.assert_allclose(forward_kinematics(bob)[..., 0], pixels()[..., 0] + 50, rtol=1e-6)
    [chosen] = read_all(path, individuals=["bo*"])
    assert chosen.trial == "a/bob"
    with pytest.raises(FormatError, match=r"no individual fits .*\(cy\); there are <b>ann, bob"):
        read_all(path, individuals="cy")
    with pytest.raises(FormatError, match=r"expected one individual, found 2 \(a/b_ann, a/bob\)"):
        read(path)


def test_tracks_of_one_individual_are_merged_on_request(tmp_path, caplog):
    whole = pixels()
    parts = np.full((40, 5, 2, 2), np.nan)
    parts[:15, ..., 0], parts[15:, ..., 1] = whole[:15], whole[15:]
    confidence = np.where(np.isnan(parts[..., 0, :]), 0.0, 1.0)
    path = write(tmp_path / "a.analysis.h5", parts, confidence, ("track_0", "track_1"))
    assert len(read_all(path)) == 2
    [merged] = read_all(path, tracks="merge")
    assert merged.trial == "a"
    np.testing.assert_allclose(forward_kinematics(merged)[..., :2], whole * [1, -1], rtol=1e-6)
    assert merged.seen.all()
    assert "2 tracks are merged to one individual; 0 frames had several" in caplog.text


def test_where_tracks_overlap_the_nearest_goes_on(tmp_path):
    one, far = pixels(), pixels() + 500
    parts = np.full((40, 5, 2, 2), np.nan)
    parts[:20, ..., 0], parts[20:, ..., 0], parts[10:, ..., 1] = one[:20], far[20:], one[10:]
    confidence = np.where(np.isnan(parts[..., 0, :]), 0.0, 1.0)
    path = write(tmp_path / "a.analysis.h5", parts, confidence, ("track_0", "track_1"))
    [merged] = read_all(path, tracks="merge")
    np.testing.assert_allclose(forward_kinematics(merged)[..., :2], one * [1, -1], rtol=1e-6)


def test_several_instances_without_tracks_are_refused(tmp_path):
    positions = np.stack([pixels(), pixels() + 50], axis=-1)
    path = write_slp(tmp_path / "a.slp", positions, np.ones((40, 5, 2)), (None, None))
    with pytest.raises(FormatError, match=r"2 instances in frame 0, and no tracks .* track the"):
        read(path)


def test_the_file_says_no_frame_rate(tmp_path):
    path = write(tmp_path / "a.h5", pixels()[..., None], np.ones((40, 5, 1)))
    with pytest.raises(
        FormatError, match=r"expected a frame rate.*ingestion\.positions\.frame_rate"
    ):
        read(path, frame_rate=None)


@pytest.mark.parametrize("name", ["a.csv", "a.h5", "a.analysis.h5", "a.slp"])
def test_a_file_that_is_cut_off_is_refused(tmp_path, name):
    path = write(tmp_path / name, pixels()[..., None], np.ones((40, 5, 1)))
    path.write_bytes(path.read_bytes()[: 100 if name == "a.csv" else 3000])
    expected = "a line 'bodyparts' in the header" if name == "a.csv" else "a file of"
    with pytest.raises(FormatError, match=rf"{name}.*: expected {expected}"):
        read(path)


@pytest.mark.parametrize(("name", "package"), [("a.h5", "h5py"), ("a.slp", "sleap_io")])
def test_what_to_install_is_said(tmp_path, monkeypatch, name, package):
    path = write(tmp_path / name, pixels()[..., None], np.ones((40, 5, 1)))
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(FormatError, match=rf"'{package}', .* pip install 'kinembed\[pose\]'"):
        read(path)
