"""Pipeline ``stability`` on a catalog in memory: two recordings that share a model."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig
from kinembed.evaluation.stability import BEHAVIOURS, SEEDS, StabilityParameters, label_with_seed
from kinembed.motion.features import FeatureParameters
from kinembed.pipelines import stability
from kinembed.pipelines.reporting.nodes import validate_stability
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, embed_together, join_embeddings
from kinembed.training.assignment import assign_models
from kinembed.training.checkpoints import CheckpointFile, CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_together

TRAINING = TrainingParameters(
    network={"units": 6}, windows={"source": 8, "target": 8}, steps=4, batch_size=4, device="cpu"
)
EMBEDDING = EmbeddingParameters(stride=4, components=4, device="cpu")
CLUSTERING = ClusteringParameters(number={"all": 3}, components=4, largest_number=3)
NAMES = ("half", "one")


def same(value):
    return value


def loaders(values):
    return {name: partial(same, value) for name, value in values.items()}


@pytest.fixture(scope="module")
def entries(toy_motion):
    """What the stages store, its network trained with seed 5."""
    half = replace(toy_motion, values=toy_motion.values[150:], trial="half")
    motions = {"half": half, "one": replace(toy_motion, trial="one")}
    training = TRAINING.model_copy(update={"seed": 5})
    model = train_together("all", list(motions.values()), FeatureParameters(), training)
    joined = join_embeddings(embed_together(model, list(motions.values()), EMBEDDING))
    lengths = {name: len(motion) for name, motion in motions.items()}
    clusters = ClusterModel.fit(
        joined, 3, EMBEDDING, CLUSTERING, ClusterModelParameters(), recordings=lengths
    )
    return {
        "sequences": loaders(motions),
        "models": loaders({"all": model}),
        "cluster_models": loaders({"all": clusters}),
        "predictions": loaders({name: clusters.predictions_of(name) for name in NAMES}),
        "model_of_recording": assign_models(NAMES, "all"),
        "params:stability": StabilityParameters(seeds=2),
        "params:parallel": ParallelConfig(backend="sequential"),
    }


def run(entries, folder):
    made = entries | {"stability_checkpoints": CheckpointFolder(folder)}
    for node in stability.create_pipeline().nodes:
        catalog = DataCatalog({name: MemoryDataset(value) for name, value in made.items()})
        only = stability.create_pipeline().only_nodes(node.name)
        outputs = SequentialRunner().run(only, catalog)
        made |= {name: dataset.load() for name, dataset in outputs.items()}
        if node.name == "label_with_further_seeds":
            made["seed_tables"] = made["seed_predictions"]
            made["seed_predictions"] = loaders(made["seed_tables"])
    return made


@pytest.fixture(scope="module")
def results(entries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    return run(entries, folder) | {"folder": folder}


def test_with_its_own_seed_a_run_is_repeated_exactly(entries):
    own = {name: entries["predictions"][name]() for name in NAMES}
    motions = [entries["sequences"][name]() for name in NAMES]
    stored = (entries["models"]["all"](), entries["cluster_models"]["all"]())
    for name, table in label_with_seed("all", motions, own, *stored, step=0).items():
        np.testing.assert_array_equal(table["seed_5.given"], own[name]["given"])
        np.testing.assert_array_equal(table["seed_5.estimated"], own[name]["estimated"])


def test_clusters_that_an_earlier_version_stored_without_labels_are_repeated(entries):
    own = {name: entries["predictions"][name]() for name in NAMES}
    motions = [entries["sequences"][name]() for name in NAMES]
    earlier = replace(entries["cluster_models"]["all"](), labels={})
    found = label_with_seed("all", motions, own, entries["models"]["all"](), earlier, step=0)
    np.testing.assert_array_equal(found["one"]["seed_5.given"], own["one"]["given"])


def test_the_next_seeds_label_every_frame(results):
    columns = [f"seed_{seed}.{variant}" for seed in (6, 7) for variant in ("given", "estimated")]
    for name, frames in {"half": 150, "one": 300}.items():
        table = results["seed_tables"][name]
        assert list(table) == ["frame", "time_s", *columns]
        assert table["frame"].tolist() == list(range(frames))
        assert (table[columns] >= 0).all(axis=None)


def test_a_finished_training_of_each_seed_is_kept(results):
    kept = [CheckpointFile(path).load() for path in results["folder"].glob("*.safetensors")]
    assert [one.step for one in kept] == [TRAINING.steps] * 2


def test_every_behaviour_has_a_row(results):
    table = results["stability"]
    assert tuple(table) == BEHAVIOURS
    given = table[table["prediction"] == "given"]
    assert given["cluster"].tolist() == [0, 1, 2]
    assert given["seconds"].sum() == pytest.approx(450 / 50)
    assert set(table["seeds"]) == {2}
    assert table["overlap"].between(0, 1).all()


def test_every_further_seed_has_a_row(results):
    table = results["stability_seeds"]
    assert tuple(table) == SEEDS
    assert table["seed"].tolist() == [6, 7, 6, 7]


def test_every_recording_has_its_consensus(results, entries):
    columns = ["frame", "time_s", "given", "given_agreement", "estimated", "estimated_agreement"]
    for name, table in results["consensus_predictions"].items():
        own = entries["predictions"][name]()["given"]
        assert list(table) == columns
        agreed = table["given_agreement"] == 1
        assert agreed.any()
        assert (table["given"] == own)[agreed].all()


def test_merged_behaviours_are_compared_with_as_many(results, entries):
    merged = {}
    for name in NAMES:
        table = entries["predictions"][name]()
        known = table["given"].replace(2, 1)
        merged[name] = table.assign(given=known, given_unmerged=table["given"])
    found = run(entries | {"predictions": loaders(merged)}, results["folder"])
    labels = np.concatenate([found["seed_tables"][name]["seed_6.given"] for name in NAMES])
    assert len(set(labels.tolist())) == 2
    given = found["stability"].query("prediction == 'given'")
    assert given["cluster"].tolist() == [0, 1]


def test_a_table_of_other_clusters_is_left_out_of_the_report(results, entries):
    table, assigned = results["stability"], entries["model_of_recording"]
    found = validate_stability(table, entries["predictions"], assigned)
    assert found["one"].equals(table)
    other = loaders({name: entries["predictions"][name]().assign(given=0) for name in NAMES})
    left = validate_stability(table, other, assigned)
    assert set(left["half"]["prediction"]) == {"estimated"}
    assert validate_stability(table.iloc[:0], entries["predictions"], assigned) == {}


def test_an_absent_model_is_named(entries, tmp_path):
    with pytest.raises(DataError, match="half: nothing is stored of its model 'all'"):
        run(entries | {"models": {}}, tmp_path)


def test_no_annotation_enters():
    assert not {name for name in stability.create_pipeline().datasets() if "annotation" in name}
