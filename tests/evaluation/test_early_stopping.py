from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from kinembed.evaluation import early_stopping as early_stopping
from kinembed.evaluation.baselines import StageParameters
from kinembed.evaluation.early_stopping import (
    Check,
    EarlyStoppingParameters,
    SeparabilityCallback,
    best_check,
    check_at,
    follow_training,
    train_with_early_stopping,
)
from kinembed.evaluation.metrics import Separability
from kinembed.motion.features import FeatureParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.stages import untrained_model
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import Callback, TrainingParameters
from kinembed.training.trained_model import train_model

pytestmark = pytest.mark.slow

STAGES = StageParameters(
    FeatureParameters(),
    TrainingParameters(
        network={"units": 8},
        windows={"source": 10, "target": 10},
        steps=20,
        batch_size=8,
        learning_rate=1e-2,
        device="cpu",
        history_every=1,
        checkpoint_every=7,
    ),
    EmbeddingParameters(stride=5, arrangement="frame", device="cpu"),
    ClusteringParameters(number=2, components=4, minimum_duration_s=0),
)


def checks_with(**measures):
    """Looks that differ in one measure."""
    ((name, values),) = measures.items()
    nothing = {
        "silhouette": np.nan,
        "davies_bouldin": np.nan,
        "gap": np.nan,
        "canonical_correlation": np.nan,
    }
    return [
        Check(step, np.zeros(1, dtype=np.int64), Separability(**{**nothing, name: value}))
        for step, value in enumerate(values)
    ]


@pytest.fixture
def scripted(monkeypatch):
    """Looks that see what a script says: the silhouettes of steps 5, 10, 15, 20."""

    def install(*silhouettes):
        def check(model, motion, stages, step):
            labels = np.zeros(len(motion), dtype=np.int64)
            return Check(step, labels, Separability(silhouettes[step // 5 - 1], 1.0, 0.0, 0.5))

        monkeypatch.setattr(early_stopping, "check_at", check)

    return install


def test_more_is_better_but_for_davies_bouldin():
    assert best_check(checks_with(silhouette=[0.1, 0.4, 0.4, 0.2]), "silhouette") == 1
    assert best_check(checks_with(davies_bouldin=[0.5, 0.9, 0.3]), "davies_bouldin") == 2


def test_a_check_without_a_value_is_never_preferred():
    assert best_check(checks_with(gap=[np.nan, -3.0, np.nan]), "gap") == 1


def test_a_check_sees_what_the_pipeline_would_find(toy_motion):
    model = train_model(toy_motion, STAGES.features, STAGES.training)
    seen = check_at(model, toy_motion, STAGES, 20)
    assert len(seen.frame_labels) == len(toy_motion)
    assert seen.frame_labels.max() == 1
    assert -1 <= seen.separability.silhouette <= 1


def test_without_a_criterion_the_last_weights_are_kept(toy_motion):
    plain = train_model(toy_motion, STAGES.features, STAGES.training)
    kept = train_with_early_stopping(toy_motion, STAGES, EarlyStoppingParameters())
    assert kept.to_bytes() == plain.to_bytes()


def test_the_weights_of_the_best_check_are_kept_with_their_history(toy_motion, scripted):
    scripted(0.1, 0.5, 0.3, 0.2)
    chosen = EarlyStoppingParameters(criterion="silhouette", every=5)
    kept = train_with_early_stopping(toy_motion, STAGES, chosen)
    shorter = STAGES.training.model_copy(update={"steps": 10})
    ten_steps = train_model(toy_motion, STAGES.features, shorter)
    assert kept.history["step"].tolist() == list(range(1, 11))
    for name, value in ten_steps.network.state_dict().items():
        assert torch.equal(kept.network.state_dict()[name], value)


def test_patience_without_a_criterion_is_refused():
    with pytest.raises(ValidationError, match="patience needs a criterion, which says what is"):
        EarlyStoppingParameters(patience=2)


def test_training_ends_when_patience_does(toy_motion, scripted):
    scripted(0.5, 0.4, 0.3, 0.9)
    patient = EarlyStoppingParameters(criterion="silhouette", every=5, patience=2)
    callback = SeparabilityCallback(toy_motion, STAGES, patient)
    model = train_model(toy_motion, STAGES.features, STAGES.training, callback=callback)
    assert [check.step for check in callback.checks] == [5, 10, 15]
    assert model.history["step"].max() == 15
    assert callback.best(model).history["step"].max() == 5


def test_a_callback_goes_on_from_a_checkpoint(toy_motion, tmp_path):
    chosen = EarlyStoppingParameters(criterion="gap", every=5)
    folder = CheckpointFolder(tmp_path)
    unbroken = train_with_early_stopping(toy_motion, STAGES, chosen)
    train_with_early_stopping(toy_motion, STAGES, chosen, folder)
    again = train_with_early_stopping(toy_motion, STAGES, chosen, folder)  # all of it is remembered
    assert again.to_bytes() == unbroken.to_bytes()


def test_a_callback_remembers_all_it_has_seen(toy_motion):
    callback = SeparabilityCallback(
        toy_motion, STAGES, EarlyStoppingParameters(criterion="gap", every=5)
    )
    assert isinstance(callback, Callback)
    train_model(toy_motion, STAGES.features, STAGES.training, callback=callback)
    other = SeparabilityCallback(
        toy_motion, STAGES, EarlyStoppingParameters(criterion="gap", every=5)
    )
    other.restore(callback.tensors())
    for one, two in zip(callback.checks, other.checks, strict=True):
        assert (one.step, one.separability) == (two.step, two.separability)
        np.testing.assert_array_equal(one.frame_labels, two.frame_labels)
    assert callback.tensors().keys() == other.tensors().keys()


def test_another_clustering_or_criterion_is_another_callback(toy_motion):
    one = SeparabilityCallback(toy_motion, STAGES, EarlyStoppingParameters(criterion="gap"))
    other_criterion = EarlyStoppingParameters(criterion="silhouette")
    other_stages = replace(STAGES, clustering=ClusteringParameters(number=3))
    callbacks = [
        SeparabilityCallback(toy_motion, STAGES, other_criterion),
        SeparabilityCallback(toy_motion, other_stages, EarlyStoppingParameters(criterion="gap")),
    ]
    assert all(callback.identity() != one.identity() for callback in callbacks)


def test_following_a_training_tells_loss_clusters_and_measures(toy_motion):
    table, checks = follow_training(toy_motion, STAGES, (8, 16, 20))
    assert table["step"].tolist() == [8, 16, 20]
    assert table["clusters"].tolist() == [2, 2, 2]
    history = train_model(toy_motion, STAGES.features, STAGES.training).history
    expected = history.set_index("step").loc[[8, 16, 20], "loss"]
    np.testing.assert_allclose(table["loss"], expected)
    assert [check.step for check in checks] == [8, 16, 20]


def test_chosen_steps_are_checked_and_the_first_is_before_training(toy_motion, tmp_path):
    folder = CheckpointFolder(tmp_path)
    table, checks = follow_training(toy_motion, STAGES, (0, 6, 9), folder)
    assert table["step"].tolist() == [0, 6, 9]
    begun = check_at(untrained_model([toy_motion], STAGES), toy_motion, STAGES, 0)
    assert checks[0].separability == begun.separability
    again, _ = follow_training(toy_motion, STAGES, (0, 6, 9), folder)
    assert again.equals(table)
    other, _ = follow_training(toy_motion, STAGES, (0, 3, 9), folder)  # the same greatest divisor
    assert other["step"].tolist() == [0, 3, 9]
