"""How units respond to clips, and which never do."""

import numpy as np
import pytest
import torch
from torch import nn

from kinembed.analysis.activation_maximisation import (
    BoundedInput,
    NetworkUnderStudy,
    fires,
    responses,
    unit_table,
)
from kinembed.core.errors import DataError
from kinembed.networks.seq2seq import NetworkParameters, Seq2Seq


def clips(count):
    return {"body": np.random.default_rng(0).normal(size=(count, 3, 8, 4)).astype(np.float32)}


def test_responses_are_means_over_places_in_batches_or_alone(studied):
    given = clips(130)
    found = responses(studied, ["1", "4"], given, device="cpu")
    with torch.no_grad():
        rectified = studied.network[:2](torch.as_tensor(given["body"]))
        logits = studied.network(torch.as_tensor(given["body"]))
    np.testing.assert_allclose(found["1"], rectified.mean(dim=(2, 3)), atol=1e-6)
    np.testing.assert_allclose(found["4"], logits, atol=1e-5)


def test_states_of_a_recurrent_network_are_averaged_over_frames_and_calls():
    torch.manual_seed(0)
    network = Seq2Seq(4, NetworkParameters(units=6)).eval()
    source = BoundedInput("source", (10, 4), time=0, channels=1, bound=1.0)
    studied = NetworkUnderStudy(network, (source,), run=lambda given: network(given["source"], 5))
    given = {"source": np.random.default_rng(0).normal(size=(7, 10, 4)).astype(np.float32)}
    found = responses(studied, ["encoder", "encoder[0]", "encoder[3]"], given, device="cpu")
    states = network(torch.as_tensor(given["source"]), 5)
    both = torch.cat([states.encoder_states, states.decoder_states], dim=1)
    for layer, expected in [
        ("encoder", both.mean(dim=1)),
        ("encoder[0]", states.encoder_states.mean(dim=1)),
        ("encoder[3]", states.decoder_states[:, 2]),
    ]:
        np.testing.assert_allclose(found[layer], expected.detach(), atol=1e-6)


def test_persons_that_are_folded_into_the_batch_are_places():
    class Folded(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Conv2d(1, 2, 1)

        def forward(self, x):
            return self.inner(x.flatten(0, 1))

    torch.manual_seed(0)
    network = Folded().eval()
    given = BoundedInput("two", (3, 1, 5, 4), time=2, channels=1, bound=1.0)
    values = np.random.default_rng(0).normal(size=(6, 3, 1, 5, 4)).astype(np.float32)
    found = responses(
        NetworkUnderStudy(network, (given,)), ["inner"], {"two": values}, device="cpu"
    )
    means = values.mean(axis=(1, 3, 4)) * network.inner.weight.detach().numpy()[:, 0, 0, 0]
    expected = means + network.inner.bias.detach().numpy()
    np.testing.assert_allclose(found["inner"], expected, atol=1e-5)


def test_a_layer_arranged_otherwise_is_told_how():
    network = nn.Sequential(nn.Conv1d(3, 2, 3)).eval()
    given = BoundedInput("line", (3, 9), time=1, channels=0, bound=1.0)
    values = {"line": np.random.default_rng(0).normal(size=(4, 3, 9)).astype(np.float32)}
    told = NetworkUnderStudy(network, (given,), to_locations=lambda output, _: output)
    assert responses(told, ["0"], values, device="cpu")["0"].shape == (4, 2)
    untold = responses(NetworkUnderStudy(network, (given,)), ["0"], values, device="cpu")
    assert untold["0"].shape == (4, 7)


def test_rows_that_are_not_those_of_the_batch_are_refused():
    class FramesFirst(nn.Module):
        def forward(self, x):
            return x.permute(1, 0, 2)

    given = BoundedInput("line", (9, 3), time=0, channels=1, bound=1.0)
    values = {"line": np.zeros((4, 9, 3), np.float32)}
    with pytest.raises(DataError, match="9 rows for 4 inputs; give `to_locations`"):
        responses(NetworkUnderStudy(nn.Sequential(FramesFirst()).eval(), (given,)), ["0"], values)


def test_an_input_that_clips_lack_is_named(studied):
    with pytest.raises(DataError, match="reads body, too"):
        responses(studied, ["1"], {"other": np.zeros((1, 3, 8, 4))})


def test_units_that_nothing_excites_are_dead():
    assert fires(np.array([0.0, 2.0, 1e-9, -1.0, 0.1])).tolist() == [
        False,
        True,
        False,
        False,
        True,
    ]
    assert not fires(np.zeros(3)).any()


def test_the_table_tells_what_excites_each_unit():
    """Three clips of a, two of b; the second clip is there in two parts."""
    names, labels = ["a1", "a2", "a2", "a3", "b1", "b2"], ["a", "a", "a", "a", "b", "b"]
    found = np.array(
        [[5, 0, 3.0], [4, 0, 2.9], [6, 0, 0], [3, 0, 2.8], [1, 0, 2.7], [0, 0, 2.6]], dtype=float
    )
    table = unit_table({"one": found, "two": found[:, :1]}, names, labels, top=4)
    assert table["layer"].tolist() == ["one"] * 3 + ["two"]
    assert table["largest"].tolist() == [6, 0, 3, 6]
    assert table["fires"].tolist() == [True, False, True, True]
    assert table["clip"].tolist()[::2] == ["a2", "a1"]
    assert table["row"].tolist()[::2] == [2, 0]
    assert table["behaviour"].tolist() == ["a", "", "a", "a"]
    np.testing.assert_allclose(table["share"], [0.75, np.nan, 0.75, 0.75])


def test_clips_that_do_not_excite_a_unit_do_not_count():
    found = {"one": np.array([[1.0], [0.0], [0.0]])}
    table = unit_table(found, ("x", "y", "z"), ["a", "b", "b"], top=3)
    assert table[["behaviour", "share"]].to_numpy().tolist() == [["a", 1.0]]


def test_without_labels_nothing_is_said_of_behaviours():
    table = unit_table({"one": np.eye(3)}, ("x", "y", "z"))
    assert table["share"].isna().all()
    assert (table["behaviour"] == "").all()
