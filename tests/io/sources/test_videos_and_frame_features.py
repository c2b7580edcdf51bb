"""Videos and features that lie in folders: which are found, and what is said of none."""

import numpy as np
import pytest
from helpers.videos import growing_grey, write_video

from kinembed.core.errors import DataError, FormatError, SourceError
from kinembed.io.sources.frame_features import NO_FRAME_FEATURES, find_frame_features
from kinembed.io.sources.videos import find_videos
from kinembed.video.prediction import VideoParameters, collect_data

ROWS = {"a": {"task": "future"}}


@pytest.fixture
def folder(tmp_path):
    write_video(tmp_path / "b.avi", growing_grey(8))
    write_video(tmp_path / "a.avi", growing_grey(6))
    (tmp_path / "SOURCE.txt").write_text("where videos are from")
    (tmp_path / ".hidden.avi").write_text("no video")
    return tmp_path


def test_videos_of_a_folder_are_read_shrunk_and_slowed_down(folder):
    videos = find_videos(folder, ["*"], shorter_side=12, frame_rate=5.0).videos
    assert list(videos) == ["a.avi", "b.avi"]
    assert videos["b.avi"].frames.shape == (4, 12, 16, 3)
    assert videos["b.avi"].frame_rate == 5
    assert list(find_videos(folder, ["b*"], shorter_side=12, frame_rate=5.0).videos) == ["b.avi"]


def test_where_no_video_is_found_it_is_said(folder):
    with pytest.raises(SourceError, match=r"no video fits c\* or d; there are a.avi, b.avi"):
        find_videos(folder, ["c*", "d"], shorter_side=12, frame_rate=5.0)
    with pytest.raises(SourceError, match="there is no folder .*none; .* KINEMBED_VIDEOS"):
        find_videos(folder / "none", ["*"], shorter_side=12, frame_rate=5.0)
    with pytest.raises(SourceError, match="no folder of videos is named: .* KINEMBED_MIRROR"):
        collect_data(VideoParameters(rows=ROWS, data="patches"), NO_FRAME_FEATURES)


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ({"windows": {"source": 20, "target": 3}}, r"20 \+ 3: long.avi, what is held out \(15\)"),
        ({"windows": {"source": 4, "target": 3}}, r"no held-out video has 4 \+ 60 frames"),
    ],
)
def test_videos_that_are_too_short_are_named_before_anything_is_trained(tmp_path, lengths, message):
    write_video(tmp_path / "long.avi", growing_grey(60))
    training = {"network": {"values": "real"}} | lengths
    asked = {"rows": ROWS, "data": "patches", "training": training}
    with pytest.raises(DataError, match=message):
        collect_data(VideoParameters(**asked, patches={"folder": tmp_path}), NO_FRAME_FEATURES)


def test_a_damaged_video_is_named(folder):
    content = write_video(folder / "b.avi", growing_grey(30)).read_bytes()
    (folder / "b.avi").write_bytes(content[: len(content) // 2])
    with pytest.raises(FormatError, match=r"b.avi: expected 30 frames, .* cut off or damaged"):
        find_videos(folder, ["*"], shorter_side=12, frame_rate=5.0)


def test_features_of_a_folder_are_sequences(tmp_path):
    for name, frames in (("b", 4), ("a", 3), (".hidden", 2)):
        np.save(tmp_path / f"{name}.npy", np.full((frames, 2), frames))
    frame_features = find_frame_features(tmp_path)
    assert (frame_features.name, frame_features.channels) == (
        "features",
        ("feature 0", "feature 1"),
    )
    assert {name: len(one) for name, one in frame_features.values.items()} == {"a": 3, "b": 4}
    np.save(tmp_path / "c.npy", np.ones((3, 5)))
    with pytest.raises(DataError, match="sequence 'c' has 5 features a frame, but 'a' has 2"):
        find_frame_features(tmp_path)
    np.save(tmp_path / "c.npy", np.ones(3))
    with pytest.raises(FormatError, match=r"c.npy: expected frames x features"):
        find_frame_features(tmp_path)


def test_where_there_are_no_frame_features_it_is_said(tmp_path):
    real = {"network": {"values": "real"}}
    asked = {"rows": ROWS, "data": "frame_features", "training": real}
    with pytest.raises(SourceError, match="run --pipelines ingestion,expmap,frame_features first"):
        collect_data(VideoParameters(**asked), NO_FRAME_FEATURES)
    named = VideoParameters(**asked, frame_features={"folder": tmp_path})
    with pytest.raises(SourceError, match="holds no .npy file; .* KINEMBED_FRAME_FEATURES"):
        collect_data(named, NO_FRAME_FEATURES)
