"""What the published method reaches under its protocols, beside what stands instead of it.

``python benchmarks/published_results.py`` collects the scores that runs of the experiments
``cmu86`` and ``cmu_concatenated`` left in ``KINEMBED_DATA`` or ``data`` (the newest of each
seed), writes ``docs/results/published.csv``, with ``published.made_with.json``
beside it, and prints means and differences. A recording's score is its mean over seeds; a
difference is that of the published method less another, paired by recording, with its 95 %
bootstrap interval. Networks that were trained otherwise have a data folder of their own and a
name::

    python benchmarks/published_results.py --beside without_critics=/path/to/their/results
"""

import argparse
import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

import pandas as pd
import subject_86

from kinembed.core.provenance import write_made_with
from kinembed.evaluation.results import newest_of_each_seed
from kinembed.evaluation.scores import score_columns
from kinembed.evaluation.shared_results import paired_interval

RESULTS = Path(__file__).parents[1] / "docs/results"
PUBLISHED = "single_linkage"
TABLES = ("ablation_scores", "published_annotated_scores", "published_loss_scores")
EXPERIMENTS = ("cmu86", "cmu_concatenated")
DRAWN = r"^draw_(\d)$", r"clips_5_0\1"
"""What ``cmu_actions`` draws, ``cmu_concatenated`` draws too, under another name; it is read of
other networks alone, so that two draws of one name never meet."""
OF_NETWORKS = (PUBLISHED, "untrained_single_linkage")
"""Methods that change with the network."""
PARTS = {
    **subject_86.PARTS,
    "3 clips": ("clips_3_[0-9]*",),
    "5 clips": ("clips_5_[0-9]*",),
    "8 clips": ("clips_8_[0-9]*",),
    "repeated": ("clips_*_repeated_*",),
}
"""Sets of recordings or sequences that are never in one mean."""
MEASURES = ("accuracy", "accuracy_by_order", "ari", "ami")


def stored(folder: Path, name: str) -> list[pd.DataFrame]:
    """Newest scores of each seed in one table of an experiment, as runs stored them."""
    paths = (folder / f"{name}.csv").glob(f"*/{name}.csv")
    versions = {path.parent.name: partial(pd.read_csv, path) for path in paths}
    columns = score_columns()
    return [table[columns] for _, table in newest_of_each_seed(name, versions, columns)]


def collected(data: Path, experiments: Iterable[str] = EXPERIMENTS) -> pd.DataFrame:
    """All scores that the page is about."""
    folders = [data / "08_reporting" / experiment for experiment in experiments]
    found = [table for folder in folders for name in TABLES for table in stored(folder, name)]
    if not found:
        raise SystemExit(f"{data}: no scores; make them first, see docs/results/published.md")
    scores = pd.concat(found, ignore_index=True).round(4)
    return scores.assign(sequence=scores["sequence"].replace(*DRAWN, regex=True))


def beside(name: str, data: Path) -> pd.DataFrame:
    """Scores of the published clustering with other networks, named after what differs."""
    scores = collected(data, (*EXPERIMENTS, "cmu_actions"))
    rows = scores[scores["method"].isin(OF_NETWORKS)]
    return rows.assign(method=rows["method"] + f"_{name}")


def part_of(sequence: str) -> str:
    """The set that a recording belongs to."""
    return next(
        name
        for name, patterns in PARTS.items()
        if any(fnmatchcase(sequence, pattern) for pattern in patterns)
    )


def summary(scores: pd.DataFrame, measure: str) -> Iterator[dict[str, object]]:
    """A row per protocol, set and method: means, and by how much the published method leads."""
    given = scores[scores["clusters_given"]]
    parts = given["sequence"].map(part_of).rename("part")
    for (protocol, part), table in given.groupby(["protocol", parts], sort=False):
        means = table.groupby(["sequence", "method"])[[*MEASURES]].mean()
        leads = means[measure].unstack("method")
        for method, some in means.groupby("method"):
            found = (leads[PUBLISHED] - leads[method]).dropna().to_numpy()
            low, high = paired_interval(found)
            row = {"protocol": protocol, "part": part, "method": method}
            row |= {"recordings": len(some), "seeds": table["seed"].nunique()}
            row |= {name: some[name].mean() for name in MEASURES}
            yield row | {"difference": found.mean(), "low": low, "high": high}


def main() -> None:
    """Write the table and print its means."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--beside", nargs="+", default=[], metavar="NAME=FOLDER")
    others = dict(one.split("=", 1) for one in parser.parse_args().beside)
    tables = [collected(Path(os.environ.get("KINEMBED_DATA", "data")))]
    tables += [beside(name, Path(folder)) for name, folder in others.items()]
    scores = pd.concat(tables, ignore_index=True)
    scores.to_csv(RESULTS / "published.csv", index=False)
    write_made_with(RESULTS / "published.csv")
    for measure in ("accuracy", "accuracy_by_order", "ari"):
        print(f"\ndifferences are of {measure}")
        print(pd.DataFrame(summary(scores, measure)).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
