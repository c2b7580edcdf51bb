"""The fair trial on HDM05 and mice, whose recordings share their clusters.

``python benchmarks/fair_trial_corpora.py`` adds what ``docs/results/fair_trial_corpora.csv`` lacks,
and prints the setting that was chosen for each representation on the tuning recordings, and by how
much the trained states lead it. ``python benchmarks/fair_trial_corpora.py "pose*" --data mice``
runs a part. What is compared and how was written down before:
docs/decisions/0026-a-fair-trial-of-learning.md. Recordings: the mirror (``KINEMBED_MIRROR``).
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from time import perf_counter
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import pandas as pd
from fair_trial import SEARCH, remembered, tuned
from representations.corpora import (
    CORPORA,
    REPRESENTATIONS,
    Setting,
    chosen,
    compared_alone,
    leads,
    of_kind,
    shown,
)
from representations.outcomes import KINDS, MEASURES
from representations.recordings import Recordings
from representations.table import REPRESENTATIONS as MADE
from results_check import RESULTS, SEQUENCES, run, stages_of

from kinembed.core.provenance import write_made_with
from kinembed.evaluation.baselines import BaselineParameters
from kinembed.evaluation.shared import ALL, score_shared
from kinembed.motion.motion import Motion, Segmentation
from kinembed.segmentation import kernel_segmentation
from kinembed.segmentation.clustering import ClusteringParameters, fit_clusters
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.predictions import frame_times

TABLE = RESULTS / "fair_trial_corpora.csv"
CELL = ["data", "representation", "seed"]
COLUMNS = [*CELL, "setting", "number", "sequence", "part", "clusters", *MEASURES, "seconds"]


class Material(NamedTuple):
    """Recordings of a corpus and their annotations; of some there is none."""

    motions: Mapping[str, Motion]
    annotations: Mapping[str, Segmentation]
    recordings: Recordings
    held_out: Sequence[str]
    """Patterns of recordings on which nothing is chosen."""

    @classmethod
    def of(cls, experiment: str, params: str = "") -> "Material":
        """Recordings of the mirror, with the settings of their experiment."""
        wanted = ("sequences", "sequence_annotations")
        context = run(experiment, SEQUENCES, ",".join(wanted), params, "fair_trial_corpora")
        sequences, annotations = map(context.catalog.load, wanted)
        motions = {name: read() for name, read in sorted(sequences.items())}
        baselines = BaselineParameters.model_validate(context.params["baseline_comparison"])
        recordings = Recordings([*motions.values()], stages_of(context.params), baselines)
        return cls(motions, annotations, recordings, context.params["results"].held_out)

    def part(self, sequence: str) -> str:
        """The set that a recording belongs to."""
        test = any(fnmatchcase(sequence, one) for one in self.held_out)
        return "test" if test else "tuning"

    def scores(self, states: Embeddings, clustering: ClusteringParameters) -> pd.DataFrame:
        """A row for each annotated recording and way of counting clusters."""
        numbers = {"given": clustering.number_for(ALL), "estimated": None}
        found = fit_clusters(states, clustering, [*numbers.values()]).clusters
        ends = np.cumsum([len(motion) for motion in self.motions.values()])[:-1]
        labels = [np.split(clusters.frame_labels, ends) for clusters in found]
        tables = {
            name: frame_times(len(motion), motion.frame_rate).assign(
                **dict(zip(numbers, some, strict=True))
            )
            for (name, motion), *some in zip(self.motions.items(), *labels, strict=True)
            if name in self.annotations
        }
        scores = score_shared(tables, self.annotations, "").scores
        return scores[scores["sequence"] != ALL]


def scored(
    data: str, name: str, seed: int, settings: Sequence[Setting], material: Material
) -> Iterator[pd.DataFrame]:
    """Scores of a representation with each setting."""
    started = perf_counter()
    states = MADE[name].make(material.recordings, seed)
    cell = {"data": data, "representation": name, "seed": seed, "seconds": perf_counter() - started}
    seeded = material.recordings.stages.clustering.model_copy(update={"seed": seed})
    with patch.object(kernel_segmentation, SEARCH, remembered()):
        for setting in settings:
            with tuned(seeded, setting) as clustering:
                rows = material.scores(states, clustering)
            number = rows["clusters_given"].map({True: "given", False: "estimated"})
            part = rows["sequence"].map(material.part)
            rows = rows.assign(**cell, setting=shown(setting), number=number, part=part)
            yield rows[COLUMNS].round(4)


def stored() -> pd.DataFrame:
    """The table as far as it goes."""
    return pd.read_csv(TABLE) if TABLE.exists() else pd.DataFrame(columns=COLUMNS)


def missing(table: pd.DataFrame, cell: Sequence[object]) -> list[Setting]:
    """Settings that the table lacks: all with seed 0, then those that are compared."""
    data, name, seed = cell
    settings = CORPORA[data].settings
    if seed and (data, name) not in chosen(table):
        raise SystemExit(f"{data}, {name}: no setting has been chosen yet; run --seeds 0 first")
    if seed:
        wanted = [shown(settings[0]), chosen(table)[data, name]]
        settings = [one for one in settings if shown(one) in wanted]
    known = set(table.loc[(table[CELL] == [*cell]).all(axis=1), "setting"])
    return [one for one in settings if shown(one) not in known]


def compete(data: str, names: Sequence[str], seeds: Sequence[int]) -> None:
    """Add what the table lacks of a corpus, and store it after each representation."""
    material = Material.of(CORPORA[data].experiment)
    for seed, name in ((seed, name) for seed in seeds for name in names):
        if settings := missing(stored(), (data, name, seed)):
            started = perf_counter()
            found = scored(data, name, seed, settings, material)
            pd.concat([stored(), *found]).to_csv(TABLE, index=False)
            print(data, name, seed, f"{perf_counter() - started:.0f} s", flush=True)


def means(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Accuracy of each representation, by part of each corpus."""
    rows = of_kind(table, kind)
    of_each = rows.groupby(["data", "representation", "sequence", "part", "number"])["accuracy"]
    of_part = of_each.mean().groupby(level=["data", "representation", "part", "number"]).mean()
    return of_part.unstack(["part", "number"])


def main() -> None:
    """Run what the table lacks, and print the outcomes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="*", default=["*"], help="representations, * is anything")
    parser.add_argument("--data", nargs="+", choices=[*CORPORA], default=[*CORPORA])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    told = parser.parse_args()
    wanted = [one for one in REPRESENTATIONS if any(fnmatchcase(one, only) for only in told.only)]
    if not wanted:
        parser.error(f"no representation has such a name; expected {', '.join(REPRESENTATIONS)}")
    for data in told.data:
        compete(data, wanted, told.seeds)
    table = compared_alone(stored())
    table.to_csv(TABLE, index=False)
    write_made_with(TABLE)
    print("\n".join(f"{' '.join(cell)}: {one}" for cell, one in chosen(table).items()))
    for kind in KINDS:
        print(f"\n{kind}\n{means(table, kind).round(3).to_string()}")
    print(pd.DataFrame(leads(table)).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
