from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from helpers.killed import KilledAfter, KilledError

from kinembed.core.errors import CheckpointError, DataError, FormatError
from kinembed.datasets import PicturesDataset, TwoStreamDataset
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.recognition.skeleton import Clips
from kinembed.recognition.two_stream import (
    TwoStreamParameters,
    draw_clips,
    network_inputs,
    recognise_pictures,
    train_two_stream,
)
from kinembed.recognition.two_stream.pictures import channels_of
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.video.stick_figures import PictureClip, StickFigureParameters, draw

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def action_classifier(clips, labels, parameters):
    longer = parameters.model_copy(update={"steps": 60})
    return train_two_stream(clips, labels, longer, 0, held_out=["up_1"])


def weights(action_classifier):
    return torch.cat(
        [one.double().flatten() for one in action_classifier.network.state_dict().values()]
    )


def test_behaviours_are_recognised_and_the_loss_falls(action_classifier, clips, labels):
    found = recognise_pictures(action_classifier, clips)
    assert list(found) == ["clip", "recognised", "probability"]
    assert found["clip"].tolist() == list(clips.names)
    assert found["recognised"].tolist() == labels
    losses = action_classifier.history["loss"]
    assert losses.iloc[-1] < 0.5 * losses.iloc[0]
    assert not action_classifier.network.training


def test_direction_is_told_by_flow_alone(action_classifier, clips, labels):
    """Bars look alike whichever way they go."""
    turned = [PictureClip(one.appearance, -one.flow) for one in clips.clips]
    found = recognise_pictures(action_classifier, replace(clips, clips=tuple(turned)))
    assert found["recognised"].tolist() == labels[::-1]


def test_a_killed_run_continues_to_the_weights_of_an_unbroken_one(
    clips, labels, parameters, tmp_path
):
    unbroken = train_two_stream(clips, labels, parameters, 0)
    with pytest.raises(KilledError):
        train_two_stream(clips, labels, parameters, 0, checkpoints=KilledAfter(tmp_path))
    folder = CheckpointFolder(tmp_path)
    continued = train_two_stream(clips, labels, parameters, 0, checkpoints=folder)
    assert torch.equal(weights(continued), weights(unbroken))
    assert continued.history.equals(unbroken.history)
    other = train_two_stream(clips, labels, parameters, 1)
    assert not torch.equal(weights(other), weights(unbroken))


def test_a_stored_network_has_all_that_it_takes_to_use_it(action_classifier, clips, tmp_path):
    dataset = TwoStreamDataset(filepath=str(tmp_path / "network.safetensors"))
    dataset.save(action_classifier)
    again = dataset.load()
    pd.testing.assert_frame_equal(
        recognise_pictures(again, clips), recognise_pictures(action_classifier, clips)
    )
    pd.testing.assert_frame_equal(again.history, action_classifier.history)
    assert (again.behaviours, again.held_out, again.seed) == (("left", "right"), ("up_1",), 0)
    assert again.parameters == action_classifier.parameters
    assert not again.network.training
    with pytest.raises(CheckpointError, match=r"n\.safetensors: not a stored two-stream network"):
        dataset.decode(action_classifier.to_bytes()[:-8], "n.safetensors")


def test_pictures_are_stored_in_half_precision_however_they_lie_in_memory(clips, tmp_path):
    dataset = PicturesDataset(filepath=str(tmp_path / "pictures.safetensors"))
    given = [PictureClip(*map(np.asfortranarray, (c.appearance, c.flow))) for c in clips.clips]
    dataset.save(replace(clips, clips=tuple(given)))
    again = dataset.load()
    assert (again.names, again.frame_rate) == (clips.names, 10.0)
    for one, other in zip(again.clips, clips.clips, strict=True):
        np.testing.assert_allclose(one.appearance, other.appearance, atol=1e-3)
        np.testing.assert_allclose(one.flow, other.flow, rtol=1e-3)
    with pytest.raises(FormatError, match=r"p\.safetensors: not stored pictures"):
        dataset.decode(b"no pictures", "p.safetensors")


def test_a_short_clip_is_held_at_its_last_picture_which_does_not_move(clips):
    clip = clips.clips[0]
    channels = channels_of(clip, 6)
    np.testing.assert_array_equal(channels[:4, 0], clip.appearance)
    np.testing.assert_array_equal(channels[:4, 1:], clip.flow)
    np.testing.assert_array_equal(channels[4:, 0], np.stack([clip.appearance[-1]] * 2))
    assert not channels[4:, 1:].any()
    assert len(channels_of(clip, 2)) == 4


def test_a_network_is_given_appearance_and_flow(clips):
    channels = torch.as_tensor(channels_of(clips.clips[1]))
    appearance, flow = network_inputs(channels[None])
    assert appearance.shape == (1, 1, 8, 16, 16)
    assert torch.equal(appearance[0, 0], channels[:, 0])
    assert torch.equal(flow[0].transpose(0, 1), channels[:, 1:])


def test_clips_of_joints_are_drawn_along_their_bones():
    graph = SkeletonGraph(("hips", "arm", "hand"), np.arange(3), (-1, 0, 1))
    positions = np.random.default_rng(0).normal(size=(2, 5, 3, 3)).astype(np.float32)
    clips = Clips(("a", "b"), tuple(positions), graph, 10.0)
    parameters = StickFigureParameters(pixels=16)
    drawn = draw_clips(clips, parameters)
    assert (drawn.names, drawn.frame_rate) == (("a", "b"), 10.0)
    expected = draw(positions[1], [(0, 1), (1, 2)], parameters)
    np.testing.assert_array_equal(drawn.clips[1].flow, expected.flow)


def test_what_cannot_be_learned_or_recognised_is_said(action_classifier, clips, labels, parameters):
    with pytest.raises(DataError, match="6 clips have 5 labels"):
        train_two_stream(clips, labels[:5], parameters, 0)
    with pytest.raises(DataError, match="all clips show one behaviour"):
        train_two_stream(clips, ["left"] * 6, parameters, 0)
    with pytest.raises(DataError, match="trained at 10 Hz, the clips have 20"):
        recognise_pictures(action_classifier, replace(clips, frame_rate=20.0))
    wild = parameters.model_copy(update={"learning_rate": 1e30})
    with pytest.raises(DataError, match=r"at step \d+; lower two_stream.learning_rate"):
        train_two_stream(clips, labels, wild, 0)


def test_settings_are_those_of_clips_and_of_drawing():
    with pytest.raises(ValueError, match="pixels"):
        TwoStreamParameters(test_clips=["x"], steps=1, figures={"pixels": 4})
    assert TwoStreamParameters(test_clips=["x"]).learning_rate_at(0) == 0.05
