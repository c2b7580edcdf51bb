"""Labels and predictions of SLEAP (``.slp``), read by sleap-io (extra ``pose``).

Conventions
-----------
* A track is an individual. Where a person corrected a prediction, the correction is read.
* What a person placed has no confidence (NaN, which no threshold leaves out).
* Coordinates are pixels, whose y points down; a point that is not visible was not seen.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.core.percentages import percent
from kinembed.io.formats.hdf5 import open_hdf5
from kinembed.io.formats.local_copy import local_copy, optional_module
from kinembed.io.formats.timing import EvenTime, even_frames, no_line
from kinembed.motion.positions.recorded import RecordedPositions

EXPECTED = "a file of SLEAP"
_LEAST_LABELLED = 0.5
"""Share of the frames from the first to the last; with less, hand labels are a training set."""


@dataclass(frozen=True, eq=False)
class _Placed:
    """Points of an instance in a frame of a video, and in which track they are."""

    video: int
    frame: int
    track: int | None
    by_hand: bool
    points: Float[np.ndarray, "joints 2"]
    scores: Float[np.ndarray, "joints"]


def parse_sleap_labels(content: bytes, *, file: str) -> list[RecordedPositions]:
    """Read the tracks in a file of SLEAP.

    Parameters
    ----------
    content : bytes
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Of each track, keypoints in pixels with confidences; with a frame rate where the file states
        that of the video. A track of one of several videos is named ``<video>_<track>``.

    Raises
    ------
    FormatError
        When sleap-io is not installed, the file is no file of SLEAP, holds no instance, holds
        several skeletons, a few frames labelled by hand (a training set), or several instances in
        a frame that no track, or the same, tells apart.
    """
    labels = _load(content, file)
    if len(labels.skeletons) != 1:
        problem = f"expected one skeleton, found {len(labels.skeletons)}"
        raise FormatError(file, f"{problem}; export animals of one kind to a file of their own")
    placed = _placed(labels)
    if not placed:
        raise FormatError(file, f"expected {EXPECTED} with instances, found none")
    joints = tuple(str(node.name) for node in labels.skeletons[0].nodes)
    videos = sorted({one.video for one in placed})
    found: list[RecordedPositions] = []
    for video in videos:
        of_video = [one for one in placed if one.video == video]
        time = _time(of_video, labels.videos[video], file)
        found += _tracks(of_video, _names(labels, video, len(videos)), joints, time, file)
    return found


def _load(content: bytes, file: str) -> Any:
    sleap_io = optional_module("sleap_io", file=file)
    with open_hdf5(content, file=file, expected=EXPECTED) as stored:
        if "frames" not in stored:
            raise FormatError(file, f"expected {EXPECTED}, found no frames")
    with local_copy(content, ".slp") as path, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return sleap_io.load_slp(str(path), open_videos=False)
        except Exception as problem:  # sleap-io lets out whatever a broken file makes go wrong
            told = str(problem).replace(str(path), file)
            raise FormatError(file, f"expected {EXPECTED}, but {told}") from problem


def _placed(labels: Any) -> list[_Placed]:
    """All instances but predictions that a person corrected."""
    videos = {id(video): number for number, video in enumerate(labels.videos)}
    tracks = {id(track): number for number, track in enumerate(labels.tracks)}
    found = []
    for frame in labels:
        by_hand = [one for one in frame.instances if _by_hand(one)]
        corrected = {id(one.from_predicted) for one in by_hand}
        taken = {id(one.track) for one in by_hand if one.track is not None}
        for one in frame.instances:
            if _by_hand(one) or not (id(one) in corrected or id(one.track) in taken):
                video, track = videos[id(frame.video)], tracks.get(id(one.track))
                found.append(_instance(one, video, int(frame.frame_idx), track))
    return found


def _by_hand(instance: Any) -> bool:
    return "score" not in instance.points.dtype.names


def _instance(one: Any, video: int, frame: int, track: int | None) -> _Placed:
    points, by_hand = np.asarray(one.numpy(), dtype=np.float64)[:, :2], _by_hand(one)
    scores = np.full(len(points), np.nan) if by_hand else one.points["score"].astype(np.float64)
    return _Placed(video, frame, track, by_hand, points, scores)


def _time(placed: Sequence[_Placed], video: Any, file: str) -> EvenTime:
    numbers = np.unique([one.frame for one in placed]).astype(np.float64)
    share = len(numbers) / (numbers[-1] - numbers[0] + 1)
    if share < _LEAST_LABELLED and all(one.by_hand for one in placed):
        raise FormatError(
            file,
            f"{len(numbers)} frames are labelled by hand, {percent(share)} of those from the "
            "first to the last: these are training labels; give the file of predictions",
        )
    found = even_frames(numbers, file=file, line_of=no_line, column="frame numbers")
    return _with_rate(found, float(video.fps)) if video.fps else found


def _with_rate(time: EvenTime, rate: float) -> EvenTime:
    """Frames that count by two come at half the rate of the video."""
    numbers = time.file_frames
    step = 1 if numbers is None or len(numbers) < 2 else int(numbers[1] - numbers[0])
    return replace(time, rate=rate / step) if np.isfinite(rate) and rate > 0 else time


def _names(labels: Any, video: int, videos: int) -> dict[int | None, str]:
    """Individual of each track; a number sets those of one name apart."""
    found: dict[int | None, str] = {None: ""}
    for number, track in enumerate(labels.tracks):
        name = str(track.name)
        found[number] = f"{name}-{number + 1}" if name in found.values() else name
    if videos == 1:
        return found
    stems = [PurePath(str(one.filename)).stem for one in labels.videos]
    stem = stems[video]
    of_video = f"{stem}-{video + 1}" if stems.count(stem) > 1 else stem
    return {track: f"{of_video}_{name}" if name else of_video for track, name in found.items()}


def _tracks(
    placed: Sequence[_Placed],
    names: dict[int | None, str],
    joints: tuple[str, ...],
    time: EvenTime,
    file: str,
) -> list[RecordedPositions]:
    tracked = [one for one in placed if one.track is not None]
    used = tracked or list(placed)
    _check_distinct(used, names, file)
    if len(used) < len(placed):
        spare = f"{len(placed) - len(used)} instances that are in no track are passed over"
        time = replace(time, notes=(*time.notes, spare))
    known = not all(one.by_hand for one in used)
    tracks = sorted({one.track for one in used}, key=lambda track: -1 if track is None else track)
    of_tracks = ([one for one in used if one.track == track] for track in tracks)
    return [
        _track(of_track, names[track], joints, time, known)
        for track, of_track in zip(tracks, of_tracks, strict=True)
    ]


def _check_distinct(used: Sequence[_Placed], names: dict[int | None, str], file: str) -> None:
    counts: dict[tuple[int, int | None], int] = {}
    for one in used:
        counts[one.frame, one.track] = counts.get((one.frame, one.track), 0) + 1
    for (frame, track), count in counts.items():
        if count > 1 and track is not None:
            problem = f"{count} instances of track {names[track]} in frame {frame}"
            raise FormatError(file, f"{problem}; correct it in SLEAP")
        if count > 1:
            raise FormatError(
                file,
                f"{count} instances in frame {frame}, and no tracks that say who is who; track the "
                "animals in SLEAP (sleap-track with a tracker), then give that file",
            )


def _track(
    placed: Sequence[_Placed], name: str, joints: tuple[str, ...], time: EvenTime, known: bool
) -> RecordedPositions:
    numbers = np.arange(len(time.before)) if time.file_frames is None else time.file_frames
    values = np.full((len(numbers), len(joints), 2), np.nan)
    scores = np.full(values.shape[:2], np.nan)
    rows = np.searchsorted(numbers, [one.frame for one in placed])
    values[rows] = np.stack([one.points for one in placed])
    scores[rows] = np.stack([one.scores for one in placed])
    return RecordedPositions(
        values,
        joints,
        time.rate,
        up=None,
        confidence=scores if known else None,
        individual=name,
        file_frames=time.file_frames,
        notes=time.notes,
    )
