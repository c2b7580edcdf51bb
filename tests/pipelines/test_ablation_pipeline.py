"""Pipeline ``ablation`` on a catalog in memory, with a synthetic toy motion."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig
from kinembed.evaluation.ablation import AblationParameters
from kinembed.evaluation.baselines import BaselineParameters
from kinembed.evaluation.scores import score_table
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.pipelines import ablation
from kinembed.report.parameters import ReportParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.time_scale import TimeScaleParameters
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters

ROWS = {
    "kinembed": {},
    "encoder": {"factor": "states", "embedding": {"states": "encoder"}, "sequences": ["a"]},
    "narrow": {"factor": "network", "training": {"network": {"units": 3}}, "seeds": [1]},
    "constant": {"factor": "baselines", "baseline": "constant"},
}


def same(value):
    return value


def parameters():
    return {
        "features": FeatureParameters(),
        "training": TrainingParameters(
            network={"units": 6},
            windows={"source": 12, "target": 8},
            steps=4,
            batch_size=4,
            device="cpu",
        ),
        "embedding": EmbeddingParameters(stride=4, steps=2, device="cpu"),
        "clustering": ClusteringParameters(number=2, components=4),
        "baseline_comparison": BaselineParameters(window_s=0.5),
        "ablation": AblationParameters.model_validate({"rows": ROWS, "seeds": [0, 1]}),
        "time_scale": TimeScaleParameters(),
        "parallel": ParallelConfig(backend="sequential"),
        "reporting": ReportParameters(title="toy", note="synthetic"),
    }


@pytest.fixture(scope="module")
def entries(toy_motion):
    """Sequence ``a`` is annotated, ``b`` is not."""
    groups = {f"params:{name}": group for name, group in parameters().items()}
    annotation = Segmentation(("calm", "wild"), np.array([[125, 150, 175]]), 300, "a")
    return groups | {
        "sequences": {name: partial(same, replace(toy_motion, trial=name)) for name in "ab"},
        "sequence_annotations": {"a": annotation},
    }


def run(entries, folder, *nodes):
    """What the nodes make, one after the other."""
    made = entries | {"ablation_checkpoints": CheckpointFolder(folder)}
    pipeline = (
        ablation.create_pipeline().only_nodes(*nodes) if nodes else ablation.create_pipeline()
    )
    for node in pipeline.nodes:
        catalog = DataCatalog({name: MemoryDataset(value) for name, value in made.items()})
        outputs = SequentialRunner().run(pipeline.only_nodes(node.name), catalog)
        made |= {name: dataset.load() for name, dataset in outputs.items()}
        if node.name == "run_ablation":
            stored = made["ablation_predictions"]
            made["stored_checkpoints"] = sorted(path.name for path in folder.glob("*.safetensors"))
            made["ablation_predictions"] = {
                key: partial(same, table) for key, table in stored.items()
            }
    return made


@pytest.fixture(scope="module")
def results(entries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    return run(entries, folder) | {"folder": folder}


def test_every_sequence_has_the_columns_of_its_rows_and_seeds(results):
    stored = {name: load() for name, load in results["ablation_predictions"].items()}
    both = ["kinembed.seed_0", "kinembed.seed_1", "narrow.seed_1"]
    both += ["constant.seed_0", "constant.seed_1"]
    expected = {"a": {*both, "encoder.seed_0", "encoder.seed_1"}, "b": {*both}}
    for name, runs in expected.items():
        columns = {"frame", "time_s", *(f"{run}.given" for run in runs)}
        assert set(stored[name].columns) == columns
        assert len(stored[name]) == 300


def test_trainings_are_listed_with_the_rows_that_share_them(results):
    trainings = results["ablation_trainings"]
    assert sorted(trainings[["sequence", "rows", "seed"]].to_numpy().tolist()) == [
        ["a", "kinembed encoder", 0],
        ["a", "kinembed encoder", 1],
        ["a", "narrow", 1],
        ["b", "kinembed", 0],
        ["b", "kinembed", 1],
        ["b", "narrow", 1],
    ]


def test_every_training_keeps_a_checkpoint(results):
    assert len(results["stored_checkpoints"]) == 6


def test_annotated_sequences_are_scored_by_row_and_seed(results):
    scores = results["ablation_scores"]
    assert list(scores.columns) == list(score_table([]).columns)
    assert set(scores["sequence"]) == {"a"}
    assert set(scores["protocol"]) == {"continuous"}
    runs = sorted(scores[["method", "seed"]].to_numpy().tolist())
    assert runs == [[name, seed] for name, seed in sorted(ALL_OF_A)]
    assert set(scores.loc[scores["method"] == "constant", "accuracy"]) == {0.5}


ALL_OF_A = [
    ("constant", 0),
    ("constant", 1),
    ("encoder", 0),
    ("encoder", 1),
    ("kinembed", 0),
    ("kinembed", 1),
    ("narrow", 1),
]


def test_rows_are_summarised_over_seeds(results):
    summary = results["ablation_summary"].set_index("method")
    assert summary["seeds"].to_dict() == {"kinembed": 2, "encoder": 2, "constant": 2, "narrow": 1}
    of_seeds = results["ablation_scores"].query("method == 'encoder'")["accuracy"]
    assert summary.loc["encoder", "accuracy"] == pytest.approx(of_seeds.mean())
    assert summary.loc["encoder", "accuracy_std"] == pytest.approx(of_seeds.std())


def test_every_run_is_described_for_mlflow(results):
    described = results["ablation_runs"]
    assert set(described) == {f"{row}.seed_{seed}" for row, seed in ALL_OF_A}
    assert described["narrow.seed_1"]["params"]["training"] == {"network": {"units": 3}}


def test_the_figure_shows_every_row(results):
    (ax,) = results["ablation_overview"].axes
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["kinembed", "encoder", "narrow", "constant"]


def test_a_bad_row_fails_before_anything_is_trained(entries, tmp_path):
    rows = ROWS | {"bad": {"training": {"stps": 1}}}
    wrong = {"params:ablation": AblationParameters.model_validate({"rows": rows})}
    with pytest.raises(DataError, match=r"ablation.rows.bad.training.stps: Extra inputs"):
        run(entries | wrong, tmp_path / "checkpoints", "run_ablation")
    assert not (tmp_path / "checkpoints").exists()


def test_an_error_names_the_sequence_and_the_row(entries, tmp_path, toy_motion):
    short = partial(same, replace(toy_motion, values=toy_motion.values[:15], trial="b"))
    sequences = entries["sequences"] | {"b": short}
    with pytest.raises(
        DataError, match=r"b/kinembed.seed_0: b: a sequence of 15 frames is shorter"
    ):
        run(entries | {"sequences": sequences}, tmp_path, "run_ablation")


def test_annotations_reach_nothing_before_scoring():
    pipeline = ablation.create_pipeline()
    readers = {node.name for node in pipeline.nodes if "sequence_annotations" in node.inputs}
    assert readers == {"score_ablation"}
