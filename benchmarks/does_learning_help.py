"""By how much the states of a trained network lead, with the recording as the unit.

``python benchmarks/does_learning_help.py`` reads the scores under ``docs/results``, writes
``docs/results/learning.csv``, with ``learning.made_with.json`` beside it, and prints the table. A
recording's score is its mean over seeds. Of the differences within recordings it has the mean, the
95 % bootstrap interval over recordings, and p of the paired permutation test (all exchanges of
signs, or 9,999 drawn ones where there are more).
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from paired_differences import compared
from representations import corpora
from representations.outcomes import leads
from subject_86 import TEST

from kinembed.core.provenance import write_made_with

RESULTS = Path(__file__).parents[1] / "docs/results"
NETWORK = "kinembed"
RIVALS = {
    "window_as_states": "window statistics",
    "pose_as_states": "pose",
    "untrained": "untrained network",
    "untrained_1024": "untrained network, 1,024 units",
}
MEASURES = ("accuracy", "ami")


class Scores(NamedTuple):
    """Scores of one set of recordings."""

    data: str
    file: str
    protocol: str
    test: tuple[str, ...]
    """Patterns of recordings that had no part in any choice."""


ALL = (
    Scores("subject 86", "subject_86.csv", "continuous", TEST),
    Scores("subject 86, shared", "shared.csv", "shared", TEST),
    Scores("mice, shared", "mice.csv", "shared", ("adult_6115", "adult_7678", "young_7678")),
    Scores("HDM05, shared", "hdm05_shared.csv", "shared", ("mm_*", "tr_*")),
    Scores("120 concatenations", "concatenated.csv", "continuous", ("clips_*",)),
)


def recordings(scores: Scores) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tuning and test recordings apart, each with a name."""
    table = pd.read_csv(RESULTS / scores.file)
    table = table[(table["protocol"] == scores.protocol) & (table["sequence"] != "all")]
    names = table["sequence"]
    test = np.array([any(fnmatchcase(name, one) for one in scores.test) for name in names])
    yield f"{scores.data}, tuning", table[~test]
    yield f"{scores.data}, test", table[test]


def differences(table: pd.DataFrame, rival: str, measure: str) -> np.ndarray:
    """Score of the network less that of its rival on every recording that has both."""
    means = table.groupby(["sequence", "method"])[measure].mean().unstack()
    if not {NETWORK, rival} <= set(means):
        return np.empty(0)
    return (means[NETWORK] - means[rival]).dropna().to_numpy()


def rows() -> Iterator[dict[str, object]]:
    """A row for each set of recordings, way of counting clusters, rival and measure."""
    for scores in ALL:
        for data, table in recordings(scores):
            for given, some in table.groupby("clusters_given"):
                way = "given" if given else "estimated"
                for rival, name in RIVALS.items():
                    for measure in MEASURES:
                        found = differences(some, rival, measure)
                        if len(found) > 1:
                            names = {"data": data, "comparison": name, "measure": measure}
                            yield names | {"number": way} | compared(found)
    yield from leads(pd.read_csv(RESULTS / "fair_trial.csv"))
    yield from corpora.leads(pd.read_csv(RESULTS / "fair_trial_corpora.csv"))


if __name__ == "__main__":
    result = pd.DataFrame(rows())  # not rounded: the page rounds
    result.to_csv(RESULTS / "learning.csv", index=False)
    write_made_with(RESULTS / "learning.csv")
    print(result.round(4).to_string(index=False))
