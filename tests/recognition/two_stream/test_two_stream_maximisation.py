"""What units of two streams look for, on synthetic bars that travel."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from kinembed.analysis.activation_maximisation import (
    AscentParameters,
    MaximisationParameters,
    maximise_units,
)
from kinembed.core.errors import DataError
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.recognition.skeleton import Clips
from kinembed.recognition.two_stream import at_half_speed, train_two_stream, two_stream_task
from kinembed.video.stick_figures import PictureClip

pytestmark = pytest.mark.slow

FRAMES = 6


def slowed(clips):
    """Each frame twice, without the last, and half of its flow."""
    return replace(
        clips,
        clips=tuple(
            PictureClip(
                np.repeat(one.appearance, 2, axis=0)[:-1], np.repeat(one.flow, 2, axis=0)[:-1] / 2
            )
            for one in clips.clips
        ),
    )


@pytest.fixture(scope="module")
def task(clips, labels, parameters):
    trained = train_two_stream(clips, labels, parameters.model_copy(update={"steps": 60}), 0)
    return two_stream_task(trained, clips, clips, slowed(clips), labels)


def test_clips_are_seen_in_parts_as_long_as_in_training(task, clips, labels):
    assert task.held_out.names == tuple(
        name for name, parts in zip(clips.names, (1, 2, 3) * 2, strict=True) for _ in range(parts)
    )
    assert task.held_out.labels == ("left",) * 6 + ("right",) * 6
    values = task.held_out.values
    assert values["appearance"].shape == (12, 1, FRAMES, 16, 16)
    assert values["flow"].shape == (12, 2, FRAMES, 16, 16)
    last = clips.clips[2]
    np.testing.assert_array_equal(values["appearance"][5, 0], last.appearance[5:11])
    np.testing.assert_array_equal(values["flow"][5].swapaxes(0, 1), last.flow[5:11])


def test_at_half_speed_the_middle_half_is_seen_with_half_the_flow(task, clips):
    slower, one = task.held_out.slower, clips.clips[2]
    at = 5 + np.array([3, 4, 5, 6, 7, 8]) // 2  # of the part that begins at frame 5
    np.testing.assert_array_equal(slower["appearance"][5, 0], one.appearance[at])
    np.testing.assert_array_equal(slower["flow"][5].swapaxes(0, 1), one.flow[at] / 2)


def test_every_pixel_is_bounded_by_what_was_ever_seen_there(task, clips):
    appearance, flow = task.studied.inputs
    bright = np.max([one.appearance.max(axis=0) for one in clips.clips], axis=0)
    np.testing.assert_array_equal(appearance.bound[0, 0], bright)
    assert appearance.nonnegative
    assert not flow.nonnegative
    fast = np.max([np.linalg.norm(one.flow, axis=1).max(axis=0) for one in clips.clips], axis=0)
    np.testing.assert_array_equal(flow.bound[0, 0], fast)
    assert (task.moving, task.classes, task.parents) == ("flow", ("left", "right"), ())


def test_inputs_of_classes_move_as_the_classes_do_and_need_their_flow(task):
    ascent = AscentParameters(steps=40, kappa=1.0, device="cpu")
    wanted = MaximisationParameters(layers=["fusion", "classifier"], seeds=(0,), ascent=ascent)
    found = maximise_units(task, wanted)
    of_classes = found.found["classifier"]
    right = of_classes.inputs["flow"][:, 0].mean(axis=(1, 2, 3))
    assert [target.unit for target in of_classes.targets] == [0] * 3 + [1] * 3
    assert right[:3].max() < min(-0.2, right[3:].min())  # of "left"
    table = found.table.query("layer == 'classifier'")
    assert table["class_probability"].gt(0.9).all()
    assert table["flow_drop"].iloc[:3].gt(0.2).all()
    assert table["runner_up"].tolist() == ["right"] * 3 + ["left"] * 3
    assert found.layers.set_index("layer").loc["classifier", "variation_falls"] == 1
    for one, values in zip(task.studied.inputs, of_classes.inputs.values(), strict=True):
        norms = np.linalg.norm(values, axis=1, keepdims=True)
        assert (norms <= one.bound * (1 + 1e-5)).all()
        assert not one.nonnegative or (values >= 0).all()


def test_other_clips_at_half_speed_are_refused(task, clips, labels, parameters):
    trained = train_two_stream(clips, labels, parameters, 0)
    with pytest.raises(DataError, match="at half speed are not the ones held out"):
        two_stream_task(trained, clips, clips, slowed(clips.only(["left_0"])), labels)


def test_there_is_a_pose_halfway_between_each_two():
    graph = SkeletonGraph(("hips", "hand"), np.arange(2), (-1, 0))
    positions = np.random.default_rng(0).normal(size=(4, 2, 3)).astype(np.float32)
    (slower,) = at_half_speed(Clips(("a",), (positions,), graph, 10.0)).positions
    assert slower.shape == (7, 2, 3)
    np.testing.assert_array_equal(slower[::2], positions)
    np.testing.assert_allclose(slower[3], (positions[1] + positions[2]) / 2, rtol=1e-6)
    assert torch.as_tensor(slower).dtype == torch.float32
