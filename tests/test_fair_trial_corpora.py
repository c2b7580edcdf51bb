"""The fair trial on corpora: each chooses on its tuning recordings, which share clusters."""

import numpy as np
import pandas as pd
import pytest
from benchmarks import fair_trial_corpora
from benchmarks.fair_trial_corpora import Material
from representations.corpora import CORPORA, chosen, compared_alone, leads, of_kind, shown
from representations.outcomes import TRAINED
from representations.recordings import Recordings
from representations.table import REPRESENTATIONS

from kinembed.evaluation.baselines import StageParameters
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.training.motion_prediction import TrainingParameters

TRAINING = TrainingParameters(
    network={"units": 8}, windows={"source": 5, "target": 5}, steps=3, batch_size=4, device="cpu"
)

SETTINGS = [shown(one) for one in CORPORA["HDM05"].settings]


def table_of(accuracy, name="pose", data="HDM05"):
    """Two tuning and two test recordings in all settings, both ways of counting clusters."""
    rows = [
        (data, name, 0, setting, number, sequence, part, *[accuracy(part, setting)] * 2)
        for part in ("tuning", "test")
        for sequence in (f"{part}_1", f"{part}_2")
        for setting in SETTINGS
        for number in ("given", "estimated")
    ]
    columns = ["data", "representation", "seed", "setting", "number", "sequence", "part"]
    return pd.DataFrame(rows, columns=[*columns, "accuracy", "ami"])


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=[*CORPORA])
def test_a_corpus_has_twelve_settings(corpus):
    assert len({shown(one) for one in corpus.settings}) == 12


def test_a_setting_is_chosen_on_tuning_recordings_of_the_same_corpus():
    best, elsewhere = SETTINGS[5], SETTINGS[7]
    table = table_of(lambda part, one: float(one == (best if part == "tuning" else elsewhere)))
    other = table_of(lambda part, one: 9.0 * (one == SETTINGS[3]), data="mice")
    found = chosen(pd.concat([table, other]))
    assert found.to_dict() == {("HDM05", "pose"): best, ("mice", "pose"): SETTINGS[3]}


def test_accuracy_takes_no_part_in_a_choice():
    table = table_of(lambda part, one: float(one == SETTINGS[5]))
    table["accuracy"] = (table["setting"] == SETTINGS[7]).astype(float)
    assert [*chosen(table)] == [SETTINGS[5]]


def test_no_setting_is_compared_before_one_was_chosen():
    with pytest.raises(SystemExit, match="run --seeds 0 first"):
        fair_trial_corpora.missing(fair_trial_corpora.stored().head(0), ("HDM05", "pose", 1))


def test_of_equal_settings_the_first_is_chosen():
    assert [*chosen(table_of(lambda part, one: 0.7))] == SETTINGS[:1]


def test_kinds_are_the_chosen_and_the_default_setting():
    table = table_of(lambda part, one: float(one == SETTINGS[5]))
    assert set(of_kind(table, "tuned")["setting"]) == {SETTINGS[5]}
    assert set(of_kind(table, "default")["setting"]) == {SETTINGS[0]}


def test_test_recordings_of_other_settings_are_not_kept():
    kept = compared_alone(table_of(lambda part, one: float(one == SETTINGS[5])))
    of_part = {part: set(rows["setting"]) for part, rows in kept.groupby("part")}
    assert of_part == {"tuning": {*SETTINGS}, "test": {SETTINGS[0], SETTINGS[5]}}


def test_leads_are_those_of_the_trained_states_with_the_setting_of_each():
    trained = table_of(lambda part, one: 0.8 if one == SETTINGS[2] else 0.1, TRAINED)
    pose = table_of(lambda part, one: 0.6 if one == SETTINGS[4] else 0.3)
    found = pd.DataFrame(leads(pd.concat([trained, pose])))
    rows = found[found["measure"] == "accuracy"].set_index(["data", "number"])["difference"]
    assert rows["HDM05, one vocabulary, tuned, test", "estimated"] == pytest.approx(0.2)
    assert rows["HDM05, one vocabulary, default, tuning", "given"] == pytest.approx(-0.2)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pose and velocity", "untrained, 128 units", TRAINED])
def test_recordings_are_clustered_together_and_scored_apart(name, toy_motion):
    toys = StageParameters(
        FeatureParameters(), TRAINING, EmbeddingParameters(), ClusteringParameters(number=2)
    )
    half = np.full((1, 3), len(toy_motion) // 2)
    annotation = Segmentation(("a", "b"), half, len(toy_motion), "toy")
    motions = {"tuning": toy_motion, "silent": toy_motion, "test": toy_motion}
    annotations = {"tuning": annotation, "test": annotation}
    recordings = Recordings([*motions.values()], toys)
    material = Material(motions, annotations, recordings, ["test"])
    states = REPRESENTATIONS[name].make(recordings, 0)
    found = material.scores(states, toys.clustering)
    assert states.frame_count == 3 * len(toy_motion)
    assert [*found["sequence"]] == ["tuning", "test"] * 2
    assert found["accuracy"].between(0, 1).all()
    assert [material.part(one) for one in motions] == ["tuning", "tuning", "test"]


def test_all_settings_are_run_with_seed_0_and_the_compared_ones_with_others():
    table = table_of(lambda part, one: float(one == SETTINGS[5]))
    missing = fair_trial_corpora.missing
    assert missing(table, ("HDM05", "pose", 0)) == []
    assert len(missing(table, ("HDM05", TRAINED, 0))) == 12
    again = [shown(one) for one in missing(table, ("HDM05", "pose", 1))]
    assert again == [SETTINGS[0], SETTINGS[5]]
