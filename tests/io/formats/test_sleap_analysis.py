"""SLEAP's export for analysis, in small files that h5py writes."""

import numpy as np
import pytest
from helpers.tool_files import SLEAP_TRACKS, sleap_analysis

from kinembed.core.errors import FormatError
from kinembed.io.formats.pose_files import parse_pose_file
from kinembed.io.formats.sleap_analysis import parse_sleap_analysis

pytestmark = pytest.mark.usefixtures("quick_children")

h5py = pytest.importorskip("h5py", reason="h5py is not installed: it is in the extra pose")

AXES = ("track", "xy", "node", "frame")


def test_tracks_are_individuals():
    scores = np.random.default_rng(1).uniform(size=(2, 3, 4))
    ann, bob = parse_sleap_analysis(sleap_analysis(scores=scores), file="a.h5")
    assert (ann.individual, bob.individual, ann.joints) == ("ann", "bob", ("nose", "spine", "tail"))
    np.testing.assert_array_equal(bob.values, SLEAP_TRACKS[1].transpose(2, 1, 0))
    np.testing.assert_array_equal(bob.confidence, scores[1].T)
    assert (ann.frame_rate, ann.file_frames) == (None, None)


@pytest.mark.parametrize(
    "dims", [("frame", "track", "node", "xy"), ("xy", "frame", "node", "track"), AXES]
)
def test_axes_are_in_the_order_that_the_file_says(dims):
    order = [AXES.index(axis) for axis in dims]
    without = [axis for axis in AXES if axis != "xy"]
    scores = np.random.default_rng(1).uniform(size=(2, 3, 4))
    of_scores = scores.transpose([without.index(axis) for axis in dims if axis != "xy"])
    content = sleap_analysis(SLEAP_TRACKS.transpose(order), scores=of_scores, dims=dims)
    _, bob = parse_pose_file(content, ".h5", file="a.h5")
    np.testing.assert_array_equal(bob.values, SLEAP_TRACKS[1].transpose(2, 1, 0))
    np.testing.assert_array_equal(bob.confidence, scores[1].T)


def test_the_older_order_of_axes_is_known():
    content = sleap_analysis(SLEAP_TRACKS.transpose(3, 2, 1, 0), transpose=False)
    _, bob = parse_sleap_analysis(content, file="a.h5")
    np.testing.assert_array_equal(bob.values, SLEAP_TRACKS[1].transpose(2, 1, 0))
    assert bob.confidence is None


def test_one_animal_without_tracks_has_no_name():
    [found] = parse_sleap_analysis(sleap_analysis(SLEAP_TRACKS[:1], names=()), file="a.h5")
    assert found.individual == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (sleap_analysis(SLEAP_TRACKS[:, :, :2]), "2 tracks, 3 nodes.*found 2 tracks of 2 nodes"),
        (sleap_analysis(names=()), "0 tracks, 3 nodes.*found 2 tracks of 3 nodes"),
        (sleap_analysis(scores=np.ones((2, 3, 5))), r"a score for each point, found \(2, 5, 3\)"),
        (
            sleap_analysis(dims=("a", "b")),
            "expected a file of SLEAP for analysis, but /tracks has 4 axes",
        ),
    ],
)
def test_what_does_not_fit_is_refused(content, message):
    with pytest.raises(FormatError, match=message):
        parse_sleap_analysis(content, file="a.h5")
