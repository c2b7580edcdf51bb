"""The fair trial where trials of subject 86 share their clusters: what costs no training.

``python benchmarks/fair_trial_shared.py`` clusters all trials together with the setting that was
chosen for each representation (``fair_trial.py``, trials by themselves) and with the default one,
and puts the scores into ``docs/results/fair_trial.csv``. Those of trained states are in
``shared.csv``: what was chosen for them is the default. Recordings: the mirror
(``KINEMBED_MIRROR``). It takes minutes.
"""

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

import pandas as pd
from fair_trial import COLUMNS, TABLE, stored, tuned
from representations.outcomes import DEFAULT, TRAINED, Setting, chosen
from results_check import RESULTS, SEQUENCES, labels_of, run, stages_of

from kinembed.core.provenance import write_made_with
from kinembed.evaluation.baselines import BaselineParameters, StageParameters
from kinembed.evaluation.shared import score_shared
from kinembed.motion.motion import Motion, Segmentation

DATA = "subject 86, one vocabulary"
METHODS = {
    "pose": "pose_as_states",
    "window statistics": "window_as_states",
    "untrained, 128 units": "untrained",
}
Trials = tuple[dict[str, Motion], dict[str, Segmentation], StageParameters]


def opened() -> Trials:
    """Trials, their annotations, and the settings of one vocabulary."""
    wanted = ("sequences", "sequence_annotations")
    context = run("cmu86", SEQUENCES, ",".join(wanted), "preset=shared", "fair_trial_shared")
    motions, annotations = map(context.catalog.load, wanted)
    read = {name: load() for name, load in motions.items()}
    return read, annotations, stages_of(context.params)


def scored(name: str, setting: Setting, trials: Trials) -> pd.DataFrame:
    """A row for each trial and way of counting clusters."""
    motions, annotations, stages = trials
    started = perf_counter()
    with tuned(stages.clustering, setting._asdict()) as clustering:
        numbers = {"given": clustering.number_for("all"), "estimated": None}
        changed = replace(stages, clustering=clustering)
        found = labels_of(METHODS[name], motions, numbers, BaselineParameters(), changed)
    scores = score_shared(found, annotations, name).scores
    return rows_of(scores, name, setting, perf_counter() - started)


def rows_of(scores: pd.DataFrame, name: str, setting: Setting, seconds: float) -> pd.DataFrame:
    """Scores of one vocabulary as rows of the fair trial."""
    of_trials = scores[scores["sequence"] != "all"]
    number = of_trials["clusters_given"].map({True: "given", False: "estimated"})
    names = {"data": DATA, "representation": name, "number": number, "seconds": seconds}
    return of_trials.assign(**names, **setting._asdict())[COLUMNS].round(4)


def trained() -> pd.DataFrame:
    """Rows of the trained states, of every seed."""
    table = pd.read_csv(RESULTS / "shared.csv")
    return rows_of(table[table["method"] == "kinembed"], TRAINED, DEFAULT, float("nan"))


def tables() -> Iterator[pd.DataFrame]:
    """Rows of every representation with its setting, and with the default one."""
    trials, before = opened(), stored()
    if chosen(before, TRAINED) != DEFAULT:
        raise SystemExit("scores of trained states with the setting chosen for them are missing")
    yield before[before["data"] != DATA]
    yield trained()
    for name in METHODS:
        for setting in dict.fromkeys([DEFAULT, chosen(before, name)]):
            yield scored(name, setting, trials)
            print(name, *setting, flush=True)


if __name__ == "__main__":
    pd.concat(tables(), ignore_index=True).to_csv(TABLE, index=False)
    write_made_with(TABLE)
