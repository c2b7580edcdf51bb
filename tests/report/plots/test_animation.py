"""Animations of a stick that slides, in whose embedding it goes along a line."""

import subprocess
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from kinembed.core.errors import DataError
from kinembed.motion.skeleton import Skeleton
from kinembed.report.plots import animation_files as module
from kinembed.report.plots.animation import BAR_HEIGHT, Animation, Screen
from kinembed.report.plots.animation_files import animation_files, ffmpeg_is_missing
from kinembed.report.plots.theme import OKABE_ITO

pytestmark = pytest.mark.slow

STICK = Skeleton(
    joints=("root", "head", "foot"),
    parents=(-1, 0, 0),
    offsets=np.array([[0.0, 0, 0], [0, 1, 0], [0, -1, 0]]),
    axes=np.tile(np.eye(3), (3, 1, 1)),
    rotation_orders=("zyx", "", ""),
)


def animation_of(frames, frame_rate=50.0, components=2, note="Synthetic."):
    count = 200
    root = np.linspace([0.0, 5, 0], [20, 5, 30], count)
    index = np.arange(20, count, 5)
    return Animation(
        frames,
        (root[:, None] + STICK.offsets)[frames],
        STICK,
        {"number given": ["walk"] * 100 + ["$run"] * 100},
        None,
        np.column_stack([index, index / 2])[:, :components].astype(float),
        index,
        frame_rate,
        note,
    )


def gif_in(files):
    with Image.open(BytesIO(files["animation.gif"])) as file:
        durations = []
        for number in range(file.n_frames):
            file.seek(number)
            durations.append(file.info["duration"])
        return durations


def test_a_picture_is_what_a_full_redraw_shows():
    screen = Screen(animation_of(np.arange(90, 110)))
    screen.picture(3)
    fast = screen.picture(15)
    for artist in screen.moving:
        artist.set_animated(False)
    screen.show(15)
    file = BytesIO()
    screen.figure.savefig(file, dpi=screen.figure.dpi)
    full = np.asarray(Image.open(file).convert("RGB")).astype(int)
    assert (np.abs(fast.astype(int) - full).max(axis=-1) > 32).mean() < 0.002


def test_the_bar_has_the_colour_of_what_is_predicted():
    screen = Screen(animation_of(np.array([99, 100])))
    row = int(screen.figure.bbox.height * BAR_HEIGHT / 2)
    for number in (0, 1):
        seen = screen.picture(number)[row, 100] / 255
        np.testing.assert_allclose(seen, to_rgb(OKABE_ITO[number]), atol=0.01)


def test_before_the_first_vector_nothing_is_marked_in_the_embedding():
    screen = Screen(animation_of(np.array([0, 60, 199])))
    trail, point = screen.moving[2:4]
    found = []
    for number in range(3):
        screen.show(number)
        found.append((len(trail.get_xdata()), point.get_xdata().tolist()))
    assert found == [(0, []), (9, [60.0]), (20, [195.0])]


def test_a_gif_is_thinned_and_plays_at_the_speed_of_the_recording(monkeypatch):
    monkeypatch.setattr(module, "ffmpeg_is_missing", lambda: True)
    files = animation_files(animation_of(np.arange(60)), description="animation")
    assert set(files) == {"animation.gif"}
    assert gif_in(files) == [80] * 15


@pytest.mark.skipif(ffmpeg_is_missing(), reason="ffmpeg is not installed")
def test_an_mp4_has_every_picture_at_the_speed_of_the_recording(tmp_path):
    path = tmp_path / "animation.mp4"
    path.write_bytes(
        animation_files(animation_of(np.arange(60), components=1), description="")["animation.mp4"]
    )
    asked = "stream=width,height,nb_frames,avg_frame_rate"
    command = ["ffprobe", "-v", "error", "-show_entries", asked, "-of", "csv=p=0", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert told == "960,480,25/1,30"


def test_what_ffmpeg_cannot_do_is_told_in_its_words(tmp_path, monkeypatch):
    fake = tmp_path / "ffmpeg"
    fake.write_text("#!/bin/sh\necho no such encoder >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(DataError, match=r"ffmpeg could not make animation\.mp4: no such encoder"):
        animation_files(animation_of(np.arange(60)), description="animation")


def test_animations_of_nothing_are_refused():
    with pytest.raises(DataError, match="at least one frame"):
        animation_of(np.arange(0))


def test_the_trail_begins_after_what_was_not_seen():
    names = ["walk"] * 60 + ["not seen"] * 40 + ["$run"] * 100
    animation = replace(animation_of(np.arange(100, 150)), predictions={"number given": names})
    screen = Screen(animation)
    screen.show(20)
    line, point = screen._map.artists
    assert line.get_xdata().tolist() == [100, 105, 110, 115, 120]
    assert point.get_xdata().tolist() == [120]
