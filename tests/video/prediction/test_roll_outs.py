"""Long predictions, strips of frames, and what units do and let in."""

import numpy as np
import pytest
import torch
from helpers.squares import SMALL

from kinembed.core.errors import DataError
from kinembed.video.prediction import (
    example_strips,
    input_filters,
    long_strips,
    peak_table,
    roll_out,
)


@pytest.mark.parametrize("conditional", [False, True])
def test_frames_of_a_roll_out_are_read_from_its_states(model_of, source, held_out, conditional):
    model = model_of(task="future", conditional=conditional)
    made = roll_out(model, source, held_out, 4)
    assert (made.frames.shape, made.states.shape) == ((4, 8, 49), (4, 8, 6))
    videos = source.held_out(SMALL.windows.model_copy(update={"target": 8}), 4)
    np.testing.assert_array_equal(made.truth, videos.target)
    with torch.no_grad():
        free = model.network.roll_out(videos.source, 8).future.sigmoid()
        read = model.network.future.readout(torch.as_tensor(made.states)).sigmoid()
    np.testing.assert_allclose(made.frames, free, rtol=1e-6)
    np.testing.assert_allclose(made.frames, read, rtol=1e-6)


def test_peaks_are_of_the_trained_and_of_the_untrained_network(model_of, source, held_out):
    model = model_of()
    table = peak_table("a.seed_2", model, source, held_out)
    assert table["frame"].tolist() == [*range(1, 9)] * 2
    assert table["trained"].tolist() == [True] * 8 + [False] * 8
    made = roll_out(model, source, held_out, held_out.videos, trained=False)
    last = table.iloc[-1]
    assert (last["model"], last["seed"]) == ("a", 2)
    assert last["peak"] == pytest.approx(np.mean([frame.max() for frame in made.frames[:, -1]]))
    error = np.mean(((made.frames - made.truth) ** 2).sum(-1)[:, -1])
    assert last["squared_error"] == pytest.approx(error, rel=1e-5)


def test_an_autoencoder_predicts_nothing(model_of, source, held_out):
    with pytest.raises(DataError, match="an autoencoder predicts no frame"):
        roll_out(model_of(task="autoencoder"), source, held_out, 1)


def test_strips_show_the_video_and_what_is_made_of_it(model_of, source, held_out):
    models = {"past": model_of(task="autoencoder"), "next": model_of(task="future")}
    strips = example_strips(models, source, 2)
    assert list(strips) == ["video", "past", "next"]
    assert {video.shape for video in strips.values()} == {(7, 7, 7)}
    assert np.isnan(strips["past"][4:]).all()
    assert np.isfinite(strips["past"][:4]).all()
    assert np.isnan(strips["next"][:4]).all()
    shown, _ = source.held_out(SMALL.windows, 1, 2)
    np.testing.assert_array_equal(strips["video"][3].ravel(), shown[0, 3])
    long = long_strips({"next": models["next"]}, source, held_out)
    made = roll_out(models["next"], source, held_out, 1)
    np.testing.assert_array_equal(long["next"].reshape(2, 49), made.frames[0, [2, 5]])


def test_filters_are_the_largest_weights_of_the_candidate(model_of):
    model = model_of()
    weight = model.network.state_dict()["encoder.layers.0.weight"]
    weight[2 * 6 + 4] = 3.0  # gate z, unit 4
    weight[0] = 9.0  # of gate i
    assert input_filters(model, 3, (49,)).shape == (3, 49)
    filters = input_filters(model, 2, (7, 7))
    assert filters.shape == (2, 7, 7)
    assert (filters[0] == 3).all()
    assert np.abs(filters[1]).max() < 1
