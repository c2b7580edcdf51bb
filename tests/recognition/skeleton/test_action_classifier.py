from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from kinembed.core.errors import CheckpointError, DataError
from kinembed.recognition.skeleton import (
    ActionClassifier,
    clip_targets,
    recognise,
    score_recognition,
    train_action_classifier,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def action_classifier(clips, labels, parameters):
    longer = parameters.model_copy(update={"steps": 60})
    return train_action_classifier(clips, labels, longer, seed=0)


def test_behaviours_are_recognised(action_classifier, clips, labels):
    found = recognise(action_classifier, clips)
    assert list(found) == ["clip", "recognised", "probability"]
    assert found["clip"].tolist() == list(clips.names)
    assert found["recognised"].tolist() == labels
    assert found["probability"].between(0.5, 1).all()


def test_a_short_clip_is_held_and_a_long_one_seen_whole(action_classifier, clips):
    network, seen = action_classifier.network, []
    hook = network.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
    recognise(action_classifier, clips)
    hook.remove()
    assert sorted(batch.shape[2] for batch in seen) == [16, 20, 31]
    (short,) = [batch for batch in seen if batch.shape[2] == 16]
    assert (short[:, :, 12:] == short[:, :, 11:12]).all()


def test_a_stored_action_classifier_recognises_the_same(action_classifier, clips):
    content = action_classifier.to_bytes()
    again = ActionClassifier.from_bytes(content, file="r")
    pd.testing.assert_frame_equal(recognise(again, clips), recognise(action_classifier, clips))
    pd.testing.assert_frame_equal(again.history, action_classifier.history)
    assert (again.behaviours, again.parameters) == (
        action_classifier.behaviours,
        action_classifier.parameters,
    )
    assert again.graph.parents == action_classifier.graph.parents


@pytest.mark.parametrize("damage", [lambda c: c[:100], lambda c: b"no file", lambda c: c[:-8]])
def test_a_damaged_file_is_named(action_classifier, damage):
    with pytest.raises(CheckpointError, match="r.safetensors: not a stored action classifier"):
        ActionClassifier.from_bytes(damage(action_classifier.to_bytes()), file="r.safetensors")


def test_clips_that_do_not_fit_are_refused(action_classifier, clips):
    with pytest.raises(DataError, match="trained at 20 Hz, the clips have 30"):
        recognise(action_classifier, replace(clips, frame_rate=30.0))
    short = replace(clips, positions=(clips.positions[0][:5], *clips.positions[1:]))
    with pytest.raises(DataError, match=r"fast_0 \(5\)"):
        recognise(action_classifier, short)
    fewer = replace(clips, positions=tuple(one[:, :2] for one in clips.positions))
    with pytest.raises(DataError, match="3 joints"):
        recognise(action_classifier, fewer)


def test_labels_need_not_come_in_any_order(clips, labels, parameters):
    """A clip keeps its label: another order of clips is the same task."""
    order = np.array([3, 0, 4, 1, 5, 2])
    shuffled = clips.only([clips.names[index] for index in order])
    longer = parameters.model_copy(update={"steps": 60})
    other = train_action_classifier(shuffled, [labels[index] for index in order], longer, seed=0)
    assert recognise(other, clips)["recognised"].tolist() == labels


def test_batches_of_testing_do_not_change_what_is_recognised(action_classifier, clips):
    together = recognise(action_classifier, clips)
    alone = pd.concat([recognise(action_classifier, clips.only([name])) for name in clips.names])
    np.testing.assert_allclose(together["probability"], alone["probability"], rtol=1e-5)
    assert not action_classifier.network.training
    assert torch.is_grad_enabled()


def test_from_annotations_to_scores(clips, labels, parameters):
    from kinembed.motion.motion import Segmentation

    annotations = {
        name: Segmentation((label,), np.empty((0, 3), dtype=np.int64), 10, name)
        for name, label in zip(clips.names, labels, strict=True)
    }
    train, test = clip_targets(clips.names, annotations, parameters.test_clips)
    longer = parameters.model_copy(update={"steps": 60})
    network = train_action_classifier(
        clips.only(train["clip"].tolist()), train["behaviour"].tolist(), longer, seed=0
    )
    scores = score_recognition(test, recognise(network, clips.only(test["clip"].tolist())))
    assert scores.accuracy == 1.0
    assert scores.clips == 2
