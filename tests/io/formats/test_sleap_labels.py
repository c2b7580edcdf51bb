"""SLEAP's own files, as sleap-io writes them."""

import numpy as np
import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.reader import read_motions
from kinembed.io.formats.sleap_labels import parse_sleap_labels
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.positions import PositionParameters

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("quick_children")]

sleap_io = pytest.importorskip("sleap_io", reason="sleap-io is not installed: it is in pose")

JOINTS = ("nose", "spine", "tail")
SKELETON = sleap_io.Skeleton(list(JOINTS))
VIDEO = sleap_io.Video(filename="cage.mp4", open_backend=False)
BODY = np.array([[10.0, 5], [6, 5], [1, 5]])


def mouse(frame, shift=0.0):
    return BODY + np.array([frame + shift, np.sin(frame / 5)])


def predicted(points, track=None, score=0.9):
    return sleap_io.PredictedInstance.from_numpy(
        points, skeleton=SKELETON, point_scores=np.full(3, score), score=score, track=track
    )


def by_hand(points, track=None, of=None):
    found = sleap_io.Instance.from_numpy(points, skeleton=SKELETON, track=track)
    found.from_predicted = of
    return found


def content(tmp_path, frames, video=VIDEO):
    """A file of instances by frame, or by (video, frame)."""
    made = []
    for place, instances in frames.items():
        of_video, number = place if isinstance(place, tuple) else (video, place)
        made.append(sleap_io.LabeledFrame(of_video, frame_idx=number, instances=instances))
    tracks = {id(one.track): one.track for each in made for one in each.instances if one.track}
    labels = sleap_io.Labels(made, skeletons=[SKELETON], tracks=list(tracks.values()))
    sleap_io.save_slp(labels, str(tmp_path / "a.slp"), embed=False)
    return (tmp_path / "a.slp").read_bytes()


def parse(*given, **more):
    return parse_sleap_labels(content(*given, **more), file="a.slp")


def test_one_animal_without_tracks_has_no_name(tmp_path):
    frames = {number: [predicted(mouse(number))] for number in (5, 6, 9)}
    [found] = parse(tmp_path, frames)
    assert (found.individual, found.joints, found.frame_rate) == ("", JOINTS, None)
    assert found.file_frames.tolist() == [5, 6, 7, 8, 9]
    np.testing.assert_array_equal(found.values[[0, 1, 4]], [mouse(5), mouse(6), mouse(9)])
    assert np.isnan(found.values[2:4]).all()
    assert (found.confidence[[0, 1, 4]] == 0.9).all()
    assert "2 frames are absent" in found.notes[0]


def test_points_that_are_not_visible_are_not_seen(tmp_path):
    points = mouse(0)
    points[1] = np.nan
    [found] = parse(tmp_path, {0: [predicted(points)], 1: [predicted(mouse(1))]})
    assert np.isnan(found.values[0, 1]).all()
    assert np.isfinite(found.values[0, [0, 2]]).all()


def test_two_mice_without_tracks_are_refused_with_the_remedy(tmp_path):
    frames = {
        number: [predicted(mouse(number)), predicted(mouse(number, 90))] for number in range(5)
    }
    with pytest.raises(FormatError, match=r"2 instances in frame 0, and no tracks .* track the an"):
        parse(tmp_path, frames)


def test_one_mouse_in_four_tracks_is_merged_on_request(tmp_path, caplog):
    tracks = [sleap_io.Track(f"track_{number}") for number in range(4)]
    frames = {
        number: [predicted(mouse(number), tracks[number // 38])]
        for number in range(150)
        if number not in (60, 61)
    }
    content(tmp_path, frames)
    path = str(tmp_path / "a.slp")
    four = read_motions(path, trial="a", positions=PositionParameters(frame_rate=30))
    assert [one.trial for one in four] == [f"a/track_{number}" for number in range(4)]
    merge = PositionParameters(frame_rate=30, tracks="merge", view="side")
    [found] = read_motions(path, trial="a", positions=merge)
    assert (found.trial, len(found)) == ("a", 150)
    expected = np.stack([mouse(number) for number in range(150)]) * [1, -1]
    np.testing.assert_allclose(forward_kinematics(found)[..., :2], expected, atol=0.05)
    assert found.seen.all()
    assert "4 tracks are merged to one individual; 0 frames had several" in caplog.text


def test_what_a_person_corrected_is_read_in_place_of_the_prediction(tmp_path):
    track = sleap_io.Track("ann")
    wrong = predicted(mouse(0, 50), track)
    frames = {
        0: [wrong, by_hand(mouse(0), track, of=wrong)],
        1: [predicted(mouse(1, 50), track), by_hand(mouse(1), track)],
        2: [predicted(mouse(2), track)],
    }
    [found] = parse(tmp_path, frames)
    np.testing.assert_array_equal(found.values, [mouse(0), mouse(1), mouse(2)])
    assert np.isnan(found.confidence[:2]).all()
    assert (found.confidence[2] == 0.9).all()
    alone = {0: [of := predicted(mouse(0, 50)), by_hand(mouse(0), of=of)], 1: [by_hand(mouse(1))]}
    [untracked] = parse(tmp_path, alone)
    np.testing.assert_array_equal(untracked.values, [mouse(0), mouse(1)])
    assert untracked.confidence is None


def test_instances_beside_tracks_are_passed_over_by_name(tmp_path):
    ann, bob = sleap_io.Track("ann"), sleap_io.Track("ann")
    frames = {
        number: [predicted(mouse(number), ann), predicted(mouse(number, 90), bob)]
        for number in range(3)
    }
    frames[1].append(predicted(mouse(1, 200)))
    one, other = parse(tmp_path, frames)
    assert (one.individual, other.individual) == ("ann", "ann-2")
    assert one.notes == ("1 instances that are in no track are passed over",)
    np.testing.assert_array_equal(other.values[1], mouse(1, 90))


def test_a_track_twice_in_a_frame_is_refused(tmp_path):
    ann = sleap_io.Track("ann")
    frames = {3: [predicted(mouse(0), ann), predicted(mouse(0, 9), ann)]}
    with pytest.raises(FormatError, match="2 instances of track ann in frame 3; correct it"):
        parse(tmp_path, frames)


def test_every_video_is_an_individual(tmp_path):
    other = sleap_io.Video(filename="garden.mp4", open_backend=False)
    ann = sleap_io.Track("ann")
    frames = {(VIDEO, 0): [predicted(mouse(0), ann)], (VIDEO, 1): [predicted(mouse(1), ann)]}
    frames |= {(other, 7): [predicted(mouse(7), ann)]}
    found = parse(tmp_path, frames)
    assert [one.individual for one in found] == ["cage_ann", "garden_ann"]
    assert [len(one.values) for one in found] == [2, 1]


def test_a_training_set_is_refused(tmp_path):
    frames = {number: [by_hand(mouse(number))] for number in (0, 40, 300, 1000)}
    with pytest.raises(FormatError, match="4 frames are labelled by hand, .* training labels"):
        parse(tmp_path, frames)


def test_frames_labelled_by_hand_one_after_the_other_are_tracks(tmp_path):
    [found] = parse(tmp_path, {number: [by_hand(mouse(number))] for number in range(4)})
    np.testing.assert_array_equal(found.values, [mouse(number) for number in range(4)])


def test_a_file_without_instances_is_refused(tmp_path):
    with pytest.raises(FormatError, match="expected a file of SLEAP with instances, found none"):
        parse(tmp_path, {0: []})


def test_frames_far_apart_take_no_memory(tmp_path):
    frames = {number: [predicted(mouse(0))] for number in (0, 1, 10**9)}
    with pytest.raises(FormatError, match=r"expected frame numbers .*found 3 of 1000000001"):
        parse(tmp_path, frames)
