"""Does separability tell when training is enough? Its correlation with ARI before the plateau.

``python benchmarks/separability_before_plateau.py`` reads ``docs/results/separability_study.csv``
and prints a row per criterion. With a data folder it first writes that table, and
``separability_study.made_with.json`` beside it, from the checks that runs of pipeline
``separability_study`` with experiment ``cmu86`` left there (the newest of each seed). The unit is
the recording, a mean over its seeds. Runs with other settings have a table of their own::

    python benchmarks/separability_before_plateau.py data --table separability_study_10000
"""

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from subject_86 import PARTS

from kinembed.core.provenance import write_made_with
from kinembed.evaluation.results import newest_of_each_seed
from kinembed.evaluation.separability_study import CRITERIA, PLATEAU, choose_checks
from kinembed.evaluation.shared_results import paired_interval

RESULTS = Path(__file__).parents[1] / "docs/results"
NAME = "separability_study"


def collected(data: Path) -> pd.DataFrame:
    """Checks of all seeds."""
    paths = (data / "08_reporting/cmu86" / f"{NAME}.csv").glob(f"*/{NAME}.csv")
    versions = {path.parent.name: partial(pd.read_csv, path) for path in paths}
    found = [table for _, table in newest_of_each_seed(NAME, versions, ["seed", "ari"])]
    if not found:
        raise SystemExit(f"{data}: no checks; run pipeline separability_study first")
    return pd.concat(found).sort_values(["seed", "sequence", "step"], ignore_index=True)


def choices(checks: pd.DataFrame) -> pd.DataFrame:
    """What each criterion chooses, for every recording and seed."""
    found = [choose_checks(some).assign(seed=seed) for seed, some in checks.groupby("seed")]
    return pd.concat(found, ignore_index=True)


def summary(chosen: pd.DataFrame) -> Iterator[dict[str, object]]:
    """A row per criterion and set of recordings."""
    for part, names in PARTS.items():
        some = chosen[chosen["sequence"].isin(names)]
        for criterion in CRITERIA:
            of_criterion = some[some["criterion"] == criterion]
            by_recording = of_criterion.groupby("sequence")["correlation_before"].mean()
            low, high = paired_interval(by_recording.dropna().to_numpy())
            yield {
                "part": part,
                "criterion": criterion,
                "recordings": by_recording.notna().sum(),
                "correlation before": by_recording.mean(),
                "low": low,
                "high": high,
                "good choices": (of_criterion["shortfall"] <= PLATEAU).sum(),
                "of": len(of_criterion),
            }


def main() -> None:
    """Print plateaus and correlations."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, help="data folder of runs to collect")
    parser.add_argument("--table", default=NAME, help="name of the table, without .csv")
    told = parser.parse_args()
    path = RESULTS / f"{told.table}.csv"
    if told.data is not None:
        collected(told.data).round(4).to_csv(path, index=False)
        write_made_with(path)
    chosen = choices(pd.read_csv(path))
    plateaus = chosen.drop_duplicates(["sequence", "seed"]).pivot(
        index="sequence", columns="seed", values="plateau"
    )
    print(plateaus.to_string(), f"median {np.median(plateaus):g}", sep="\n")
    print(pd.DataFrame(summary(chosen)).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
