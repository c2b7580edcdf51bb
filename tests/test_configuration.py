import pytest
from helpers.projects import ROOT
from kedro.config import BadConfigException

from kinembed import configuration
from kinembed.configuration import ConfigLoader
from kinembed.settings import CONFIG_LOADER_ARGS


def parameters(**changes):
    return ConfigLoader(str(ROOT / "conf"), runtime_params=changes, **CONFIG_LOADER_ARGS)[
        "parameters"
    ]


def test_earlier_names_of_groups_and_settings_are_taken_with_a_warning():
    with pytest.warns(FutureWarning) as warned:
        found = parameters(clustering={"change_s": 0.35}, sweep={"seeds": [7]})
    assert found["clustering"]["transition_penalty_s"] == 0.35
    assert found["ablation"]["seeds"] == [7]
    assert "change_s" not in found["clustering"]
    assert "sweep" not in found
    assert len(warned) == 2


def test_both_names_of_a_setting_are_refused_naming_both():
    both = {"leap": 3, "discontinuity_threshold": 5}
    with pytest.raises(BadConfigException, match="'leap' .* 'discontinuity_threshold'"):
        parameters(embedding=both)


@pytest.mark.filterwarnings("error::FutureWarning")
def test_present_names_warn_of_nothing():
    assert parameters(ablation={"seeds": [7]})["ablation"]["seeds"] == [7]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"trainning": {"steps": 5}}, "no parameter 'trainning.steps'; .* 'training.steps'?"),
        ({"trainning": {"q": 5}}, "no parameter 'trainning.q'; did you mean 'training'?"),
        ({"sed": 5}, "no parameter 'sed'; did you mean 'seed'?"),
        ({"frame_rate": 60}, "mean 'ingestion.positions.frame_rate', 'two_stream.frame_rate'?"),
        ({"positions": {"frame_rate": 60}}, "mean 'ingestion.positions.frame_rate'?"),
        ({"qqq": 5}, "no parameter 'qqq'; there are ablation, .*preset, .*video"),
    ],
)
def test_an_unknown_name_is_refused_naming_the_nearest(monkeypatch, changes, message):
    names = ("ingestion.positions.frame_rate", "training.steps", "two_stream.frame_rate")
    monkeypatch.setattr(configuration, "setting_names", lambda: names)
    with pytest.raises(BadConfigException, match=message.replace("?", r"\?")):
        parameters(**changes)


def test_groups_that_are_gone_are_no_unknown_ones():
    with pytest.warns(FutureWarning, match="stopping is not read any more"):
        parameters(stopping={"criterion": "none"})


def test_names_that_values_refer_to_are_no_unknown_groups():
    found = parameters(preset="published_clips", seed=7)
    assert found["training"]["seed"] == 7
    assert found["training"]["network"]["units"] == 1024


def test_an_unknown_preset_is_refused_naming_all():
    with pytest.raises(BadConfigException, match="no preset 'quick'; there are fast, "):
        parameters(preset="quick")


@pytest.mark.parametrize("given", [{"embedding": {"stride": 3}}, {"training": {"windows": 9}}])
def test_a_setting_that_follows_from_the_shortest_behaviour_is_not_given_beside_it(given):
    with pytest.raises(BadConfigException, match=r"(stride|windows) would follow .*shortest_beh"):
        parameters(shortest_behaviour_s="auto", **given)
    assert parameters(**given)["time_scale"] == {"shortest_behaviour_s": None}
    found = parameters(shortest_behaviour_s=0.5, embedding={"components": 9})
    assert found["time_scale"] == {"shortest_behaviour_s": 0.5}
