"""Ablations on the synthetic toy motion, with networks far too small to be of use."""

import logging
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from kinembed.core.errors import DataError
from kinembed.evaluation import ablation
from kinembed.evaluation.ablation import AblationParameters
from kinembed.evaluation.baselines import BaselineParameters, StageParameters, predict
from kinembed.evaluation.scores import score_sequence, score_table
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, embed
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model

pytestmark = pytest.mark.slow

STAGES = StageParameters(
    FeatureParameters(),
    TrainingParameters(
        network={"units": 6, "cell": "lstm"},
        windows={"source": 12, "target": 8},
        steps=4,
        batch_size=4,
        device="cpu",
    ),
    EmbeddingParameters(
        states="decoder",
        arrangement="window",
        stride=4,
        steps=2,
        components=None,
        discontinuity_threshold=None,
        device="cpu",
    ),
    ClusteringParameters(
        number={"a": 2}, method="kmeans", components=4, largest_number=3, minimum_duration_s=1
    ),
)
ROWS = {
    "kinembed": {},
    "encoder": {"embedding": {"states": "encoder"}},
    "ward": {"clustering": {"method": "agglomerative"}},
    "narrow": {"training": {"network": {"units": 3}}},
    "window_ward": {"baseline": "window_ward"},
}


def parameters(**changes):
    return AblationParameters.model_validate({"rows": ROWS, "seeds": [0]} | changes)


def plan(known=("a",), stages=STAGES, **changes):
    return ablation.plan(parameters(**changes), stages, known)


def names(units):
    """Unit -> the rows and seeds that share it."""
    return {name: [run.name for run in unit.runs] for name, unit in units.items()}


def run_all(motion, units, **options):
    run = {"baselines": BaselineParameters(window_s=0.5), "estimate": False} | options
    return {name: ablation.run_unit(motion, unit, **run) for name, unit in units.items()}


@pytest.fixture
def calls(monkeypatch):
    """How often networks are trained and embedded."""
    counted = Counter()
    for name in ("train_model", "embed"):
        original = getattr(ablation.units, name)

        def count(*arguments, name=name, original=original, **options):
            counted[name] += 1
            return original(*arguments, **options)

        monkeypatch.setattr(ablation.units, name, count)
    return counted


def test_rows_that_are_trained_alike_share_a_unit():
    assert names(plan(seeds=[0, 3])) == {
        "a/kinembed.seed_0": ["kinembed.seed_0", "encoder.seed_0", "ward.seed_0"],
        "a/kinembed.seed_3": ["kinembed.seed_3", "encoder.seed_3", "ward.seed_3"],
        "a/narrow.seed_0": ["narrow.seed_0"],
        "a/narrow.seed_3": ["narrow.seed_3"],
        "a/window_ward.seed_0": ["window_ward.seed_0"],
        "a/window_ward.seed_3": ["window_ward.seed_3"],
    }


def test_a_row_changes_what_it_names_at_any_depth_and_nothing_else():
    narrow = plan(only="narrow")["a/narrow.seed_0"].runs[0].stages
    assert narrow.training.network.units == 3
    assert narrow == replace(
        STAGES,
        training=STAGES.training.model_copy(
            update={"network": STAGES.training.network.model_copy(update={"units": 3})}
        ),
    )


def test_a_seed_is_that_of_training_and_of_clustering():
    stages = plan(seeds=[7], only="ward")["a/ward.seed_7"].runs[0].stages
    assert (stages.training.seed, stages.clustering.seed) == (7, 7)


def test_rows_seeds_and_sequences_are_chosen_for_all_and_by_each_row():
    rows = {
        "kinembed": {},
        "once": {"features": {"root": "none"}, "seeds": [5], "sequences": ["b*"]},
        "other": {},
    }
    units = plan(["a1", "a2", "b"], rows=rows, seeds="0 1", sequences="a*", only="kin* once")
    assert [name for unit in names(units).values() for name in unit].count("once.seed_5") == 1
    assert sorted(units) == [
        "a1/kinembed.seed_0",
        "a1/kinembed.seed_1",
        "a2/kinembed.seed_0",
        "a2/kinembed.seed_1",
        "b/once.seed_5",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"training": {"network": {"unitz": 3}}},
            r"ablation.rows.new.training.network.unitz: Extra",
        ),
        (
            {"training": {"steps": -1}},
            r"ablation.rows.new.training.steps: .*greater than 0.*it is -1",
        ),
        (
            {"clustering": {"metric": "cosine"}},
            "ablation.rows.new.clustering: .*linkage 'ward' needs",
        ),
    ],
)
def test_a_wrong_parameter_names_row_and_key_before_anything_runs(changes, message, calls):
    with pytest.raises(DataError, match=message):
        plan(rows=ROWS | {"new": changes}, only="kinembed")
    assert not calls


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"new": {"trainign": {}}}, "rows.new.trainign"),
        ({"new": {"training": {"seed": 1}}}, "seeds are set by ablation.seeds"),
        ({"new": {"baseline": "constant", "training": {"steps": 1}}}, "not both"),
        ({"new": {"baseline": "constnt"}}, "expected a baseline"),
        ({"a.b": {}}, "a.b"),
    ],
)
def test_a_row_that_says_the_wrong_thing_is_refused(rows, message):
    with pytest.raises(ValidationError, match=message):
        parameters(rows=rows)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"only": "kinembed narow"},
            "ablation.only: 'narow' fits none of the rows kinembed, encoder",
        ),
        ({"sequences": "c*"}, r"ablation.sequences: 'c\*' fits none of the sequences a"),
        (
            {"rows": {"kinembed": {"sequences": ["c"]}}},
            "ablation.rows.kinembed.sequences: 'c' fits none",
        ),
    ],
)
def test_a_name_that_fits_nothing_is_named(changes, message):
    with pytest.raises(DataError, match=message):
        plan(**changes)


def test_a_baseline_that_is_told_no_number_is_refused_before_anything_runs(calls):
    with pytest.raises(
        DataError, match="b: row 'window_ward' of the ablation is a baseline and needs"
    ):
        plan(["a", "b"])
    assert not calls


def test_what_is_shared_is_done_once(toy_motion, calls):
    units = plan(only="kinembed encoder ward narrow")
    run_all(toy_motion, units)
    assert calls == {"train_model": 2, "embed": 3}


def test_the_unchanged_row_predicts_what_the_stages_predict(toy_motion):
    units = plan(only="kinembed", seeds=[2])
    (outcome,) = run_all(toy_motion, units, estimate=True).values()
    training = STAGES.training.model_copy(update={"seed": 2})
    clustering = STAGES.clustering.model_copy(update={"seed": 2})
    model = train_model(toy_motion, STAGES.features, training)
    states, number = embed(model, toy_motion, STAGES.embedding), clustering.number_for("a")
    parameters = STAGES.embedding, clustering, ClusterModelParameters()
    expected = ClusterModel.fit(states, number, *parameters).predictions
    expected.columns = ["frame", "time_s", "kinembed.seed_2.given", "kinembed.seed_2.estimated"]
    pd.testing.assert_frame_equal(outcome.predictions, expected, check_dtype=False)


def test_a_baseline_predicts_what_the_baseline_comparison_predicts(toy_motion):
    rows = {"pose_gmm": {"baseline": "pose_gmm"}}
    baselines = BaselineParameters(components=3)
    (outcome,) = run_all(toy_motion, plan(rows=rows, seeds=[4]), baselines=baselines).values()
    seeded = baselines.model_copy(update={"seed": 4})
    expected = predict("pose_gmm", toy_motion, 2, seeded, STAGES)
    assert outcome.predictions["pose_gmm.seed_4.given"].tolist() == expected.tolist()
    assert outcome.training is None


@pytest.mark.parametrize(
    ("number", "estimate", "variants"),
    [
        ({"a": 2}, False, ["given"]),
        ({"a": 2}, True, ["given", "estimated"]),
        (None, False, ["estimated"]),
    ],
)
def test_the_number_is_estimated_where_asked_for_or_not_given(
    toy_motion, number, estimate, variants
):
    clustering = STAGES.clustering.model_copy(update={"number": number})
    units = plan(stages=replace(STAGES, clustering=clustering), only="kinembed")
    (outcome,) = run_all(toy_motion, units, estimate=estimate).values()
    columns = [f"kinembed.seed_0.{variant}" for variant in variants]
    assert list(outcome.predictions) == ["frame", "time_s", *columns]


def test_an_ablation_that_was_killed_trains_nothing_anew(toy_motion, tmp_path, monkeypatch, caplog):
    caplog.set_level(logging.INFO, logger="kinembed.training.loop")
    units = plan(only="kinembed narrow")
    expected = run_all(toy_motion, units)

    def killed(*arguments):
        raise KeyboardInterrupt

    options = {"checkpoints": CheckpointFolder(tmp_path)}
    monkeypatch.setattr(ablation.units, "embed", killed)  # after the first training
    with pytest.raises(KeyboardInterrupt):
        run_all(toy_motion, units, **options)
    monkeypatch.undo()
    again = run_all(toy_motion, units, **options)
    continued = [r.getMessage() for r in caplog.records if "Continuing at step" in r.getMessage()]
    assert [message.split(" from ")[0] for message in continued] == ["Continuing at step 4"]
    for name, outcome in expected.items():
        pd.testing.assert_frame_equal(again[name].predictions, outcome.predictions)


def test_outcomes_are_joined_by_sequence_in_the_order_of_the_rows(toy_motion):
    stages = replace(STAGES, clustering=STAGES.clustering.model_copy(update={"number": 2}))
    units = plan(["a", "b"], stages=stages, only="kinembed encoder window_ward")
    outcomes = run_all(toy_motion, units)
    joined = ablation.join(units, reversed(outcomes.items()))
    columns = ["kinembed.seed_0.given", "encoder.seed_0.given", "window_ward.seed_0.given"]
    for table in joined.predictions.values():
        assert list(table) == ["frame", "time_s", *columns]
    assert list(joined.predictions) == ["a", "b"]
    trainings = joined.trainings
    assert trainings[["sequence", "rows", "seed", "steps"]].to_numpy().tolist() == [
        ["a", "kinembed encoder", 0, 4],
        ["b", "kinembed encoder", 0, 4],
    ]
    assert (trainings["seconds"] > 0).all()
    assert trainings["loss"].between(0.1, 3).all()  # of standardised channels, hardly trained


@pytest.fixture
def predictions():
    frames = np.arange(300)
    columns = {"frame": frames, "time_s": frames / 50}
    labels = {"kinembed.seed_0.given": frames // 160, "kinembed.seed_10.given": frames // 150}
    return pd.DataFrame({**columns, **labels, "ward.seed_0.estimated": frames // 100})


ANNOTATION = Segmentation(("calm", "wild"), np.array([[125, 150, 175]]), 300, "a")


def test_runs_are_scored_as_the_network_is(predictions):
    scores = score_table(ablation.score_runs("a", predictions, ANNOTATION))
    runs = scores[["method", "seed", "clusters_given"]].to_numpy().tolist()
    assert runs == [["kinembed", 0, True], ["kinembed", 10, True], ["ward", 0, False]]
    own = predictions[["frame", "time_s"]].assign(given=predictions["kinembed.seed_10.given"])
    expected = score_table(score_sequence("a", own, ANNOTATION, seed=10))
    pd.testing.assert_frame_equal(scores.iloc[[1]].reset_index(drop=True), expected)


def test_every_run_is_described_by_what_it_changes_and_its_means(predictions):
    rows = ablation.score_runs("a", predictions, ANNOTATION)
    rows += [row | {"sequence": "b", "accuracy": 0.5} for row in rows]
    described = ablation.describe_runs(score_table(rows), parameters())
    assert list(described) == ["kinembed.seed_0", "kinembed.seed_10", "ward.seed_0"]
    assert described["kinembed.seed_10"]["params"] == {"row": "kinembed", "seed": 10}
    assert described["kinembed.seed_10"]["metrics"]["sequences"] == 2
    assert described["kinembed.seed_10"]["metrics"]["given"]["accuracy"] == pytest.approx(0.75)
    assert described["ward.seed_0"]["params"] == {
        "row": "ward",
        "seed": 0,
        "clustering": {"method": "agglomerative"},
    }


def test_what_stands_instead_of_states_estimates_the_number_too(toy_motion):
    rows = {name: {"baseline": name} for name in ("pose_as_states", "pose_gmm")}
    planned = plan(rows=rows, seeds=[0])
    found = run_all(toy_motion, planned, estimate=True)
    columns = [name for outcome in found.values() for name in outcome.predictions.columns[2:]]
    assert columns == [
        "pose_as_states.seed_0.given",
        "pose_as_states.seed_0.estimated",
        "pose_gmm.seed_0.given",
    ]
    told = run_all(toy_motion, planned, estimate=False)
    for name, outcome in told.items():
        assert outcome.predictions.equals(found[name].predictions[outcome.predictions.columns])


def test_a_baseline_is_described_by_its_name(predictions):
    table = predictions.rename(columns={"ward.seed_0.estimated": "window_ward.seed_0.given"})
    scores = score_table(ablation.score_runs("a", table, ANNOTATION))
    described = ablation.describe_runs(scores, parameters())["window_ward.seed_0"]
    assert described["params"] == {"row": "window_ward", "seed": 0, "baseline": "window_ward"}
