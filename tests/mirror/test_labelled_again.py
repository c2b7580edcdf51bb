"""Real recordings, discovered by a small network and labelled again with what was stored."""

import pytest

from kinembed.io.formats.reader import read_motion
from kinembed.motion.exponential_maps import to_expmap
from kinembed.motion.features import FeatureParameters
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.cluster_model_file import (
    cluster_model_from_bytes,
    cluster_model_to_bytes,
)
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, embed
from kinembed.segmentation.inference import label_motion
from kinembed.segmentation.predictions import UNKNOWN
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model

EMBEDDING = EmbeddingParameters(
    states="both",
    arrangement="frame",
    stride=5,
    components=30,
    discontinuity_threshold=None,
    device="cpu",
)
CLUSTERING = ClusteringParameters(method="kernel_segmentation", components=30, minimum_duration_s=0)


@pytest.fixture(scope="module")
def motions(mirror):
    """Jumps, and a walk of another person."""
    names = {"jumps": "49_02", "walk": "26_01"}
    return {
        kind: to_expmap(read_motion(str(mirror / "bvh_cmu" / f"{clip}.bvh.gz"), trial=clip))
        for kind, clip in names.items()
    }


@pytest.fixture(scope="module")
def discovery(motions):
    training = TrainingParameters(
        network={"units": 32},
        windows={"source": 25, "target": 25},
        steps=150,
        learning_rate=0.003,
        device="cpu",
    )
    motion = motions["jumps"]
    model = train_model(motion, FeatureParameters(), training)
    embeddings = embed(model, motion, EMBEDDING)
    fitted = ClusterModel.fit(embeddings, None, EMBEDDING, CLUSTERING, ClusterModelParameters())
    stored = cluster_model_from_bytes(cluster_model_to_bytes(fitted), file="stored")
    return model, stored, stored.predictions


def test_a_bvh_file_labelled_again_agrees_with_its_discovery(discovery, motions):
    model, clusters, predictions = discovery
    labels = label_motion(motions["jumps"], model, clusters)
    assert predictions["estimated"].nunique() > 1
    assert (labels["cluster"] == predictions["estimated"]).mean() >= 0.95


def test_another_movement_of_another_person_is_unknown(discovery, motions):
    model, clusters, _ = discovery
    labels = label_motion(motions["walk"], model, clusters)
    assert (labels["cluster"] == UNKNOWN).mean() > 0.9
