"""Recordings that share a network and its clusters, on nodes of training, embedding, clustering."""

from dataclasses import replace

import numpy as np
import pytest

from kinembed.core.parallel import ParallelConfig
from kinembed.motion.exponential_maps import ExpmapParameters
from kinembed.motion.features import FeatureParameters
from kinembed.pipelines.clustering.nodes import (
    fit_cluster_models,
    label_frames,
    measure_models,
    pack_cluster_models,
    tabulate_trees,
)
from kinembed.pipelines.embedding.nodes import embed_sequences
from kinembed.pipelines.evaluation.nodes import score_vocabularies
from kinembed.pipelines.training.nodes import share_models, train_models
from kinembed.report.parameters import ReportParameters
from kinembed.segmentation.cluster_model import ClusterModelParameters
from kinembed.segmentation.cluster_model_file import (
    cluster_model_from_bytes,
    cluster_model_to_bytes,
)
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, embed, join_embeddings
from kinembed.segmentation.time_scale import TimeScale, TimeScaleParameters
from kinembed.training.assignment import assign_models
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters

SEQUENTIAL = ParallelConfig(backend="sequential")
EMBEDDING = EmbeddingParameters(states="encoder", stride=4, components=8, device="cpu")
CLUSTERING = ClusteringParameters(
    number=2, method="kernel_segmentation", components=8, minimum_duration_s=0
)


def training(share):
    return TrainingParameters(
        network={"units": 8},
        windows={"source": 8, "target": 8},
        steps=20,
        batch_size=8,
        device="cpu",
        share=share,
    )


def loaders(values):
    return {name: (lambda value=value: value) for name, value in values.items()}


class Run:
    """Networks, embeddings, clusters and labels of some motions."""

    def __init__(self, motions, share, folder):
        sequences, parameters = loaders(motions), training(share)
        self.assigned = share_models(sequences, parameters)
        checkpoints = CheckpointFolder(folder)
        models = train_models(
            sequences,
            self.assigned,
            checkpoints,
            FeatureParameters(),
            parameters,
            TimeScale(),
            SEQUENTIAL,
        )
        self.models = loaders(models.collect())
        embedded = embed_sequences(
            self.models,
            sequences,
            self.assigned,
            EMBEDDING,
            TimeScale(),
            TimeScaleParameters(),
            SEQUENTIAL,
        )
        self.embeddings = dict(embedded.stream())
        fitted = fit_cluster_models(
            loaders(self.embeddings),
            self.assigned,
            EMBEDDING,
            CLUSTERING,
            ClusterModelParameters(),
            ExpmapParameters(),
            TimeScale(),
            TimeScaleParameters(),
            SEQUENTIAL,
        )
        self.clusters = loaders(fitted.collect())
        embeddings = loaders(self.embeddings)
        means = measure_models(self.clusters, embeddings, self.assigned, SEQUENTIAL)
        self.means = loaders(means.collect())
        labels = label_frames(
            self.clusters, self.means, embeddings, self.assigned, CLUSTERING, SEQUENTIAL
        )
        self.labels = labels.collect()
        self.sequences = sequences


@pytest.fixture(scope="module")
def motions(toy_motion):
    """A recording, the same once more, and its second half."""
    half = replace(toy_motion, values=toy_motion.values[150:], trial="half")
    return {"one": toy_motion, "same": replace(toy_motion, trial="same"), "half": half}


@pytest.fixture(scope="module")
def shared(motions, tmp_path_factory):
    return Run(motions, "all", tmp_path_factory.mktemp("checkpoints"))


def test_all_have_one_network_and_one_fitted_segmentation(shared):
    assert set(shared.models) == set(shared.clusters) == {"all"}
    assert set(shared.labels) == set(shared.embeddings) == {"one", "same", "half"}


def test_the_same_movement_has_the_same_cluster_in_all_recordings(shared):
    one, same, half = (shared.labels[name]["given"].to_numpy() for name in ("one", "same", "half"))
    np.testing.assert_array_equal(one, same)
    assert (one[150:] == half).mean() > 0.9
    assert len(set(one.tolist())) == 2
    assert shared.labels["half"]["frame"].tolist() == list(range(150))


def test_every_recording_says_how_sure_its_labels_are(shared):
    for labels in shared.labels.values():
        assert labels["given_probability"].between(0, 1).all()
    trees = tabulate_trees(shared.means)
    assert trees["model"].unique().tolist() == ["all"]
    assert trees["number"].tolist()[0] == 1


def test_rows_of_all_are_in_one_basis(shared, motions):
    basis = shared.embeddings["one"].basis
    again = embed(shared.models["all"](), motions["half"], EMBEDDING, basis=basis)
    np.testing.assert_allclose(again.values, shared.embeddings["half"].values, atol=1e-6)


def test_a_stored_segmentation_knows_whose_frames_are_whose(shared):
    model = shared.clusters["all"]()
    again = cluster_model_from_bytes(cluster_model_to_bytes(model), file="all")
    for name, labels in shared.labels.items():
        known = again.predictions_of(name)
        assert known.equals(labels[list(known)])


def test_the_model_labels_its_own_recordings_again(shared):
    model = shared.clusters["all"]()
    found = model.predict(shared.embeddings["one"])["cluster"]
    assert (found == shared.labels["one"]["given"]).mean() > 0.9


def test_a_single_recording_gets_what_it_gets_alone(toy_motion, tmp_path):
    each, alone = (Run({"toy": toy_motion}, share, tmp_path / share) for share in ("each", "all"))
    assert each.labels["toy"].equals(alone.labels["toy"])
    first, second = (run.embeddings["toy"].values for run in (each, alone))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", ["all", "one"])
def test_the_number_of_a_single_recording_is_found_under_either_name(shared, name):
    clustering = CLUSTERING.model_copy(update={"number": {name: 2}})
    fitted = fit_cluster_models(
        loaders({"one": shared.embeddings["one"]}),
        assign_models(["one"], "all"),
        EMBEDDING,
        clustering,
        ClusterModelParameters(),
        ExpmapParameters(),
        TimeScale(),
        TimeScaleParameters(),
        SEQUENTIAL,
    )
    assert fitted.collect()["all"].settings.variant == "given"


def test_what_was_not_seen_is_in_no_cluster_of_all(shared, motions):
    seen = np.ones(150, dtype=bool)
    seen[:30] = False
    parts = [shared.embeddings["one"], replace(shared.embeddings["half"], seen=seen)]
    whole = join_embeddings(parts)
    assert whole.frame_count == len(motions["one"]) + 150
    np.testing.assert_array_equal(whole.seen, np.concatenate([np.ones(300, dtype=bool), seen]))
    assert 300 in whole.cuts


def test_a_shared_model_is_packed_with_an_example_of_its_first_recording(shared, motions):
    packed = pack_cluster_models(shared.models, shared.clusters, shared.sequences, shared.assigned)
    assert packed.default == packed.params["model"] == "all"
    assert packed.example.iloc[0].tolist() == motions["one"].values[0].tolist()


def test_only_shared_models_have_shared_scores(shared):
    reporting = ReportParameters(title="toy")
    table, recalls = score_vocabularies(
        loaders(shared.labels), {}, shared.assigned, training("all"), reporting
    )
    assert recalls.empty
    assert table.empty
    assert "f1_50" in table
