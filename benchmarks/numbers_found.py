"""How often the estimated number of behaviours is near the annotated one, on the results pages.

``python benchmarks/numbers_found.py`` reads docs/results. Near is within one, or within 15 %.
"""

from pathlib import Path

import pandas as pd

RESULTS = Path(__file__).parents[1] / "docs/results"
TABLES = {
    "subject 86, a model per trial": "subject_86.csv",
    "concatenated clips, a model per sequence": "concatenated.csv",
    "subject 86, one vocabulary": "shared.csv",
    "mice, one vocabulary": "mice.csv",
    "HDM05, one vocabulary": "hdm05_shared.csv",
    "CMU actions, one vocabulary": "cmu_actions_shared.csv",
}


def estimates(file: str) -> pd.DataFrame:
    """Estimates of kinembed: a row per sequence and seed, or per seed of one vocabulary."""
    table = pd.read_csv(RESULTS / file)
    rows = table[(table["method"] == "kinembed") & ~table["clusters_given"].astype(bool)]
    shared = rows["protocol"] == "shared"
    return rows[~shared | (rows["sequence"] == "all")]


def near(rows: pd.DataFrame) -> pd.Series:
    """Whether each estimate is within one or 15 % of the number of behaviours."""
    return (rows["clusters"] - rows["behaviours"]).abs() <= (0.15 * rows["behaviours"]).clip(
        lower=1
    )


def main() -> None:
    """Print a row for each experiment and one for all."""
    found = {name: near(estimates(file)) for name, file in TABLES.items()}
    for name, share in found.items():
        print(f"{name}: {share.sum()} of {len(share)} ({share.mean():.2f})")
    every = pd.concat(found.values())
    print(
        f"all: {every.sum()} of {len(every)} ({every.mean():.2f}); experiments alike: "
        f"{sum(share.mean() for share in found.values()) / len(found):.2f}"
    )


if __name__ == "__main__":
    main()
