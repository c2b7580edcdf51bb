import pytest
from pydantic import ValidationError

from kinembed.core.renames import under_present_names
from kinembed.recognition.skeleton.parameters import RecognitionParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters


def test_an_earlier_name_is_taken_with_a_warning_that_tells_the_new_one():
    with pytest.warns(FutureWarning, match="'change_s' is now called 'transition_penalty_s'"):
        parameters = ClusteringParameters.model_validate({"change_s": 0.35})
    assert parameters.transition_penalty_s == 0.35


def test_an_earlier_name_of_a_method_is_taken():
    with pytest.warns(FutureWarning, match="'switching' is now called 'kernel_segmentation'"):
        assert ClusteringParameters(method="switching").method == "kernel_segmentation"


def test_names_of_a_class_hold_for_those_derived_from_it():
    with pytest.warns(FutureWarning, match="RecognitionParameters: 'piece_frames' is now"):
        found = RecognitionParameters.model_validate({"piece_frames": 50, "test_clips": ["a"]})
    assert found.interval_frames == 50


def test_both_names_at_once_are_refused_by_name():
    both = {"leap": 4, "discontinuity_threshold": 3}
    with pytest.raises(ValidationError, match="'leap' is the earlier name of 'discontinuity_thr"):
        EmbeddingParameters.model_validate(both)


@pytest.mark.filterwarnings("error")
def test_present_names_warn_of_nothing():
    assert ClusteringParameters(transition_penalty_s=0.35).transition_penalty_s == 0.35


def test_an_earlier_setting_of_an_experiment_replaces_what_is_shipped():
    shipped = {"clustering": {"transition_penalty_s": 0.7, "seed": 0}}
    merged = {"clustering": {"transition_penalty_s": 0.7, "seed": 0, "change_s": 0.35}}
    with pytest.warns(FutureWarning, match="clustering: 'change_s' is now called"):
        found = under_present_names(merged, shipped)
    assert found == {"clustering": {"seed": 0, "transition_penalty_s": 0.35}}


def test_an_earlier_group_changes_the_one_that_is_shipped():
    shipped = {"ablation": {"seeds": [0, 1], "only": None}}
    with pytest.warns(FutureWarning, match="parameters: 'sweep' is now called 'ablation'"):
        found = under_present_names(shipped | {"sweep": {"seeds": [3]}}, shipped)
    assert found == {"ablation": {"seeds": [3], "only": None}}


def test_an_experiment_that_sets_both_names_is_refused():
    shipped = {"clustering": {"transition_penalty_s": 0.7}}
    both = {"clustering": {"transition_penalty_s": 0.5, "change_s": 0.35}}
    with pytest.raises(ValueError, match="clustering: 'change_s' is the earlier name of"):
        under_present_names(both, shipped)


def test_settings_within_groups_are_found():
    rows = {"ablation": {"rows": {"cheap": {"clustering": {"change_s": 0.35}}}}}
    with pytest.warns(FutureWarning, match="change_s"):
        found = under_present_names(rows, {})
    assert found["ablation"]["rows"]["cheap"]["clustering"] == {"transition_penalty_s": 0.35}
