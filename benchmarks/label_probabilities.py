"""How well the probabilities of labels are calibrated on annotated recordings.

``python benchmarks/label_probabilities.py FOLDER MIRROR`` reads the predictions of experiment
``cmu86`` in the data folder FOLDER, and the annotations of subject 86 in MIRROR. A frame is right
when its cluster is matched to its behaviour (one to one, most frames). The calibration error is the
mean difference between probability and share right over ten bins of equal width, weighed by frames.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from subject_86 import TEST

from kinembed.evaluation.metrics import match_clusters
from kinembed.io.formats.annotations import parse_annotation

BINS, UNSURE = 10, 0.95


def frames_of(path: Path, mirror: Path) -> pd.DataFrame:
    """Probability of every frame of a trial, its number of clusters given, and what is right."""
    table, trial = pd.read_parquet(path), path.stem
    file = mirror / "cmu_mocap/subject_86/segmentation" / f"{trial[3:]}_ground_truth.txt"
    annotation = parse_annotation(
        file.read_text(), file=file.name, trial=trial, frame_count=len(table)
    )
    behaviours = annotation.frame_labels()
    named = match_clusters(table["given"].to_numpy(), behaviours)
    right = table["given"].map(named) == behaviours
    return pd.DataFrame({"trial": trial, "p": table["given_probability"], "right": right})


def calibration(frames: pd.DataFrame) -> dict[str, float]:
    """Mean probability, share right, calibration error and log loss; and the unsure frames."""
    bins = np.minimum((frames["p"] * BINS).astype(int), BINS - 1)
    groups = frames.groupby(bins)
    gaps = (groups["p"].mean() - groups["right"].mean()).abs() * groups.size() / len(frames)
    clipped = frames["p"].clip(1e-6, 1 - 1e-6)
    unsure = frames[frames["p"] < UNSURE]
    return {
        "mean probability": frames["p"].mean(),
        "share right": frames["right"].mean(),
        "calibration error": gaps.sum(),
        "log loss": -np.log(np.where(frames["right"], clipped, 1 - clipped)).mean(),
        f"share below {UNSURE}": len(unsure) / len(frames),
        f"right below {UNSURE}": unsure["right"].mean(),
    }


def main() -> None:
    """Print a row for tuning trials, test trials and all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="data folder of a run of cmu86")
    parser.add_argument("mirror", type=Path, help="folder of recordings, KINEMBED_MIRROR")
    arguments = parser.parse_args()
    stored = arguments.folder.glob("07_model_output/cmu86/predictions/*/predictions/*.parquet")
    newest = {path.stem: path for path in sorted(stored)}
    frames = pd.concat([frames_of(path, arguments.mirror) for path in newest.values()])
    held_out = frames["trial"].isin(TEST)
    parts = {"tuning": frames[~held_out], "test set": frames[held_out], "all": frames}
    found = pd.DataFrame({name: calibration(part) for name, part in parts.items()})
    print(found.T.round(3).to_string())


if __name__ == "__main__":
    sys.exit(main())
