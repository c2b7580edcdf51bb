"""Which behaviours of one vocabulary occur in how many recordings; no annotation is read.

``python benchmarks/behaviours_in_clips.py DATA`` reads the labels of the latest run of experiment
``recordings`` in the data folder DATA, and prints for each behaviour the number of recordings, its
duration and the subjects: the beginnings of the recordings' names, as CMU has them (35_01).
"""

import argparse
from pathlib import Path

import pandas as pd


def labels(data: Path) -> pd.DataFrame:
    """A row per recording and behaviour, with its duration in seconds."""
    found: dict[str, Path] = {}
    for path in sorted(data.glob("07_model_output/recordings/predictions/*/*/*.parquet")):
        found[path.stem] = path
    rows = []
    for recording, path in found.items():
        table = pd.read_parquet(path, columns=["time_s", "estimated"])
        seconds = table["estimated"].value_counts() * table["time_s"].diff().median()
        rows += [(recording, behaviour, one) for behaviour, one in seconds.items()]
    return pd.DataFrame(rows, columns=["recording", "behaviour", "seconds"])


def main() -> None:
    """Print the behaviours, those of most recordings first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="data folder of a run of experiment recordings")
    rows = labels(parser.parse_args().data)
    rows["subject"] = rows["recording"].str.partition("_")[0]
    table = rows.groupby("behaviour").agg(
        recordings=("recording", "nunique"),
        seconds=("seconds", "sum"),
        subjects=("subject", lambda names: " ".join(sorted(set(names)))),
    )
    table = table.sort_values(["recordings", "seconds"], ascending=False)
    print(table.round({"seconds": 1}).to_string())
    several = (table["recordings"] > 1).sum()
    shared = table["subjects"].str.contains(" ").sum()
    print(
        f"{len(table)} behaviours in {rows['recording'].nunique()} recordings: {several} in "
        f"several, {shared} of several subjects"
    )


if __name__ == "__main__":
    main()
