import weakref
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from scipy.spatial.distance import pdist

from kinembed.core.errors import DataError
from kinembed.core.lazy_list import LazyList
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion
from kinembed.segmentation.embedding import EmbeddingParameters, embed, embed_together, project
from kinembed.segmentation.principal_components import Axes, principal_components
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model


def settings(**changes):
    """A row for each window, of decoder states as they are."""
    plain = {
        "states": "decoder",
        "arrangement": "window",
        "components": None,
        "discontinuity_threshold": None,
    }
    return EmbeddingParameters(**(plain | changes))


@pytest.fixture(scope="module")
def model(toy_motion):
    training = TrainingParameters(
        network={"units": 6},
        windows={"source": 10, "target": 8},
        steps=5,
        batch_size=4,
        device="cpu",
    )
    return train_model(toy_motion, FeatureParameters(), training)


def windowed_states(model, motion, start):
    """States of one window, written plainly."""
    source = model.inputs(motion)[None, start : start + 10]
    with torch.no_grad():
        prediction = model.network(source, 8)
    return prediction.encoder_states[0].numpy(), prediction.decoder_states[0].numpy()


def test_a_window_gives_its_states_side_by_side(model, toy_motion):
    embeddings = embed(model, toy_motion, settings(stride=7, steps=2))
    _, decoder = windowed_states(model, toy_motion, 14)
    row = np.flatnonzero(embeddings.frame_index == 14 + 10)[0]
    np.testing.assert_allclose(
        embeddings.values[row], np.concatenate([decoder[4], decoder[7]]), atol=1e-6
    )


def test_both_states_of_a_window(model, toy_motion):
    embeddings = embed(model, toy_motion, settings(states="both", stride=7, steps=1))
    encoder, decoder = windowed_states(model, toy_motion, 0)
    np.testing.assert_allclose(
        embeddings.values[0], np.concatenate([encoder[9], decoder[7]]), atol=1e-6
    )


def test_a_frame_gets_the_mean_of_the_windows_that_cover_it(model, toy_motion):
    embeddings = embed(model, toy_motion, settings(arrangement="frame", stride=4))
    states = {start: windowed_states(model, toy_motion, start)[1] for start in (0, 4)}
    row = np.flatnonzero(embeddings.frame_index == 15)[0]
    np.testing.assert_allclose(embeddings.values[row], (states[0][5] + states[4][1]) / 2, atol=1e-6)


def test_the_published_arrangement_has_one_state_per_frame_after_the_first_source(
    model, toy_motion
):
    embeddings = embed(model, toy_motion, settings(arrangement="frame", stride=8))
    assert embeddings.frame_index.tolist() == list(range(10, len(toy_motion)))


def test_batches_do_not_change_the_states(model, toy_motion):
    large, small = (
        embed(model, toy_motion, settings(stride=3, batch_size=size)) for size in (512, 7)
    )
    np.testing.assert_allclose(large.values, small.values, atol=1e-6)


def test_summaries_are_means_over_seconds(model, toy_motion):
    plain = embed(model, toy_motion, settings(stride=5))
    smooth = embed(model, toy_motion, settings(stride=5, summary_s=0.3))
    np.testing.assert_allclose(smooth.values[10], plain.values[9:12].mean(axis=0))


def test_spread_stands_beside_the_mean_with_the_same_weight(model, toy_motion):
    plain = embed(model, toy_motion, settings(stride=5)).values
    chosen = settings(stride=5, summary_s=0.3, spread=True)
    mean, deviation = np.hsplit(embed(model, toy_motion, chosen).values, 2)
    for part in (mean, deviation):
        assert part.var(axis=0).sum() == pytest.approx(1)
    expected = plain[9:12].std(axis=0)
    np.testing.assert_allclose(
        deviation[10] / np.linalg.norm(deviation[10]),
        expected / np.linalg.norm(expected),
        rtol=1e-5,
    )


def test_principal_components_keep_distances_when_all_are_kept():
    values = np.random.default_rng(0).normal(size=(40, 6))
    np.testing.assert_array_equal(principal_components(values, None), values)
    kept = principal_components(np.hstack([values, np.zeros((40, 3))]), 6)
    np.testing.assert_allclose(pdist(kept), pdist(values))


def test_a_motion_shorter_than_a_window_is_refused(model, toy_motion):
    short = Motion(
        toy_motion.values[:17],
        toy_motion.channels,
        toy_motion.skeleton,
        toy_motion.frame_rate,
        "short",
        toy_motion.representation,
    )
    with pytest.raises(DataError, match="17 frames is shorter than one window"):
        embed(model, short, settings())


CUTS = (90, 104, 170)
"""The second interval, of 14 frames, is shorter than a window of 18."""


@pytest.fixture(scope="module")
def rootless(toy_motion):
    """A model whose channels at a frame depend on no other frame."""
    training = TrainingParameters(
        network={"units": 6}, windows={"source": 10, "target": 8}, steps=2, device="cpu"
    )
    return train_model(toy_motion, FeatureParameters(root="none"), training)


@pytest.mark.parametrize("arrangement", ["frame", "window"])
def test_cut_sequences_are_embedded_interval_by_interval(rootless, toy_motion, arrangement):
    parameters = settings(arrangement=arrangement, stride=5, summary_s=0.3)
    cut = embed(rootless, toy_motion, parameters, CUTS)
    intervals = [
        embed(rootless, replace(toy_motion, values=toy_motion.values[start:stop]), parameters)
        for start, stop in ((0, 90), (104, 170), (170, 300))
    ]
    offsets = (0, 104, 170)
    np.testing.assert_array_equal(
        cut.frame_index,
        np.concatenate(
            [part.frame_index + by for part, by in zip(intervals, offsets, strict=True)]
        ),
    )
    np.testing.assert_allclose(cut.values, np.concatenate([p.values for p in intervals]), atol=1e-6)
    assert (cut.cuts, cut.frame_count) == (CUTS, 300)


def test_deviations_of_a_cut_sequence_do_not_reach_across_cuts(rootless, toy_motion):
    parameters = settings(stride=2, steps=1, summary_s=0.4, spread=True)
    plain = embed(rootless, toy_motion, settings(stride=2, steps=1), CUTS)
    deviation = np.hsplit(embed(rootless, toy_motion, parameters, CUTS).values, 2)[1]
    row = np.flatnonzero(plain.frame_index >= 170)[0]
    first = np.vstack([plain.values[[row] * 6], plain.values[row + 1 : row + 5]])
    expected = first.std(axis=0)
    np.testing.assert_allclose(
        deviation[row] / np.linalg.norm(deviation[row]),
        expected / np.linalg.norm(expected),
        rtol=1e-4,
    )


def test_intervals_that_are_all_shorter_than_a_window_are_refused(rootless, toy_motion):
    with pytest.raises(DataError, match=r"shorter than one window of 10 \+ 8"):
        embed(rootless, toy_motion, settings(), tuple(range(15, 300, 15)))


def test_projection_keeps_the_directions_of_most_variance(model, toy_motion):
    projection = project(embed(model, toy_motion, settings()), components=3)
    variances = projection.values.var(axis=0)
    assert (np.diff(variances) <= 0).all()
    assert (projection.explained_variance > 0).all()
    assert projection.explained_variance.sum() <= 1 + 1e-9


@pytest.mark.parametrize(("arrangement", "edge"), [("frame", 30), ("window", 6)])
def test_in_the_basis_of_a_whole_the_rows_of_a_part_are_rows_of_the_whole(
    rootless, toy_motion, arrangement, edge
):
    parameters = settings(
        arrangement=arrangement, stride=5, components=3, summary_s=0.4, spread=True
    )
    whole = embed(rootless, toy_motion, parameters)
    part = replace(toy_motion, values=toy_motion.values[100:])
    rows = embed(rootless, part, parameters, basis=whole.basis)
    alone = embed(rootless, part, parameters)
    places = np.searchsorted(whole.frame_index, rows.frame_index + 100)
    inner = slice(edge, -edge)  # at the edges other rows are averaged
    np.testing.assert_allclose(
        rows.values[inner], whole.values[places][inner], atol=1e-5 * np.ptp(whole.values)
    )
    assert not np.allclose(alone.values[inner], rows.values[inner], atol=1e-2)


def test_what_principal_components_leave_out_is_the_distance_from_their_plane():
    generator = np.random.default_rng(0)
    values = generator.normal(size=(200, 3)) * [5, 2, 0]
    axes = Axes.fit(values, 2)
    lifted = values[:4] + np.array([0, 0, 3])
    np.testing.assert_allclose(axes.left_out(lifted, axes.reduce(lifted)), [9] * 4)
    np.testing.assert_allclose(
        axes.left_out(values[:4], axes.reduce(values[:4])), [0] * 4, atol=1e-9
    )
    np.testing.assert_array_equal(Axes.fit(values, None).left_out(lifted, lifted), [0] * 4)


def test_motions_of_one_model_are_loaded_one_at_a_time(rootless, toy_motion):
    alive, most = weakref.WeakSet(), []

    def load(count):
        motion = replace(toy_motion, values=toy_motion.values[:count].copy())
        alive.add(motion)
        most.append(len(alive))
        return motion

    lengths = (150, 120, 100)
    lazy = LazyList([partial(load, count) for count in lengths])
    found = embed_together(rootless, lazy, settings(components=3))
    held = [replace(toy_motion, values=toy_motion.values[:count]) for count in lengths]
    for one, other in zip(
        found, embed_together(rootless, held, settings(components=3)), strict=True
    ):
        np.testing.assert_array_equal(one.values, other.values)
    assert max(most) <= 2


def test_the_basis_of_several_motions_is_that_of_their_joined_states(rootless, toy_motion):
    halves = [replace(toy_motion, values=some) for some in np.array_split(toy_motion.values, 2)]
    states = [embed(rootless, half, settings(components=None)).values for half in halves]
    expected = Axes.fit(np.concatenate(states), 3)
    found = embed_together(rootless, halves, settings(components=3))
    np.testing.assert_allclose(found[0].basis.axes.mean, expected.mean, atol=1e-12)
    np.testing.assert_allclose(found[1].values, expected.reduce(states[1]), atol=1e-10)
