"""A peer in a process of its own: what it is given, and what became of it."""

import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA

from peers.methods import Peer


@dataclass(frozen=True, eq=False)
class Outcome:
    """Labels of all frames and seconds, or why there are none.

    Attributes
    ----------
    status : str
        ``ok``, ``failed: ...`` or ``exceeded ... s``.
    """

    status: str
    labels: np.ndarray | None = None
    seconds: float = float("nan")


def installed(peer: Peer, python: Path) -> bool:
    """Whether an environment has what a peer needs."""
    code = (
        f"import importlib.util, sys; sys.exit(importlib.util.find_spec('{peer.package}') is None)"
    )
    try:
        return subprocess.run([python, "-c", code], check=False).returncode == 0
    except OSError:
        return False


def prepared(peer: Peer, channels: np.ndarray, frame_rate: float) -> tuple[np.ndarray, int]:
    """The rows that a peer gets, and frames per row."""
    step = max(1, round(frame_rate / peer.rate_hz)) if peer.rate_hz else 1
    rows = channels[::step]
    if peer.components and rows.shape[1] > peer.components:
        rows = PCA(peer.components, random_state=0).fit_transform(rows)
    return rows, step


def run_peer(
    peer: Peer, python: Path, channels: np.ndarray, frame_rate: float, number: int, seed: int,
    seconds: float,
) -> Outcome:  # fmt: skip
    """Let a peer label a series within a time; ``number`` 0: it estimates their number."""
    rows, step = prepared(peer, channels, frame_rate)
    with tempfile.TemporaryDirectory() as folder:
        task, found = Path(folder) / "task.npz", Path(folder) / "labels.npz"
        np.savez(task, values=rows, number=number, seed=seed)
        program = Path(__file__).parent / peer.program
        problem = _wait([python, program, peer.name, task, found], seconds)
        if problem or not found.exists():
            return Outcome(problem or "failed: it wrote no labels")
        answer = np.load(found)
    labels = np.asarray(answer["labels"])
    if labels.shape != (len(rows),):
        return Outcome(f"failed: {len(rows)} rows, but labels of shape {labels.shape}")
    frames = np.repeat(labels, step)[: len(channels)].astype(np.int64)
    return Outcome("ok", frames, float(answer["seconds"]))


def _wait(command: list[object], seconds: float) -> str:
    """Run a program and all that it starts; the problem, empty if there is none."""
    one_thread = os.environ | {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    with subprocess.Popen(
        [str(part) for part in command],
        env=one_thread | {"PYTHONPATH": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as child:
        try:
            _, said = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"exceeded {seconds:g} s"
        finally:  # also where Ctrl-C ends the benchmark
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
    if child.returncode == 0:
        return ""
    lines = said.strip().splitlines() or [f"exit code {child.returncode}"]
    return f"failed: {lines[-1]}"
