"""Do states of the encoder pass through a transient, and do those of the decoder settle?

::

    python benchmarks/transient_and_attractor.py cmu86 "preset=published_continuous,seed=0" 0 1 2

Reads the sequences of an experiment in ``KINEMBED_DATA``, trains its networks with some seeds as
protocol ``published_annotated_cuts`` does (**the annotation is read**), and measures how far their
states lie from the attractor of the annotated behaviour at six steps of a window; the same of the
networks before training. It writes ``docs/results/attractors.csv`` and prints the differences, with
the recording as the unit. A training that has a checkpoint of the pipeline is continued from it.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from kedro.framework.context import KedroContext
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from subject_86 import TEST

from kinembed.analysis.state_dynamics.attractors import cluster_distances, settling
from kinembed.analysis.state_dynamics.states import WindowStates, window_states
from kinembed.core.provenance import write_made_with
from kinembed.evaluation.published.cuts import annotated_cuts
from kinembed.evaluation.published.predict import before_training
from kinembed.evaluation.shared_results import paired_interval
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion, Segmentation
from kinembed.motion.windows import window_starts
from kinembed.runtime_parameters import split_parameters
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import TrainedModel, train_model

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs/results/attractors.csv"
STEPS = ("first", "half", "last")
DISTANCES = [f"{part}_{step}" for part in ("encoder", "decoder") for step in STEPS]


def opened(experiment: str, params: str) -> KedroContext:
    """The context of an experiment with parameters as ``--params`` takes them."""
    bootstrap_project(ROOT)
    changed = split_parameters(None, None, params)
    with KedroSession.create(ROOT, env=experiment, runtime_params=changed) as session:
        return session.load_context()


def curve(states: WindowStates) -> dict[str, float]:
    """Distance from the attractor of the only behaviour, at six steps of a window."""
    table = settling(states, np.zeros(len(states.starts), dtype=np.int64))
    found = {}
    for part, rows in table.groupby("part"):
        values = rows["distance"].to_numpy()
        for step, place in zip(STEPS, (0, len(values) // 2, -1), strict=True):
            found[f"{part}_{step}"] = values[place]
    return found


def others_distance(states: WindowStates, behaviours: np.ndarray) -> pd.Series:
    """Mean distance of a behaviour's decoder states to the nearest other attractor, in own ones."""
    table = cluster_distances(states, behaviours).pivot(
        index="cluster", columns="other", values="nearest"
    )
    own = pd.Series(np.diag(table), index=table.index)
    return table.mask(np.eye(len(table), dtype=bool)).min(axis=1) / own


def rows_of(
    model: TrainedModel, motion: Motion, annotation: Segmentation
) -> Iterator[dict[str, object]]:
    """A row per behaviour that has two windows without a frame in common."""
    lengths, cuts = model.training.windows, annotated_cuts(annotation)
    starts = window_starts(len(motion), lengths, lengths.target, cuts, motion.seen, motion.trial)
    names, labels = np.unique(annotation.frame_labels(), return_inverse=True)
    behaviours = labels[starts].astype(np.int64)
    states = window_states(model, motion, starts)
    others = others_distance(states, behaviours)
    for index in np.unique(behaviours):
        chosen = behaviours == index
        if np.ptp(starts[chosen]) >= lengths.total:
            row = {"sequence": motion.trial, "behaviour": names[index], "windows": chosen.sum()}
            yield row | curve(states.only(chosen)) | {"others": others[index]}


def measured(context: KedroContext, seeds: list[int]) -> Iterator[dict[str, object]]:
    """Rows of all recordings and seeds, of networks before and after training."""
    load = context.catalog.load
    annotations, folder = load("sequence_annotations"), load("published_annotated_checkpoints")
    features = FeatureParameters.model_validate(context.params["features"])
    training = TrainingParameters.model_validate(context.params["training"])
    for name, read in sorted(load("sequences").items()):
        motion, annotation = read(), annotations[name]
        for seed in seeds:
            seeded = training.model_copy(update={"seed": seed})
            cuts = annotated_cuts(annotation)
            model = train_model(motion, features, seeded, folder, cuts=cuts)
            for state, one in (("trained", model), ("untrained", before_training(model))):
                for row in rows_of(one, motion, annotation):
                    yield {"network": state, "seed": seed} | row


def compared(table: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Trained less untrained networks; a recording is the mean of its behaviours and seeds."""
    sets = np.where(np.isin(table["sequence"], TEST), "test", "tuning")
    for part, some in table.groupby(sets):
        means = some.groupby(["sequence", "network"])[[*DISTANCES, "others"]].mean()
        for measure, values in means.items():
            both = values.unstack("network").dropna()
            found = (both["trained"] - both["untrained"]).to_numpy()
            low, high = paired_interval(found)
            row = {"part": part, "recordings": len(both), "measure": measure}
            yield (
                row | both.mean().to_dict() | {"difference": found.mean(), "low": low, "high": high}
            )


def main() -> None:
    """Write the table of behaviours, and print that of differences."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiment", help="whose sequences are in KINEMBED_DATA")
    parser.add_argument("params", help="as of kedro run --params")
    parser.add_argument("seeds", type=int, nargs="+", help="of the networks")
    chosen = parser.parse_args()
    table = pd.DataFrame(measured(opened(chosen.experiment, chosen.params), chosen.seeds))
    table.round(4).to_csv(TABLE, index=False)
    write_made_with(TABLE)
    print(pd.DataFrame(compared(table)).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
