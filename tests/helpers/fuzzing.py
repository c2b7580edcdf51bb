"""What is mutated, by which reader a mutant is read, and what reading it may give.

A seed is a small recording of ours in one format: the files of :mod:`helpers.tool_examples`, one or
more for each row of docs/recordings.md, and of what is read beside recordings. A mutant is read,
within the limits, or refused by one line that names the file; all else is a finding.
"""

import os
import signal
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from multiprocessing.connection import Client
from pathlib import Path

import numpy as np
from helpers import script_server as script_server_file
from helpers.tool_examples import EXAMPLES, Example, amc_with_asf

from kinembed.core import limits
from kinembed.core.errors import KinembedError
from kinembed.io.formats import child_process
from kinembed.io.formats.idx import parse_idx
from kinembed.io.formats.npy import parse_features
from kinembed.io.formats.opening import read_bytes, read_text, suffix_of
from kinembed.io.formats.reader import read_annotation, read_motions
from kinembed.io.sources.folder import acquire_folder
from kinembed.motion.motion import Motion, Segmentation
from kinembed.motion.positions import PositionParameters
from kinembed.report.naming.file import Names, parse_names

LONGEST_MESSAGE = 2500
FRAMES = 8
"""Of annotations."""
SCRIPT_S = 3
"""How long a script may take here; a run gives it a minute."""
COSTS: list[tuple[float, int]] = []
"""Processor seconds and bytes of each script that ended."""
RATE = PositionParameters(frame_rate=60, view="side")
BEHAVIOURS = "start,stop,behaviour\n0,3,walk\n3,5,sit down\n5,8,walk\n"
BY_FRAME = "frame,behaviour\n" + "".join(f"{frame},{'ab'[frame // 4]}\n" for frame in range(FRAMES))
BARBIC = "3\n1 walk\n2 3 4\n2 sit down\n5 5 5\n3 walk\n7\n"
NAMES = (
    "'86_03':\n  given:\n    names: {0: walk, 2: hop}\n    merge: [[1, 4]]\n    split:\n"
    "      - {cluster: 2, name: kneel, start_s: 12.5, stop_s: 14}\n"
)


@dataclass(frozen=True)
class Seed:
    """A file to mutate, those beside it, and its reader."""

    kind: str
    name: str
    write: Callable[[Path], object]
    read: Callable[[Path], None]

    def __str__(self) -> str:
        return f"{self.kind}-{self.name}"


def read_recording(path: Path) -> None:
    """As a run reads a file of a folder, whose beginning says first whether it is a recording."""
    try:
        acquire_folder(path.parent)
    except KinembedError as problem:
        check_message(problem)
    skeleton = path.with_suffix(".asf")
    found = read_motions(
        str(path),
        trial="t",
        skeleton_path=str(skeleton) if skeleton.is_file() else None,
        frame_rate=60.0,
        positions=RATE,
    )
    check_recordings(found)


def read_beside(path: Path) -> None:
    """A skeleton is read with the recording that it moves."""
    read_recording(path.with_suffix(".amc"))


def read_segments(path: Path) -> None:
    check_segments(read_annotation(str(path), trial="t", frame_count=FRAMES))


def check_recordings(motions: Iterable[Motion]) -> None:
    """Numbers, rates, counts and names lie within the limits of docs/recordings.md."""
    motions = list(motions)
    assert len({motion.trial for motion in motions}) == len(motions) > 0
    for motion in motions:
        assert 0 < len(motion) <= limits.MOST_FRAMES
        assert limits.SLOWEST <= motion.frame_rate <= limits.FASTEST
        assert np.isfinite(motion.values).all()
        assert np.abs(motion.values).max() <= limits.FARTHEST
        assert np.isfinite(motion.skeleton.offsets).all()
        assert np.abs(motion.skeleton.offsets).max() <= limits.FARTHEST
        assert len(motion.skeleton.joints) <= limits.MOST_JOINTS
        assert len(set(motion.skeleton.joints)) == len(motion.skeleton.joints)
        check_names((motion.trial, *motion.skeleton.joints))
        check_seen(motion)


def check_seen(motion: Motion) -> None:
    confidence = motion.visibility.confidence if motion.visibility is not None else None
    if confidence is not None:
        assert np.isfinite(confidence).all()
        assert ((confidence >= 0) & (confidence <= 1)).all()
    if motion.file_frames is not None:
        assert (np.diff(motion.file_frames) > 0).all()


def check_names(names: Iterable[str]) -> None:
    """Names stand in logs, tables, pages and paths: none is empty, endless, or holds controls."""
    for name in names:
        assert name.strip(), "a name without a letter"
        assert len(name.encode("utf-8", "surrogateescape")) <= limits.LONGEST_NAME, "a long name"
        assert not {unicodedata.category(one) for one in name} & {"Cc", "Cs"}, f"controls: {name!r}"


def check_segments(found: Segmentation) -> None:
    assert found.frame_count == FRAMES
    assert len(found.frame_labels()) == FRAMES
    check_names(found.behaviours)


def check_naming(names: Names) -> None:
    for sequence in names.sequences.values():
        for naming in (sequence.given, sequence.estimated):
            check_names(naming.names.values())
            check_names(split.name for split in naming.split)


def read_array(path: str) -> np.ndarray:
    return parse_features(read_bytes(path), file=path)


def read_pictures(path: str) -> np.ndarray:
    return parse_idx(read_bytes(path), file=path)


def read_names(path: str) -> Names:
    return parse_names(read_text(path), file=path)


def check_array(values: np.ndarray) -> None:
    assert np.isfinite(np.asarray(values, dtype=np.float64)).all()
    assert values.size


def check_message(problem: KinembedError) -> None:
    """One line, of a length that can be read."""
    message = str(problem)
    assert len(message.splitlines()) == 1, f"several lines: {message!r}"
    assert len(message) <= LONGEST_MESSAGE, f"{len(message)} characters"


def outcome(seed: Seed, path: Path) -> str:
    """Whether a mutant is "read" or "refused"; raises whatever else happens."""
    try:
        seed.read(path)
    except KinembedError as refusal:
        check_refusal(refusal, path)
        return "refused"
    return "read"


def check_refusal(refusal: KinembedError, path: Path) -> None:
    """One line that names the file, or the recording that a skeleton is read with."""
    check_message(refusal)
    named = (path.name, path.with_suffix(".amc").name)
    assert any(name in str(refusal) for name in named), f"no file is named: {refusal}"


def array_file(values: np.ndarray) -> Callable[[Path], object]:
    stream = BytesIO()
    np.save(stream, values)
    return lambda path: path.write_bytes(stream.getvalue())


def text_file(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content)


def skeleton_file(path: Path) -> None:
    amc_with_asf(path.with_suffix(".amc"))


def _of_example(example: Example) -> Seed:
    suffix = suffix_of(example.name)
    return Seed(f"*{suffix}", example.name, example.write, read_recording)


def fork_children() -> None:
    """Fork those scripts that a run starts as Python anew: thousands of mutants are read so."""
    child_process._problem = forked


def forked(command: list[str], length: int) -> str:
    """In place of a script's process: what it says, or that it crashed or took too long."""
    _, address = script_server()
    with Client(address) as script:
        script.send(command)
        pid = script.recv()
        if not script.poll(SCRIPT_S):
            os.kill(pid, signal.SIGKILL)
            return "it was not read in time"
        try:
            said, *cost = script.recv()
        except EOFError:
            return "reading it crashed"
    COSTS.append(tuple(cost))
    return said


@cache
def script_server() -> tuple[subprocess.Popen, str]:
    """The process that forks, and its address; forks of this process share them."""
    address = str(Path(tempfile.mkdtemp()) / "scripts")
    command = [sys.executable, "-I", script_server_file.__file__, address]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    return process, address


def checked(read: Callable, check: Callable) -> Callable[[Path], None]:
    return lambda path: check(read(str(path)))


SMALL_READERS = {"npy": read_array, "idx": read_pictures, "yml": read_names}
"""Of what is no recording, by suffix."""
_FEATURES = np.linspace(-1, 1, 24, dtype=np.float32).reshape(6, 4)
_DIGITS = b"\0\0\x08\x03" + bytes([0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4]) + bytes(range(24))
_SEGMENTS = "annotations"
BESIDE = (
    Seed("skeleton of an AMC file", "walk.asf", skeleton_file, read_beside),
    Seed(_SEGMENTS, "t.labels.csv", text_file(BEHAVIOURS), read_segments),
    Seed(_SEGMENTS, "u.labels.csv", text_file(BY_FRAME), read_segments),
    Seed(_SEGMENTS, "t_annotation.txt", text_file(BARBIC), read_segments),
    Seed("names of behaviours", "names.yml", text_file(NAMES), checked(read_names, check_naming)),
    Seed("features of frames", "a.npy", array_file(_FEATURES), checked(read_array, check_array)),
    Seed(
        "pictures",
        "a.idx",
        lambda path: path.write_bytes(_DIGITS),
        checked(read_pictures, check_array),
    ),
)
SEEDS = (*map(_of_example, EXAMPLES), *BESIDE)
