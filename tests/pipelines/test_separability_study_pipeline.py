"""Pipeline ``separability_study`` on a catalog in memory, with a synthetic toy motion."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.parallel import ParallelConfig
from kinembed.evaluation.separability_study import CRITERIA, SCORES, SeparabilityStudyParameters
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.pipelines import separability_study
from kinembed.report.parameters import ReportParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.time_scale import TimeScaleParameters
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters

PARAMETERS = {
    "features": FeatureParameters(),
    "training": TrainingParameters(
        network={"units": 6},
        windows={"source": 12, "target": 8},
        steps=5,
        batch_size=4,
        device="cpu",
    ),
    "embedding": EmbeddingParameters(stride=4, arrangement="frame", device="cpu"),
    "clustering": ClusteringParameters(number=2, components=4, minimum_duration_s=0),
    "separability_study": SeparabilityStudyParameters(every=2),
    "time_scale": TimeScaleParameters(),
    "parallel": ParallelConfig(backend="sequential"),
    "reporting": ReportParameters(title="toy", note="synthetic"),
}


def same(value):
    return value


@pytest.fixture(scope="module")
def results(toy_motion, tmp_path_factory):
    """What the nodes make; sequence ``a`` is annotated, ``b`` is not."""
    folder = CheckpointFolder(tmp_path_factory.mktemp("checkpoints"))
    annotation = Segmentation(("calm", "wild"), np.array([[125, 150, 175]]), 300, "a")
    made = {f"params:{name}": group for name, group in PARAMETERS.items()} | {
        "sequences": {name: partial(same, replace(toy_motion, trial=name)) for name in "ab"},
        "sequence_annotations": {"a": annotation},
        "separability_study_checkpoints": folder,
    }
    pipeline = separability_study.create_pipeline()
    for node in pipeline.nodes:
        catalog = DataCatalog({name: MemoryDataset(value) for name, value in made.items()})
        outputs = SequentialRunner().run(pipeline.only_nodes(node.name), catalog)
        made |= {name: dataset.load() for name, dataset in outputs.items()}
        if node.name == "follow_trainings":
            stored = made["separability_study_predictions"]
            made["stored_checkpoints"] = len(list(folder.path.glob("*.safetensors")))
            made["separability_study_predictions"] = {
                name: partial(same, table) for name, table in stored.items()
            }
    return made


def test_every_sequence_is_checked_every_so_many_steps_and_at_the_end(results):
    checks = results["separability_study_checks"]
    assert checks.groupby("sequence")["step"].apply(list).to_dict() == {
        "a": [2, 4, 5],
        "b": [2, 4, 5],
    }
    assert set(CRITERIA) < set(checks)
    assert set(checks["seed"]) == {0}
    columns = list(results["separability_study_predictions"]["b"]())
    assert columns == ["frame", "time_s", "step_2", "step_4", "step_5"]


def test_only_what_is_annotated_has_scores(results):
    table = results["separability_study"]
    assert len(table) == 6
    scored = table.groupby("sequence")[list(SCORES)].count()
    assert (scored.loc["a"] == 3).all()
    assert (scored.loc["b"] == 0).all()


def test_every_criterion_chooses_for_every_sequence(results):
    choices = results["separability_study_choices"]
    assert choices.groupby("sequence")["criterion"].apply(list)["a"] == list(CRITERIA)
    of_a = choices[choices["sequence"] == "a"]
    assert (of_a["shortfall"] >= 0).all()


def test_the_figure_bears_the_note(results):
    texts = [text.get_text() for text in results["separability_study_overview"].texts]
    assert "synthetic" in texts


def test_every_training_keeps_a_checkpoint(results):
    assert results["stored_checkpoints"] == 2
