"""Is a row of each results page still what the code gives?

::

    make results-check                      # everything
    make results-check ARGS="mice video"    # some tables

Cheap rows of the tables under ``docs/results`` are computed again by the pipelines that made them,
with as little training as the row needs, and compared. Rows whose recordings the mirror
(``KINEMBED_MIRROR``) lacks are skipped. The exit code is 1 if a row differs.
"""

import argparse
import functools
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import does_learning_help
import numpy as np
import pandas as pd
import subject_86_with_gaps as gaps
import transient_and_attractor as attractors
from kedro.framework.context import KedroContext
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

from kinembed.analysis.activation_maximisation.summary import summarise
from kinembed.core.provenance import made_with
from kinembed.evaluation.baselines import (
    BaselineParameters,
    StageParameters,
    predict_together,
)
from kinembed.evaluation.shared import score_shared
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion
from kinembed.runtime_parameters import split_parameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.predictions import frame_times
from kinembed.training.motion_prediction import TrainingParameters

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs/results"
SEQUENCES = "ingestion,expmap,concatenation"
STAGES = f"{SEQUENCES},training,embedding,clustering,evaluation"
TRIAL = "ingestion.registry.trials=86_01"
EXACT, TRAINED = 0.0001, 0.02
"""Tolerances: of what is only rounded, and of networks, which another processor trains otherwise.
"""


class Check(NamedTuple):
    """One row of a table, and how it is computed again."""

    table: str
    """Name of the CSV file."""
    row: Mapping[str, object]
    """Column -> value, which select the row."""
    tolerances: Mapping[str, float]
    """Column that is compared -> largest difference."""
    again: Callable[[], pd.DataFrame]
    """Makes a table that holds the row."""
    needs: str = ""
    """Folder of the mirror."""


@functools.cache
def temporary() -> tempfile.TemporaryDirectory[str]:
    """A folder that is removed at the end."""
    return tempfile.TemporaryDirectory()


@functools.cache
def data_folder(name: str) -> Path:
    """A folder for the data of one way of running an experiment."""
    folder = Path(temporary().name) / name
    folder.mkdir()
    return folder


def open_session(experiment: str, params: str) -> KedroSession:
    """A session of Kedro with parameters as ``--params`` takes them."""
    bootstrap_project(ROOT)
    logging.disable(logging.WARNING)
    changed = split_parameters(None, None, params) if params else {}
    return KedroSession.create(ROOT, env=experiment, runtime_params=changed)


def run(experiment: str, pipelines: str, outputs: str, params: str, folder: str) -> KedroContext:
    """Run what makes some outputs; the context, whose catalog loads them."""
    os.environ["KINEMBED_DATA"] = str(data_folder(folder))
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{temporary().name}/mlflow.db"
    with open_session(experiment, params) as session:
        session.run(pipeline_names=pipelines.split(","), to_outputs=outputs.split(","))
    with open_session(experiment, params) as session:
        return session.load_context()


@functools.cache
def made_by_run(
    experiment: str, pipelines: str, outputs: str, params: str = "", folder: str = ""
) -> dict[str, pd.DataFrame]:
    """Output -> table, as a run stores it."""
    catalog = run(
        experiment, pipelines, outputs, params, folder or f"{experiment}_{outputs}"
    ).catalog
    return {name: catalog.load(name) for name in outputs.split(",")}


def stored(output: str, *command: str) -> Callable[[], pd.DataFrame]:
    """How one output of a run is made; runs with the same command are one."""
    return lambda: made_by_run(*command)[output]


def stages_of(settings: Mapping[str, Any]) -> StageParameters:
    """Parameters of the stages of an experiment."""
    return StageParameters(
        FeatureParameters.model_validate(settings["features"]),
        TrainingParameters.model_validate(settings["training"]),
        EmbeddingParameters.model_validate(settings["embedding"]),
        ClusteringParameters.model_validate(settings["clustering"]),
    )


def labels_of(
    method: str,
    motions: Mapping[str, Motion],
    numbers: Mapping[str, int | None],
    baselines: BaselineParameters,
    stages: StageParameters,
) -> dict[str, pd.DataFrame]:
    """Labels of a simple method that clusters all recordings together, a column per number."""
    every = [*motions.values()]
    found = predict_together(method, every, [*numbers.values()], baselines, stages)
    return {
        name: frame_times(len(motion), motion.frame_rate).assign(
            **dict(zip(numbers, labels, strict=True))
        )
        for (name, motion), *labels in zip(motions.items(), *found, strict=True)
    }


def shared_method(experiment: str, method: str, params: str = "") -> pd.DataFrame:
    """Scores of a simple method under one assignment for all annotated recordings."""
    context = run(experiment, SEQUENCES, "sequences,sequence_annotations", params, experiment)
    sequences, annotations = map(context.catalog.load, ("sequences", "sequence_annotations"))
    motions = {name: read() for name, read in sorted(sequences.items())}
    stages = stages_of(context.params)
    baselines = BaselineParameters.model_validate(context.params["baseline_comparison"])
    given = {"given": stages.clustering.number_for("all")}
    found = labels_of(method, motions, given, baselines, stages)
    annotated = {name: table for name, table in found.items() if name in annotations}
    return score_shared(annotated, annotations, method, experiment=experiment).scores


def with_gaps() -> pd.DataFrame:
    """Scores of the first trial with gaps in a fifth of its positions."""
    folder = data_folder("gaps_recordings")
    mirror = Path(os.environ["KINEMBED_MIRROR"]) / "cmu_mocap/subject_86"
    motion, annotation = next(gaps.trials(mirror))
    gaps.write_trial(folder, 0, motion, annotation, share=0.2, seed=0)
    params = f"ingestion.source=folder,ingestion.folder.path={folder}"
    return made_by_run("cmu86", STAGES, "scores", params, "gaps")["scores"]


def tuned_alike() -> pd.DataFrame:
    """Scores of the pose in the fair trial of learning, with the default setting."""
    import fair_trial  # which imports this file

    trial = fair_trial.Trial.of_experiment("subject 86", "cmu86", TRIAL)
    return trial.scored(fair_trial.Cell(trial.data, "pose", "86_01", 0), [fair_trial.DEFAULT])


def tuned_on_mice() -> pd.DataFrame:
    """Scores of the pose in the fair trial on mice, with the default setting."""
    import fair_trial_corpora as corpora  # which imports this file

    settings = corpora.CORPORA["mice"].settings[:1]
    material = corpora.Material.of("mice")
    return pd.concat(corpora.scored("mice", "pose", 0, settings, material))


def speed() -> pd.DataFrame:
    """Seconds and memory of clustering 5,000 rows, before and now."""
    import benchmark_clustering as clustering  # sets numbers of threads when imported

    rows = [
        (*measured, 5_000, contestant)
        for contestant in ("old", "new")
        for measured in clustering.in_a_child(contestant, 5_000).items()
    ]
    table = pd.DataFrame(rows, columns=["measure", "value", "size", "contestant"])
    return pd.concat([table, clustering.ratios(table)])


def layers_of_inputs() -> pd.DataFrame:
    """Shares of units of the first two-stream network, from the inputs that were found for it."""
    inputs = pd.read_csv(RESULTS / "maximisation.csv")
    name = "two_stream.seed_0"
    units = pd.DataFrame({"layer": ["flow.1"], "fires": [False], "share": [np.nan]})
    found = summarise(inputs[inputs["network"] == name], units)
    return found.reset_index().assign(network=name)


def few_draws() -> str:
    """Parameters with which few sequences are drawn; eleven of a kind have names of two digits."""
    kinds = {f"clips_{clips}{kind}": 1 for clips in (3, 5, 8) for kind in ("", "_repeated")}
    kinds["clips_3"] = 11
    return ",".join(f"concatenation.draw.{kind}.sequences={n}" for kind, n in kinds.items())


HDM05 = (
    "hdm05",
    "ingestion,expmap,recognition,geometry,few_shot",
    "geometry,few_shot",
    "recognition.seeds=0,recognition.steps=1,"
    "few_shot.seeds=0,few_shot.draws=1,few_shot.pretraining.steps=1",
)
CONTINUOUS = {"protocol": "continuous", "clusters_given": True, "seed": 0}
SHARED = {"protocol": "shared", "clusters_given": True, "seed": 0}
SUBJECT_86, CLIPS = "cmu_mocap/subject_86", "cmu_mocap/train"
ABLATION = (
    "ablation_scores",
    "cmu86",
    f"{SEQUENCES},ablation",
    "ablation_scores",
    f"{TRIAL},ablation.seeds=0,ablation.only=kinembed window_as_states",
)
REDUCED = "preset=published_continuous,training.network.units=128,features.root=absolute"


def untrained_attractors() -> pd.DataFrame:
    """Distances of the first trial's states to attractors; the trained network has one step."""
    params = f"{TRIAL},{REDUCED},training.steps=1"
    context = run("cmu86", SEQUENCES, "sequences,sequence_annotations", params, "attractors")
    return pd.DataFrame(attractors.measured(context, [1]))


def peers_again() -> pd.DataFrame:
    """Rows of a method of others that needs no environment of its own, on one trial."""
    import compare_peers  # reads its trials through this file

    series = [one for one in compare_peers.trials() if one.name == "86_09"]
    return pd.DataFrame(compare_peers.rows(["tw_finch"], series, Path(sys.executable), 0, 60))


CHECKS = (
    Check(
        "learning",
        {"data": "mice, shared, test", "comparison": "pose"}
        | {"measure": "accuracy", "number": "given"},
        dict.fromkeys(["difference", "low", "high", "p"], EXACT),
        lambda: pd.DataFrame(does_learning_help.rows()),
    ),
    Check(
        "peers",
        {"data": "subject 86", "sequence": "86_09", "method": "tw_finch"},
        dict.fromkeys(["accuracy", "ami", "covering", "sms", "boundary_f1"], EXACT),
        peers_again,
        SUBJECT_86,
    ),
    Check(
        "fair_trial",
        {"data": "subject 86", "representation": "pose", "sequence": "86_01", "seed": 0}
        | {"transition_penalty_s": 0.7, "separation_threshold": 0.31, "summaries": True}
        | {"number": "given"},
        {"accuracy": EXACT, "ami": EXACT},
        tuned_alike,
        SUBJECT_86,
    ),
    Check(
        "fair_trial_corpora",
        {"data": "mice", "representation": "pose", "seed": 0, "sequence": "adult_6115"}
        | {"setting": "minimum_duration_s=0.5 components=20 method=gaussian_mixture"}
        | {"number": "given"},
        {"accuracy": EXACT, "ami": EXACT},
        tuned_on_mice,
        "mice_3d",
    ),
    Check(
        "maximisation_layers",
        {"network": "two_stream.seed_0", "layer": "flow.1"},
        dict.fromkeys(["variation_falls", "frequency_falls", "excited", "flow_needed"], EXACT),
        layers_of_inputs,
    ),
    Check(
        "speed",
        {"measure": "peak_mb", "size": 5_000, "contestant": "new"},
        {"value": 50},
        functools.cache(speed),
    ),
    Check(
        "video",
        {"data": "MNIST", "model": "mean_frame", "decoder": "prediction", "digits": 2},
        {"cross_entropy": EXACT, "squared_error": EXACT},
        stored(
            "video_scores",
            "sample",
            "video",
            "video_scores",
            "video.only=future,video.seeds=0,video.training.steps=1",
        ),
        "mnist",
    ),
    Check(
        "subject_86",
        {"sequence": "86_01", "method": "window_as_states"} | CONTINUOUS,
        {"accuracy": EXACT, "ami": EXACT, "boundary_f1": EXACT},
        stored(*ABLATION),
        SUBJECT_86,
    ),
    Check(
        "subject_86",
        {"sequence": "86_01", "method": "kinembed"} | CONTINUOUS,
        {"accuracy": TRAINED, "ami": TRAINED},
        stored(*ABLATION),
        SUBJECT_86,
    ),
    *(
        Check(
            table,
            {"sequence": "86_01", "seed": 0, "step": 50},
            {"loss": TRAINED, "silhouette": TRAINED, "accuracy": TRAINED},
            stored(
                "separability_study",
                "cmu86",
                f"{SEQUENCES},separability_study",
                "separability_study",
                f"{TRIAL},training.steps=50,separability_study.steps=0 50",
            ),
            SUBJECT_86,
        )
        for table in ("separability_study", "separability_study_10000")
    ),
    Check(
        "published",
        {"sequence": "86_01", "method": "window_ward"}
        | {"protocol": "published_annotated_cuts", "seed": 0},
        {"accuracy": EXACT, "accuracy_by_order": EXACT, "ari": EXACT},
        stored(
            "published_annotated_scores",
            "cmu86",
            f"{SEQUENCES},published_annotated_cuts",
            "published_annotated_scores",
            f"{TRIAL},{REDUCED},training.steps=1,seed=0",
        ),
        SUBJECT_86,
    ),
    Check(
        "attractors",
        {"sequence": "86_01", "behaviour": "walk", "network": "untrained", "seed": 1},
        {"encoder_first": TRAINED, "decoder_last": TRAINED, "others": TRAINED},
        untrained_attractors,
        SUBJECT_86,
    ),
    Check(
        "shared",
        {"sequence": "all", "method": "window3_kmeans"} | SHARED,
        {"accuracy": EXACT, "ami": EXACT, "edit": EXACT},
        lambda: shared_method("cmu86", "window3_kmeans", "preset=shared"),
        SUBJECT_86,
    ),
    Check(
        "mice",
        {"sequence": "all", "method": "window3_kmeans"} | SHARED,
        {"accuracy": EXACT, "ami": EXACT, "edit": EXACT},
        lambda: shared_method("mice", "window3_kmeans"),
        "mice_3d",
    ),
    Check(
        "hdm05_shared",
        {"sequence": "all", "method": "window3_kmeans"} | SHARED,
        {"accuracy": EXACT, "ami": EXACT, "edit": EXACT},
        lambda: shared_method("hdm05_shared", "window3_kmeans"),
        "hdm05_11class",
    ),
    Check(
        "cmu_actions_shared",
        {"sequence": "all", "method": "constant"} | SHARED,
        {"accuracy": EXACT, "ami": EXACT, "edit": EXACT},
        lambda: shared_method(
            "cmu_actions", "constant", "preset=shared,concatenation.draw.sequences=20"
        ),
        CLIPS,
    ),
    Check(
        "concatenated",
        {"sequence": "clips_3_00", "method": "window_ward"} | CONTINUOUS,
        {"accuracy": EXACT, "ari": EXACT, "boundary_f1": EXACT},
        stored(
            "ablation_scores",
            "cmu_concatenated",
            f"{SEQUENCES},ablation",
            "ablation_scores",
            f"{few_draws()},ablation.seeds=0,ablation.only=window_ward,"
            "ablation.sequences=clips_3_00",
        ),
        CLIPS,
    ),
    Check(
        "geometry",
        {"dataset": "hdm05", "model": "untrained", "seed": 0, "layer": "blocks.9"}
        | {"graph": "knn", "window": 4},
        {"label_error": EXACT, "laplacian": EXACT},
        stored("geometry", *HDM05),
        "hdm05_11class",
    ),
    Check(
        "few_shot",
        {"dataset": "hdm05", "seed": 0, "labelled": 1, "draw": 0, "start": "scratch"},
        {"accuracy": TRAINED},
        stored("few_shot", *HDM05),
        "hdm05_11class",
    ),
    Check(
        "gaps",
        {"sequence": "gaps_20_86_01"} | CONTINUOUS,
        {"accuracy": TRAINED},
        with_gaps,
        SUBJECT_86,
    ),
)
NOT_CHECKED = {
    "gradcam": "maps are of trained networks, three minutes of training for each seed",
    "transfer": "each row is a network that was trained twice, on one processor",
    "maximisation": "inputs are found for trained networks, which differ between processors; "
    "maximisation_layers is computed from it",
}
"""Table -> why none of its rows is computed again."""


def the_row(table: pd.DataFrame, row: Mapping[str, object]) -> "pd.Series[Any]":
    """The one row that has these values."""
    fitting = np.logical_and.reduce([table[name] == value for name, value in row.items()])
    (found,) = (one for _, one in table[fitting].drop_duplicates().iterrows())
    return found


def differences(check: Check, expected: "pd.Series[Any]", found: "pd.Series[Any]") -> Iterator[str]:
    """Say which columns of a row differ."""
    for column, tolerance in check.tolerances.items():
        if not abs(found[column] - expected[column]) <= tolerance:
            yield f"{column} is {found[column]:.4f}, not {expected[column]:.4f} +- {tolerance}"


def report(check: Check) -> bool:
    """Print how a check ended; whether the row is as it was."""
    name = f"{check.table}: {', '.join(map(str, check.row.values()))}"
    mirror = os.environ.get("KINEMBED_MIRROR", "")
    if check.needs and not (mirror and (Path(mirror) / check.needs).is_dir()):
        print(f"{name}: skipped, the mirror (KINEMBED_MIRROR) has no folder {check.needs}")
        return True
    start = time.perf_counter()
    expected = the_row(pd.read_csv(RESULTS / f"{check.table}.csv"), check.row)
    found = list(differences(check, expected, the_row(check.again(), check.row)))
    print(
        f"{name}: {'; '.join(found or ['same'])} ({time.perf_counter() - start:.0f} s)", flush=True
    )
    return not found


def main() -> int:
    """Check the tables that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = sorted({check.table for check in CHECKS})
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"{', '.join(known)}; none: all")
    wanted = parser.parse_args().tables or known
    if unknown := set(wanted) - set(known):
        parser.error(f"no row of {', '.join(sorted(unknown))} is checked; expected {known}")
    print("; ".join(f"{name} {value}" for name, value in made_with().items()))
    same = [report(check) for check in CHECKS if check.table in wanted]
    for table in () if parser.parse_args().tables else NOT_CHECKED:
        print(f"{table}: not checked, {NOT_CHECKED[table]}")
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
