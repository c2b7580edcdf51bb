"""From the table of the fair trial to chosen settings, and to leads of the trained states.

No score of a test trial takes part in a choice.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import pandas as pd
from paired_differences import compared
from subject_86 import TUNING

TRAINED = "trained states"
TUNED_ON = "subject 86"
"""Data of which the tuning trials choose the settings for all data."""
MEASURES = ["accuracy", "ami"]
KINDS = ("tuned", "default")


class Setting(NamedTuple):
    """What is tuned of the clustering; the first of SETTINGS is the default."""

    transition_penalty_s: float
    separation_threshold: float
    summaries: bool
    """Whether the kernel's features have summaries over two seconds beside the rows."""


SETTINGS = [Setting(*one) for one in product((0.7, 0.35, 1.4), (0.31, 0.155), (True, False))]
DEFAULT = SETTINGS[0]


def chosen(table: pd.DataFrame, name: str) -> Setting:
    """The setting of the best mean accuracy over tuning trials; of equals, the first.

    Other data take no part. What was not tuned has the setting of the trained states.
    """
    rows = table[(table["data"] == TUNED_ON) & table["sequence"].isin(TUNING)]
    rows = rows[rows["number"] == "estimated"]
    tuned = name if name in set(rows["representation"]) else TRAINED
    rows = rows[(rows["representation"] == tuned) & (rows["seed"] == 0)]
    means = rows.groupby([*Setting._fields])["accuracy"].mean().round(6)
    return Setting(*means.loc[SETTINGS].idxmax())


def scores(table: pd.DataFrame, name: str, kind: str, number: str) -> pd.DataFrame:
    """Measures by part of the data and recording, means over seeds.

    With the chosen or with the default setting.
    """
    setting = DEFAULT if kind == "default" else chosen(table, name)
    wanted = [name, *setting, number]
    rows = table[(table[["representation", *Setting._fields, "number"]] == wanted).all(axis=1)]
    tuning = rows["sequence"].isin(TUNING).map({True: "tuning", False: "test"}).rename("part")
    return rows.groupby(["data", tuning, "sequence"])[MEASURES].mean()


def leads(table: pd.DataFrame) -> Iterator[dict[str, object]]:
    """By how much the trained states lead each other representation, on each set of recordings."""
    names = [name for name in dict.fromkeys(table["representation"]) if name != TRAINED]
    for kind, number, name in product(KINDS, ("estimated", "given"), names):
        differences = scores(table, TRAINED, kind, number) - scores(table, name, kind, number)
        for (data, part), rows in differences.dropna().groupby(["data", "part"]):
            for measure in MEASURES if len(rows) > 1 else ():
                row = {"data": f"{data}, {kind}, {part}", "comparison": name}
                found = compared(rows[measure].to_numpy())
                yield row | {"measure": measure, "number": number} | found


def means(table: pd.DataFrame, data: str = TUNED_ON) -> pd.DataFrame:
    """Mean accuracy over test recordings of each representation, and its chosen setting."""
    names = dict.fromkeys(table.loc[table["data"] == data, "representation"])
    return pd.DataFrame(
        {"representation": name, **chosen(table, name)._asdict()}
        | {
            f"{kind}, {number}": _of_test_set(scores(table, name, kind, number), data)
            for kind, number in product(KINDS, ("estimated", "given"))
        }
        for name in names
    )


def _of_test_set(found: pd.DataFrame, name: str) -> float:
    """Mean accuracy; NaN where nothing has been scored yet."""
    data, part = (found.index.get_level_values(level) for level in ("data", "part"))
    return float(found.loc[(data == name) & (part == "test"), "accuracy"].mean())
