"""Do the states of a trained network lead if every representation is tuned alike?

``python benchmarks/fair_trial.py`` adds what ``docs/results/fair_trial.csv`` lacks, and prints the
setting that was chosen for each representation, and by how much the trained states lead it.
``python benchmarks/fair_trial.py "pose*" "trained*"`` runs some of them. What is compared and how
was written down before: docs/decisions/0026-a-fair-trial-of-learning.md. Recordings: subject 86,
from the mirror (``KINEMBED_MIRROR``); it takes about an hour of one core. With ``--peers`` and the
Python of ``make peers``, the labelled series of four channels that are installed there are scored
instead, with the settings that were chosen on subject 86; with ``--concatenations`` the joined
clips of ``cmu_concatenated`` are.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from hashlib import blake2b
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple
from unittest.mock import patch

import pandas as pd
from peers.series import FOUR, four_channels
from representations.outcomes import (
    DEFAULT,
    MEASURES,
    SETTINGS,
    TRAINED,
    TUNED_ON,
    Setting,
    chosen,
    leads,
    means,
)
from representations.recordings import Recordings
from representations.table import REPRESENTATIONS
from results_check import RESULTS, SEQUENCES, run, stages_of
from subject_86 import TUNING

from kinembed.core.provenance import write_made_with
from kinembed.evaluation.measures import score_segmentation
from kinembed.motion.motion import Segmentation
from kinembed.segmentation import kernel_features, kernel_segmentation
from kinembed.segmentation.clustering import ClusteringParameters, Clusters, fit_clusters
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.methods import Partition
from kinembed.segmentation.partition_cost import PartitionCost

TABLE = RESULTS / "fair_trial.csv"
CONCATENATIONS = "120 concatenations"
FRAME_RATE = 120.0
CELL = ["data", "representation", "sequence", "seed"]
SEARCH = "best_partitions"
COLUMNS = [*CELL, *Setting._fields, "number", "clusters", *MEASURES, "seconds"]


class Cell(NamedTuple):
    """One representation of one recording."""

    data: str
    representation: str
    sequence: str
    seed: int

    def missing(self, table: pd.DataFrame, settings: Iterable[Setting]) -> list[Setting]:
        """Settings that the table has no row of."""
        rows = table[(table[CELL] == [*self]).all(axis=1)]
        known = set(rows[[*Setting._fields]].itertuples(index=False, name=None))
        return [setting for setting in settings if tuple(setting) not in known]


class Trial(NamedTuple):
    """Motions and annotations, by name."""

    data: str
    recordings: Mapping[str, Recordings]
    """Each clustered by itself."""
    annotations: Mapping[str, Segmentation]

    @classmethod
    def of_experiment(cls, data: str, experiment: str, params: str = "") -> "Trial":
        """Recordings of the mirror, with the settings of their experiment."""
        wanted = ("sequences", "sequence_annotations")
        context = run(experiment, SEQUENCES, ",".join(wanted), params, f"fair_trial_{experiment}")
        motions, annotations = map(context.catalog.load, wanted)
        stages = stages_of(context.params)
        recordings = {name: Recordings([read()], stages) for name, read in sorted(motions.items())}
        return cls(data, recordings, annotations)

    @classmethod
    def of_four_channels(cls, python: Path) -> "Trial":
        """Labelled series that are installed beside a Python."""
        every = list(four_channels(python))
        if not every:
            raise SystemExit(f"{python}: has no tsseg; make peers installs it")
        recordings = {one.name: Recordings([one.motion], one.stages) for one in every}
        return cls(FOUR, recordings, {one.name: one.annotation for one in every})

    def scored(self, cell: Cell, settings: Iterable[Setting]) -> pd.DataFrame:
        """A row for each setting and way of counting clusters."""
        recording, annotation = self.recordings[cell.sequence], self.annotations[cell.sequence]
        started = perf_counter()
        states = REPRESENTATIONS[cell.representation].make(recording, cell.seed)
        seconds = perf_counter() - started
        with patch.object(kernel_segmentation, SEARCH, remembered()):
            rows = [
                (*cell, *setting, number, found.number, *measured(found, annotation), seconds)
                for setting in settings
                for number, found in clustered(states, cell, setting, recording).items()
            ]
        return pd.DataFrame(rows, columns=COLUMNS).round(4)


def remembered() -> Callable[..., dict[int, Partition]]:
    """The search of the clustering, which two thresholds share: results are kept by input."""
    search, known = getattr(kernel_segmentation, SEARCH), {}

    def once(cost: PartitionCost, rate: float, largest: int) -> dict[int, Partition]:
        arrays = blake2b(cost.features.tobytes() + cost.edges.tobytes()).digest()
        key = arrays, cost.penalty, rate, largest
        if key not in known:
            known[key] = search(cost, rate, largest)
        return known[key]

    return once


@contextmanager
def tuned(
    clustering: ClusteringParameters, setting: Mapping[str, Any]
) -> Iterator[ClusteringParameters]:
    """A clustering with a setting; the share of summaries is a constant of the method."""
    changes = {"summaries": True, **setting}
    share = kernel_features.SUMMARY_WEIGHT if changes.pop("summaries") else 0.0
    with patch.object(kernel_features, "WEIGHTS", (1 - share, share)):
        yield clustering.model_copy(update=changes)


def clustered(
    states: Embeddings, cell: Cell, setting: Setting, recording: Recordings
) -> dict[str, Clusters]:
    """Clusters with their number given and estimated."""
    seeded = recording.stages.clustering.model_copy(update={"seed": cell.seed})
    numbers = {"given": seeded.number_for(cell.sequence), "estimated": None}
    with tuned(seeded, setting._asdict()) as clustering:
        found = fit_clusters(states, clustering, [*numbers.values()]).clusters
    return dict(zip(numbers, found, strict=True))


def measured(found: Clusters, annotation: Segmentation) -> list[float]:
    """The scores of clusters."""
    scores = score_segmentation(found.frame_labels, annotation, FRAME_RATE)
    return [scores[measure] for measure in MEASURES]


def stored() -> pd.DataFrame:
    """The table as far as it goes."""
    return pd.read_csv(TABLE) if TABLE.exists() else pd.DataFrame(columns=COLUMNS)


def of_page(data: str, scores: pd.DataFrame) -> pd.DataFrame:
    """Scores of trained states on another page; their setting is the default."""
    rows = scores[(scores["method"] == "kinembed") & (scores["sequence"] != "all")]
    number = rows["clusters_given"].map({True: "given", False: "estimated"})
    named = rows.assign(data=data, representation=TRAINED, number=number, seconds=float("nan"))
    return named.assign(**DEFAULT._asdict())[COLUMNS].round(4)


def add_concatenations() -> None:
    """Put the trained states of the joined clips into the table."""
    page = pd.read_csv(RESULTS / "concatenated.csv")
    found = of_page(CONCATENATIONS, page[page["protocol"] == "continuous"])
    table = stored()
    before = (table["data"] == CONCATENATIONS) & (table["representation"] == TRAINED)
    pd.concat([table[~before], found]).to_csv(TABLE, index=False)


def add(trial: Trial, cell: Cell, settings: Iterable[Setting]) -> None:
    """Add what the table lacks of a cell, and store it."""
    table = stored()
    if missing := cell.missing(table, settings):
        started = perf_counter()
        found = trial.scored(cell, missing)
        pd.concat([table, found] if len(table) else [found]).to_csv(TABLE, index=False)
        print(*cell, f"{len(missing)} settings, {perf_counter() - started:.0f} s", flush=True)


def compete(trial: Trial, name: str, seeds: Iterable[int]) -> None:
    """Tune a representation where that is done, then score it on the other recordings."""
    one = REPRESENTATIONS[name]
    known = [*TUNING] if trial.data == TUNED_ON else []
    for sequence in known if one.tuned else ():
        add(trial, Cell(trial.data, name, sequence, 0), SETTINGS)
    settings = dict.fromkeys([DEFAULT, chosen(stored(), name)])
    rest = [sequence for sequence in trial.recordings if sequence not in known]
    for seed, sequence in product(sorted({*seeds} & {*one.seeds}), rest):
        add(trial, Cell(trial.data, name, sequence, seed), settings)


def asked_for(peers: Path | None, concatenations: bool) -> Trial:
    """The recordings that are asked for: subject 86, four channels of it or joined clips."""
    if peers:
        return Trial.of_four_channels(peers)
    if concatenations:
        add_concatenations()
        return Trial.of_experiment(CONCATENATIONS, "cmu_concatenated")
    return Trial.of_experiment(TUNED_ON, "cmu86")


def main() -> None:
    """Run what the table lacks, and print the outcomes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="*", default=["*"], help="representations, * is anything")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2], help="of test trials")
    parser.add_argument("--peers", type=Path, metavar="PYTHON", help="score four channels instead")
    parser.add_argument("--concatenations", action="store_true", help="score joined clips instead")
    told = parser.parse_args()
    wanted = [one for one in REPRESENTATIONS if any(fnmatchcase(one, only) for only in told.only)]
    if not wanted:
        parser.error(f"no representation has such a name; expected {', '.join(REPRESENTATIONS)}")
    trial = asked_for(told.peers, told.concatenations)
    for name in wanted:
        compete(trial, name, told.seeds)
    write_made_with(TABLE)
    table = stored()
    if TRAINED in set(table["representation"]):
        print(means(table, trial.data).round(3).to_string(index=False))
        print(pd.DataFrame(leads(table)).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
