"""Trials of subject 86 as joint positions from which random gaps were removed.

``write FOLDER``, with ``KINEMBED_MIRROR`` naming the folder of recordings: for each trial and share
the folder gets ``gaps_<percent>_<trial>.csv``, with empty cells where a joint was removed, and its
annotation. Each joint loses the same share of its frames, in gaps of 0.1 to 3 s at random times.

``table SCORES``: mean accuracy for each share, from the table of scores of experiment ``cmu86`` on
these files; and what is lost, with intervals over trials.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from subject_86 import TEST

from kinembed.evaluation.shared_results import paired_interval
from kinembed.io.formats.annotations import parse_annotation, write_annotation
from kinembed.io.formats.reader import read_motions
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Motion

SHARES = (0.0, 0.05, 0.1, 0.2)
SHORTEST_S, LONGEST_S = 0.1, 3.0


def removed(
    frames: int, joints: int, share: float, frame_rate: float, draw: np.random.Generator
) -> np.ndarray:
    """Whether each joint is removed in each frame; exactly the share of every joint."""
    gone = np.zeros((frames, joints), dtype=bool)
    wanted = round(share * frames)
    for joint in range(joints):
        while (left := wanted - int(gone[:, joint].sum())) > 0:
            length = round(draw.uniform(SHORTEST_S, LONGEST_S) * frame_rate)
            start = int(draw.integers(0, frames - length))
            gap = np.flatnonzero(~gone[start : start + length, joint])[:left]
            gone[start + gap, joint] = True
    return gone


def table(motion: Motion, gone: np.ndarray) -> pd.DataFrame:
    """Positions with a column of times, empty where a joint is removed."""
    positions = forward_kinematics(motion)
    positions[gone] = np.nan
    names = [f"{joint}_{axis}" for joint in motion.skeleton.joints for axis in "xyz"]
    found = pd.DataFrame(positions.reshape(len(motion), -1), columns=names)
    found.insert(0, "time", np.arange(len(motion)) / motion.frame_rate)
    return found


def trials(folder: Path) -> Iterator[tuple[Motion, str]]:
    """Each trial of the mirror, and its annotation."""
    for path in sorted((folder / "expmap").glob("*.mat")):
        (motion,) = read_motions(str(path), trial=f"86_{path.stem}")
        annotation = folder / "segmentation" / f"{path.stem}_ground_truth.txt"
        segments = parse_annotation(
            annotation.read_text(),
            file=annotation.name,
            trial=motion.trial,
            frame_count=len(motion),
        )
        yield motion, write_annotation(segments)


def write_trial(
    folder: Path, number: int, motion: Motion, annotation: str, share: float, seed: int
) -> None:
    """Write one trial with a share of its positions removed, and its annotation."""
    draw = np.random.default_rng([seed, number, round(100 * share)])
    gone = removed(len(motion), len(motion.skeleton.joints), share, motion.frame_rate, draw)
    name = f"gaps_{round(100 * share):02d}_{motion.trial}"
    table(motion, gone).to_csv(folder / f"{name}.csv", index=False)
    (folder / f"{name}_annotation.txt").write_text(annotation)


def write(folder: Path, seed: int) -> None:
    """Write the files."""
    folder.mkdir(parents=True, exist_ok=True)
    mirror = Path(os.environ["KINEMBED_MIRROR"]) / "cmu_mocap/subject_86"
    for number, (motion, annotation) in enumerate(trials(mirror)):
        for share in SHARES:
            write_trial(folder, number, motion, annotation, share, seed)


def rows_of(scores: pd.DataFrame) -> pd.DataFrame:
    """The scores with the share removed (%), the trial, and whether it is of the test set."""
    parts = scores["sequence"].str.extract(r"gaps_(?P<removed>\d+)_(?P<trial>.+)")
    removed = parts["removed"].astype(int)
    return scores.assign(removed=removed, trial=parts["trial"], held_out=parts["trial"].isin(TEST))


def means(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean accuracy by seed and share of points removed, over all trials and over the test set."""
    by = ["seed", "clusters_given", "removed"]
    found = pd.DataFrame(
        {
            "all trials": rows.groupby(by)["accuracy"].mean(),
            "tuning trials": rows[~rows["held_out"]].groupby(by)["accuracy"].mean(),
            "test set": rows[rows["held_out"]].groupby(by)["accuracy"].mean(),
        }
    )
    whole = found.groupby(["seed", "clusters_given"])["all trials"].transform("first")
    return found.assign(loss=whole - found["all trials"]).round(3)


def losses(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean loss over trials, each the mean over seeds, with its 95 % bootstrap interval."""
    trials = rows.pivot_table("accuracy", ["clusters_given", "trial"], "removed")
    lost = -trials.sub(trials[0], axis=0).drop(columns=0)
    found = [
        {"clusters_given": given, "removed": share, "loss": some.mean()}
        | dict(zip(("low", "high"), paired_interval(some.to_numpy()), strict=True))
        for given, of_trials in lost.groupby("clusters_given")
        for share, some in of_trials.items()
    ]
    return pd.DataFrame(found).round(3)


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write", help="write trials with gaps into a folder")
    writing.add_argument("folder", type=Path)
    writing.add_argument("--seed", type=int, default=0, help="of the gaps")
    showing = commands.add_parser("table", help="mean accuracy from a table of scores")
    showing.add_argument("scores", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "write":
        write(arguments.folder, arguments.seed)
    else:
        rows = rows_of(pd.read_csv(arguments.scores))
        print(means(rows).to_string(), losses(rows).to_string(index=False), sep="\n\n")


if __name__ == "__main__":
    sys.exit(main())
