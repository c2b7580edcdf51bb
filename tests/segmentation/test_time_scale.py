from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from kinembed.core.errors import DataError
from kinembed.motion.features import FeatureParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.correlation_time import correlation_time, window_autocorrelation
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.stages import StageParameters
from kinembed.segmentation.time_scale import TimeScale, TimeScaleParameters, measure_time_scale
from kinembed.training.motion_prediction import TrainingParameters

RATES = [20.0, 100.0, 120.0]
STAGES = StageParameters(
    FeatureParameters(), TrainingParameters(), EmbeddingParameters(), ClusteringParameters()
)


def movement(rate, dwell_s, seconds=200):
    """Oscillations of 2 to 6 Hz about a pose; frequencies and pose change every `dwell_s`."""
    generator = np.random.default_rng(0)
    behaviours = generator.integers(5, size=round(seconds / dwell_s))
    time = np.arange(round(seconds * rate)) / rate
    now = behaviours[np.minimum((time / dwell_s).astype(int), len(behaviours) - 1)]
    poses, widths = generator.normal(size=(5, 6)), generator.uniform(0.1, 1, size=(5, 6))
    return poses[now] + widths[now] * np.sin(2 * np.pi * (2 + now) * time)[:, None]


def time_of(values, rate, cuts=()):
    curve = window_autocorrelation(values, np.arange(len(values)), cuts, rate)
    return correlation_time(curve, rate)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("constant", [0.3, 1.0, 2.5])
def test_the_time_of_an_exponential_is_its_constant(rate, constant):
    curve = np.exp(-np.arange(round(10 * rate)) / rate / constant)
    assert correlation_time(curve, rate) == pytest.approx(constant, rel=0.01)


@pytest.mark.parametrize("dwell_s", [1, 2, 4])
def test_one_movement_has_one_time_at_every_frame_rate(dwell_s):
    """Labels that are drawn anew every d seconds stay alike for (1 - 1 / e) d."""
    times = [time_of(movement(rate, dwell_s), rate) for rate in RATES]
    assert times == pytest.approx([0.63 * dwell_s] * 3, rel=0.2)
    assert np.ptp(times) < 0.05


def test_no_lag_reaches_across_a_cut():
    values = movement(20.0, 2)
    twice = np.concatenate([values, values])
    assert time_of(twice, 20.0, [len(values)]) == pytest.approx(time_of(values, 20.0))
    curve = window_autocorrelation(values, np.arange(len(values)), [len(values) - 30], 20.0)
    assert len(curve) == 201
    assert len(window_autocorrelation(values[:60], np.arange(60), [40], 20.0)) == 40


def test_what_does_not_vary_has_a_time_of_one_frame_and_what_stays_alike_none():
    assert correlation_time(np.ones(50), 20.0) is None
    still = window_autocorrelation(np.zeros((30, 2)), np.arange(30), (), 20.0)
    np.testing.assert_array_equal(still, np.eye(1, 30)[0])


def test_null_changes_nothing_and_reads_nothing():
    def unread():
        pytest.fail("a recording was read")

    nothing = TimeScaleParameters()
    scale = measure_time_scale({"a": unread}, nothing, STAGES.features, STAGES.embedding)
    assert scale == TimeScale()
    assert scale.stages(STAGES) == STAGES
    assert scale.training(STAGES.training) is STAGES.training


@pytest.mark.parametrize(
    ("rate", "seconds", "window", "stride"),
    [(120.0, 0.464, 25, 5), (20.0, 0.81, 7, 1), (100.0, 0.2, 9, 2), (10.0, 0.3, 5, 1)],
)
def test_windows_and_stride_follow_from_time_and_frame_rate(rate, seconds, window, stride):
    stages = TimeScale(seconds, rate).stages(STAGES)
    assert (stages.training.windows.source, stages.training.windows.target) == (window, window)
    assert stages.embedding.stride == stride
    assert stages.embedding.summary_s == 0
    assert stages.clustering.transition_penalty_s == pytest.approx(1.5 * seconds)
    assert stages.clustering.minimum_duration_s == 0


def test_a_summary_and_methods_that_know_no_time_have_their_lengths():
    stages = TimeScale(0.8, 20.0).stages(
        replace(
            STAGES,
            embedding=EmbeddingParameters(summary_s=3),
            clustering=ClusteringParameters(method="kmeans"),
        )
    )
    assert stages.embedding.summary_s == pytest.approx(1)
    assert stages.clustering.minimum_duration_s == pytest.approx(0.48)
    assert stages.clustering.transition_penalty_s == 0.7


def test_one_line_says_what_follows_and_nothing_else():
    assert TimeScale(0.8, 20.0, {"a": [1.0]}).describe(STAGES) == (
        "time_scale.shortest_behaviour_s: 0.80 s (median of the recordings), so windows are "
        "7 + 7 frames at 20 Hz, stride 1, transition_penalty_s 1.2"
    )


@pytest.mark.parametrize("value", [0, -1, "nan", float("inf"), "fast", True, []])
def test_a_bad_time_is_one_error_that_names_the_key(value):
    with pytest.raises(ValidationError, match="expected seconds above 0, auto or null") as error:
        TimeScaleParameters(shortest_behaviour_s=value)
    assert [one["loc"] for one in error.value.errors()] == [("shortest_behaviour_s",)]


def measured(motions, value):
    loaders = {name: (lambda motion=motion: motion) for name, motion in motions.items()}
    asked = TimeScaleParameters(shortest_behaviour_s=value)
    return measure_time_scale(loaders, asked, STAGES.features, STAGES.embedding)


def test_a_time_that_is_given_has_the_frame_rate_of_the_recordings(toy_motion):
    assert measured({"a": toy_motion}, "2") == TimeScale(2.0, toy_motion.frame_rate)
    with pytest.raises(DataError, match=r"shortest_behaviour_s: 7 s is longer than every .* 6 s"):
        measured({"a": toy_motion}, 7)


def test_auto_is_the_median_of_recordings_that_move(toy_motion):
    still = replace(toy_motion, values=np.zeros_like(toy_motion.values))
    one, both = measured({"a": toy_motion}, "auto"), measured({"a": toy_motion, "b": still}, "auto")
    assert 0 < one.shortest_behaviour_s == both.shortest_behaviour_s
    assert set(both.autocorrelations) == {"a", "b"}
    with pytest.raises(DataError, match=r"shortest_behaviour_s: auto finds no time"):
        measured({"b": still}, "auto")


@pytest.mark.parametrize(
    ("used", "asked", "told"),
    [
        (TimeScale(), "auto", "auto is asked for, but the stored networks were trained with null"),
        (TimeScale(0.5), None, "null is asked for, but the stored networks were trained with 0.5;"),
        (TimeScale(0.5, 20.0, {"a": [1.0, 0.2]}), 0.5, "trained with auto; ask for that, or run"),
    ],
)
def test_a_later_stage_asks_for_the_time_of_training(used, asked, told):
    with pytest.raises(DataError, match=told):
        used.check(TimeScaleParameters(shortest_behaviour_s=asked))


@pytest.mark.parametrize("asked", [None, 0.5, "auto"])
def test_the_same_time_is_no_error(asked):
    curves = {"a": [1.0, 0.2]} if asked == "auto" else {}
    time = None if asked is None else 0.5
    TimeScale(time, 20.0, curves).check(TimeScaleParameters(shortest_behaviour_s=asked))
