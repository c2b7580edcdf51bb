"""Other corpora of the fair trial, whose recordings share their clusters, and its outcomes there.

Settings are chosen on tuning recordings of the same corpus; no score of another takes part.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

import pandas as pd
from paired_differences import compared

from representations.outcomes import KINDS, MEASURES, TRAINED

Setting = dict[str, Any]


class Corpus(NamedTuple):
    """An experiment, and what is tuned of its clustering."""

    experiment: str
    options: Mapping[str, tuple[Any, ...]]
    """Setting of the clustering -> values; the first is that of the experiment. ``summaries``: see
    :class:`~representations.outcomes.Setting`."""

    @property
    def settings(self) -> list[Setting]:
        """All of them; the first is the default."""
        values = product(*self.options.values())
        return [dict(zip(self.options, one, strict=True)) for one in values]


CORPORA = {
    "HDM05": Corpus(
        "hdm05_shared",
        {
            "transition_penalty_s": (0.1, 0.05, 0.2),
            "separation_threshold": (0.03, 0.015),
            "summaries": (True, False),
        },
    ),
    "mice": Corpus(
        "mice",
        {
            "minimum_duration_s": (0.5, 0.25, 1.0),
            "components": (20, 10),
            "method": ("gaussian_mixture", "kmeans"),
        },
    ),
}
REPRESENTATIONS = (
    "pose",
    "pose and velocity",
    "window statistics",
    "window statistics of four lengths",
    "delayed poses",
    "untrained, 128 units",
    "untrained, 1,024 units",
    TRAINED,
)


def shown(setting: Setting) -> str:
    """A setting as it stands in the table."""
    return " ".join(f"{name}={value}" for name, value in setting.items())


def chosen(table: pd.DataFrame) -> pd.Series:
    """The setting of the best mean AMI for every representation of every corpus.

    Of equals, the first of the table. Accuracy would not do: recordings share one assignment of
    clusters to behaviours, in which annotations of test recordings take part.
    """
    cell = ["data", "representation"]
    rows = table[(table["part"] == "tuning") & (table["number"] == "estimated")]
    of_setting = rows[rows["seed"] == 0].groupby([*cell, "setting"], sort=False)["ami"]
    means = of_setting.mean().round(6).reset_index("setting")
    best = means.groupby(level=cell)["ami"].transform("max")
    return means[means["ami"] == best].groupby(level=cell)["setting"].first()


def of_kind(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Rows with the setting that was chosen for each representation, or with the default one."""
    defaults = {name: shown(corpus.settings[0]) for name, corpus in CORPORA.items()}
    if kind == "default":
        return table[table["setting"] == table["data"].map(defaults)]
    keys = pd.MultiIndex.from_frame(table[["data", "representation"]])
    return table[table["setting"].to_numpy() == chosen(table).reindex(keys).to_numpy()]


def compared_alone(table: pd.DataFrame) -> pd.DataFrame:
    """The table without test recordings in settings that are not compared."""
    used = [of_kind(table, kind).index for kind in KINDS]
    return table[(table["part"] == "tuning") | table.index.isin(used[0].union(used[1]))]


def leads(table: pd.DataFrame) -> Iterator[dict[str, object]]:
    """By how much the trained states lead the others on tuning and test recordings of a corpus."""
    for kind, measure in product(KINDS, MEASURES):
        rows = of_kind(table, kind)
        for (data, part, number), some in rows.groupby(["data", "part", "number"], sort=False):
            means = some.groupby(["sequence", "representation"])[measure].mean().unstack()
            for name in means.columns.drop(TRAINED, errors="ignore") if TRAINED in means else ():
                row = {"data": f"{data}, one vocabulary, {kind}, {part}", "comparison": name}
                found = compared((means[TRAINED] - means[name]).dropna().to_numpy())
                yield row | {"measure": measure, "number": number} | found
