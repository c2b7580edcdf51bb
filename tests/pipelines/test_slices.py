"""Slices of the pipelines on a catalog in memory, fed with a synthetic toy motion."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig
from kinembed.io.concatenation import ConcatenationParameters
from kinembed.io.ingestion import IngestionParameters
from kinembed.motion.exponential_maps import ExpmapParameters
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.pipelines import clustering, concatenation, embedding, evaluation, training
from kinembed.report.parameters import ReportParameters
from kinembed.segmentation.cluster_model import ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.time_scale import TimeScaleParameters
from kinembed.training.assignment import ModelAssignment
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters


def same(value):
    return value


def parameters():
    return {
        "ingestion": IngestionParameters(source="sample", sample={"folder": "unused"}),
        "concatenation": ConcatenationParameters(),
        "features": FeatureParameters(),
        "training": TrainingParameters(
            network={"units": 12},
            windows={"source": 12, "target": 8},
            steps=120,
            batch_size=8,
            learning_rate=5e-3,
            device="cpu",
        ),
        "embedding": EmbeddingParameters(stride=2, steps=2, summary_s=0.8, spread=True),
        "clustering": ClusteringParameters(
            number={"a": 2}, method="kmeans", components=4, minimum_duration_s=0.6
        ),
        "cluster_model": ClusterModelParameters(),
        "expmap": ExpmapParameters(),
        "time_scale": TimeScaleParameters(),
        "parallel": ParallelConfig(backend="sequential"),
        "reporting": ReportParameters(title="toy", note="synthetic"),
    }


@pytest.fixture
def catalog(toy_motion, tmp_path):
    annotation = Segmentation(("calm", "wild"), np.array([[125, 150, 175]]), 300, "a")
    other = replace(toy_motion, values=toy_motion.values[:250], trial="b")
    motions = {"a": partial(same, replace(toy_motion, trial="a")), "b": partial(same, other)}
    entries = {f"params:{name}": group for name, group in parameters().items()}
    entries |= {
        "expmaps": motions,
        "annotations": {"a": annotation},
        "checkpoints": CheckpointFolder(tmp_path),
    }
    return DataCatalog({name: MemoryDataset(value) for name, value in entries.items()})


class Kept(MemoryDataset):
    """Still there after the run that made it."""

    def _release(self):
        pass


def run(pipeline, catalog):
    return SequentialRunner().run(pipeline, catalog)


def test_from_sequences_to_scores(catalog, tmp_path):
    stages = (concatenation, training, embedding, clustering, evaluation)
    first, *others = (stage.create_pipeline() for stage in stages)
    scores = run(sum(others, first).to_outputs("scores"), catalog)["scores"].load()
    assert scores["sequence"].tolist() == ["a", "a"]
    assert scores.set_index("clusters_given").loc[True, "accuracy"] > 0.85


def test_a_model_is_found_by_the_table_not_by_the_name_of_its_recording(catalog):
    """Every stage joins models and sequences by the table; each model has a name of its own."""
    catalog["model_of_recording"] = MemoryDataset(ModelAssignment({"a": "first", "b": "second"}))
    stages = (concatenation, training, embedding, clustering)
    first, *others = (stage.create_pipeline() for stage in stages)
    chain = sum(others, first) - training.create_pipeline().only_nodes("share_models")
    names = {"models", "embeddings", "cluster_models", "predictions", "packed_models"}
    for name in names:
        catalog[name] = Kept()
    run(chain.to_outputs(*names), catalog)
    found = {name: catalog[name].load() for name in names}
    assert set(found["models"]) == set(found["cluster_models"]) == {"first", "second"}
    assert set(found["embeddings"]) == set(found["predictions"]) == {"a", "b"}
    assert len(found["predictions"]["b"]()) == 250
    assert "given" in found["predictions"]["a"]()
    assert found["packed_models"].params["model"] == "first"


def test_annotations_reach_no_stage_before_evaluation():
    for stage in (training, embedding, clustering):
        inputs = stage.create_pipeline().inputs()
        assert not any("annotation" in name for name in inputs), stage.__name__


def test_an_error_in_one_sequence_names_it(catalog, toy_motion):
    short = replace(toy_motion, values=toy_motion.values[:10], trial="short")
    catalog["expmaps"] = MemoryDataset({"short": partial(same, short)})
    stages = concatenation.create_pipeline() + training.create_pipeline()
    with pytest.raises(DataError, match="short: a sequence of 10 frames is shorter than"):
        run(stages, catalog)
