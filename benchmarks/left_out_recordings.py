"""Does a recording get the same labels when it is left out of the vocabulary?

::

    python benchmarks/left_out_recordings.py WITH WITHOUT 86_10

WITH is the data folder of a run of experiment ``cmu86`` with one vocabulary, WITHOUT that of a run
with the same settings without the recording, whose model labels it. Clusters of the two are matched
one to one on the recordings of both. No annotation is read. Frames count as *known elsewhere* if
another recording has their cluster in WITH, too: the others WITHOUT cannot know.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from kinembed.datasets import ClusterModelDataset, ModelDataset, MotionDataset
from kinembed.evaluation.seed_matching import SeedMatch
from kinembed.segmentation.inference import label_motion


def newest(data: Path, pattern: str) -> dict[str, Path]:
    """Name -> path of the latest version of each file of a pattern."""
    return {path.stem: path for path in sorted(data.glob(pattern))}


def predictions(data: Path) -> dict[str, np.ndarray]:
    """Recording -> cluster of every frame, the number estimated."""
    found = newest(data, "07_model_output/cmu86/predictions/*/predictions/*.parquet")
    return {name: pd.read_parquet(path)["estimated"].to_numpy() for name, path in found.items()}


def labelled(data: Path, motion: Path) -> np.ndarray:
    """Cluster of every frame of a recording by the shared model of a run; -1 is unknown."""
    model, clusters = (
        newest(data, f"06_models/cmu86/{kind}/*/{kind}/all.safetensors")["all"]
        for kind in ("models", "cluster_models")
    )
    table = label_motion(
        MotionDataset(filepath=str(motion)).load(),
        ModelDataset(filepath=str(model)).load(),
        ClusterModelDataset(filepath=str(clusters)).load(),
    )
    return table["cluster"].to_numpy()


def compare(whole: Path, without: Path, recording: str) -> dict[str, float]:
    """Shares of frames with the same label, of all and of those known elsewhere."""
    own, others = predictions(whole), predictions(without)
    both = sorted(others)
    match = SeedMatch.of(*(np.concatenate([run[name] for name in both]) for run in (own, others)))
    motion = newest(whole, "04_feature/cmu86/sequences/*.parquet")[recording]
    found, expected = match.renumber(labelled(without, motion)), own[recording]
    known = np.isin(expected, np.concatenate([own[name] for name in both]))
    same = found == expected
    return {
        "frames": len(same),
        "known elsewhere": known.mean(),
        "same label": same.mean(),
        "same label of those known": same[known].mean(),
        "unknown of the others": (found[~known] < 0).mean() if (~known).any() else np.nan,
    }


def main() -> None:
    """Print a row per recording that was left out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("whole", type=Path, help="data folder of a run with all recordings")
    parser.add_argument("without", type=Path, help="data folder of a run without the recording")
    parser.add_argument("recording", help="its name")
    chosen = parser.parse_args()
    row = compare(chosen.whole, chosen.without, chosen.recording)
    print(pd.DataFrame([row], index=[chosen.recording]).round(3).to_string())


if __name__ == "__main__":
    main()
