"""The fair trial: settings are chosen on tuning trials alone; representations are what they say."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from benchmarks import fair_trial, fair_trial_shared
from benchmarks.fair_trial import Cell
from benchmarks.fair_trial_corpora import Material
from representations import contrast, convolutions
from representations.channels import delays, pose_and_velocity, statistics
from representations.networks import trained, untrained
from representations.outcomes import DEFAULT, SETTINGS, TRAINED, TUNED_ON, chosen, leads
from representations.recordings import Recordings
from representations.table import REPRESENTATIONS
from subject_86 import TEST, TUNING

from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.kernel_features import SUMMARY_WEIGHT
from kinembed.segmentation.stages import StageParameters
from kinembed.training.motion_prediction import TrainingParameters

TRAINING = TrainingParameters(
    network={"units": 8}, windows={"source": 5, "target": 5}, steps=3, batch_size=4, device="cpu"
)


@pytest.fixture
def recording(toy_motion):
    stages = StageParameters(
        FeatureParameters(), TRAINING, EmbeddingParameters(), ClusteringParameters(number=2)
    )
    return Recordings([toy_motion], stages)


def table_of(accuracy, name="a", data=TUNED_ON):
    """Tuning and test trials in all settings, both ways of counting clusters."""
    rows = [
        (data, name, trial, 0, *setting, number, 3, accuracy(trial, setting), 0.5)
        for trial in (*TUNING, *TEST)
        for setting in SETTINGS
        for number in ("estimated", "given")
    ]
    columns = ["data", "representation", "sequence", "seed", *DEFAULT._fields]
    return pd.DataFrame(rows, columns=[*columns, "number", "clusters", "accuracy", "ami"])


def test_the_default_comes_first_of_twelve_settings():
    method = ClusteringParameters()
    assert len(set(SETTINGS)) == 12
    assert (method.transition_penalty_s, method.separation_threshold, True) == DEFAULT


def test_a_setting_is_chosen_on_tuning_trials_alone():
    best, elsewhere = SETTINGS[5], SETTINGS[7]
    table = table_of(lambda trial, one: float(one == (elsewhere if trial in TEST else best)))
    assert chosen(table, "a") == best


def test_of_equal_settings_the_first_is_chosen():
    table = table_of(lambda trial, one: float(one in SETTINGS[3:6]))
    assert chosen(table.sample(frac=1, random_state=0), "a") == SETTINGS[3]


def test_what_was_not_tuned_has_the_setting_of_the_trained_states():
    tuned = table_of(lambda trial, one: float(one == SETTINGS[4]), TRAINED)
    test = table_of(lambda trial, one: 1.0, "dear")
    table = pd.concat([tuned, test[test["sequence"].isin(TEST)]])
    assert chosen(table, "dear") == SETTINGS[4]


def test_other_data_take_no_part_in_a_choice():
    table = table_of(lambda trial, one: float(one == SETTINGS[4]))
    other = table_of(lambda trial, one: 9.0 * (one == SETTINGS[5]), data="elsewhere")
    assert chosen(pd.concat([table, other]), "a") == SETTINGS[4]


def test_a_lead_elsewhere_has_the_settings_that_were_chosen():
    best = [table_of(lambda trial, one: float(one == SETTINGS[4]), name) for name in (TRAINED, "a")]
    ahead = table_of(lambda trial, one: 0.9 if one == SETTINGS[4] else 0.1, TRAINED, "elsewhere")
    behind = table_of(lambda trial, one: 0.5, "a", "elsewhere")
    rows = pd.DataFrame(leads(pd.concat([*best, ahead, behind]))).set_index(["data", "measure"])
    found = rows.loc[("elsewhere, tuned, test", "accuracy")]
    assert found["difference"].tolist() == pytest.approx([0.4, 0.4])
    assert found["recordings"].tolist() == [3, 3]


def test_four_channels_need_the_package_that_has_them():
    with pytest.raises(SystemExit, match="make peers"):
        fair_trial.Trial.of_four_channels(Path(sys.executable))


def test_trained_states_of_one_vocabulary_are_those_of_its_page():
    rows = fair_trial_shared.trained()
    shared = pd.read_csv(fair_trial_shared.RESULTS / "shared.csv")
    of_network = shared[(shared["method"] == "kinembed") & (shared["sequence"] != "all")]
    assert list(rows) == fair_trial.COLUMNS
    assert rows["accuracy"].tolist() == of_network["accuracy"].round(4).tolist()
    assert (rows["number"] == "given").tolist() == of_network["clusters_given"].tolist()


def test_trials_that_share_clusters_are_scored_by_the_setting(toy_motion, recording):
    half = len(toy_motion) // 2
    annotation = Segmentation(("a", "b"), np.full((1, 3), half), len(toy_motion), "toy")
    material = Material({"toy": toy_motion}, {"toy": annotation}, recording, [])
    rows = fair_trial_shared.scored("pose", SETTINGS[5], material)
    assert rows["number"].tolist() == ["given", "estimated"]
    assert rows.loc[rows["number"] == "given", "clusters"].tolist() == [2]
    assert (rows[[*DEFAULT._fields]] == [*SETTINGS[5]]).all(axis=None)


def test_a_lead_is_that_of_the_settings_of_each():
    tuned = table_of(lambda trial, one: 0.9 if one == SETTINGS[4] else 0.5, TRAINED)
    rival = table_of(lambda trial, one: 0.8 if one == SETTINGS[6] else 0.6, "rival")
    rows = pd.DataFrame(leads(pd.concat([tuned, rival]))).set_index(["data", "measure", "number"])
    found = rows["difference"].xs("accuracy", level="measure").xs("estimated", level="number")
    assert found["subject 86, tuned, test"] == pytest.approx(0.1)
    assert found["subject 86, default, test"] == pytest.approx(-0.1)


def test_settings_that_have_rows_are_not_run_again(tmp_path):
    table_of(lambda trial, one: 0.5)[lambda rows: rows["separation_threshold"] == 0.31].to_csv(
        tmp_path / "t.csv", index=False
    )
    missing = Cell(TUNED_ON, "a", "86_01", 0).missing(pd.read_csv(tmp_path / "t.csv"), SETTINGS)
    assert missing == [one for one in SETTINGS if one.separation_threshold == 0.155]


@pytest.mark.parametrize("summaries", [True, False])
def test_summaries_are_left_out_of_the_kernel_and_back_afterwards(
    recording, summaries, monkeypatch
):
    shares = []
    fit = fair_trial.fit_clusters

    def noted(*given):
        shares.append(fair_trial.kernel_features.WEIGHTS[1])
        return fit(*given)

    monkeypatch.setattr(fair_trial, "fit_clusters", noted)
    states = recording.rows([recording.task.poses])
    setting = DEFAULT._replace(summaries=summaries)
    found = fair_trial.clustered(states, Cell("toys", "a", "toy", 0), setting, recording)
    assert set(found) == {"given", "estimated"}
    assert shares == [SUMMARY_WEIGHT if summaries else 0.0]
    assert fair_trial.kernel_features.WEIGHTS[1] == SUMMARY_WEIGHT


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name for name in REPRESENTATIONS if "1,024" not in name and "10,000" not in name]
)
def test_a_representation_is_a_function_of_recording_and_seed(recording, name):
    one, again = (REPRESENTATIONS[name].make(recording, 0) for _ in range(2))
    np.testing.assert_array_equal(one.values, again.values)
    assert len(one.values) == len(one.frame_index) <= len(recording.motions[0])
    assert one.values.shape[1] <= 30
    assert np.isfinite(one.values).all()


def test_delays_are_poses_half_a_second_before_to_half_a_second_after(recording):
    (lagged,) = delays(recording)
    first, last = np.split(lagged, 8, axis=1)[::7]
    np.testing.assert_array_equal(first[50:], last[:-50])
    assert not np.array_equal(first[:-50], last[:-50])


def test_velocity_is_the_difference_of_poses(recording):
    poses, velocity = pose_and_velocity(recording)
    smooth = np.apply_along_axis(np.convolve, 0, poses, np.ones(5) / 5, "same")
    expected = (smooth[12:52] - smooth[10:50]) / 2
    np.testing.assert_allclose(velocity[11:51], expected, atol=1e-9)


def test_statistics_have_a_block_for_each_length(recording):
    blocks = statistics(recording, windows_s=(0.1, 1.0))
    poses = recording.task.poses
    np.testing.assert_allclose(blocks[0][100, : poses.shape[1]], poses[98:103].mean(axis=0))
    assert len(blocks) == 2


def test_a_kernel_is_a_dilated_convolution_with_three_weights_of_two():
    values = np.random.default_rng(0).normal(size=(60, 1))
    weights = np.full(9, -1.0)
    weights[[0, 3, 8]] = 2
    dilated = np.zeros(8 * 3 + 1)
    dilated[::3] = weights
    found = convolutions.convolved(values, step=3, twos=(0, 3, 8))
    expected = np.correlate(values[:, 0], dilated, "valid")
    np.testing.assert_allclose(found[12:-12, 0], expected)


def test_features_of_convolutions_are_shares(recording):
    (found,) = convolutions.random_convolutions(recording, seed=0)
    assert found.shape == (len(recording.motions[0]), 84 * len(convolutions.DILATIONS_S))
    assert found.min() >= -1e-9
    assert found.max() <= 1 + 1e-9
    assert 0.4 < found.mean() < 0.6  # a bias is any quantile of what its kernel gives


def test_contrast_is_least_where_pairs_are_alike():
    def encoder(windows):
        return windows, None

    pairs = torch.eye(4)[:, None].repeat(1, 3, 1)
    alike = contrast.told_apart(encoder, torch.cat([pairs, pairs]))
    other = contrast.told_apart(encoder, torch.cat([pairs, pairs.roll(1, 0)]))
    assert alike < 0.01 < 1 < other


def test_an_untrained_network_has_the_units_that_are_asked_for(recording, monkeypatch):
    widths = []
    monkeypatch.setattr(
        "representations.networks.joined_states",
        lambda model, recordings: widths.append(model.network.encoder.hidden_size),
    )
    untrained(recording, 0, units=16)
    trained(recording, 0, steps=1)
    assert widths == [16, 8]
