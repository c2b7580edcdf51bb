"""The fair trial where trials of subject 86 share their clusters: what costs no training.

``python benchmarks/fair_trial_shared.py`` clusters all trials together with the setting that was
chosen for each representation (``fair_trial.py``, trials by themselves) and with the default one,
and puts the scores into ``docs/results/fair_trial.csv``. Those of trained states are in
``shared.csv``: what was chosen for them is the default. Recordings: the mirror
(``KINEMBED_MIRROR``). It takes minutes.
"""

from collections.abc import Iterator
from time import perf_counter

import pandas as pd
from fair_trial import COLUMNS, TABLE, of_page, stored, tuned
from fair_trial_corpora import Material
from representations import corpora
from representations.outcomes import DEFAULT, TRAINED, Setting, chosen
from representations.table import REPRESENTATIONS as MADE
from results_check import RESULTS

from kinembed.core.provenance import write_made_with

DATA = "subject 86, one vocabulary"
REPRESENTATIONS = tuple(name for name in corpora.REPRESENTATIONS if name != TRAINED)


def scored(name: str, setting: Setting, material: Material) -> pd.DataFrame:
    """A row for each trial and way of counting clusters."""
    started = perf_counter()
    states = MADE[name].make(material.recordings, 0)
    with tuned(material.recordings.stages.clustering, setting._asdict()) as clustering:
        scores = material.scores(states, clustering)
    number = scores["clusters_given"].map({True: "given", False: "estimated"})
    names = {"data": DATA, "representation": name, "number": number}
    named = scores.assign(**names, **setting._asdict(), seconds=perf_counter() - started)
    return named[COLUMNS].round(4)


def trained() -> pd.DataFrame:
    """Rows of the trained states, of every seed."""
    return of_page(DATA, pd.read_csv(RESULTS / "shared.csv"))


def tables() -> Iterator[pd.DataFrame]:
    """Rows of every representation with its setting, and with the default one."""
    trials, before = Material.of("cmu86", "preset=shared"), stored()
    if chosen(before, TRAINED) != DEFAULT:
        raise SystemExit("scores of trained states with the setting chosen for them are missing")
    yield before[before["data"] != DATA]
    yield trained()
    for name in REPRESENTATIONS:
        for setting in dict.fromkeys([DEFAULT, chosen(before, name)]):
            yield scored(name, setting, trials)
            print(name, *setting, flush=True)


if __name__ == "__main__":
    pd.concat(tables(), ignore_index=True).to_csv(TABLE, index=False)
    write_made_with(TABLE)
