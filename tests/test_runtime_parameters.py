import click
import pytest

from kinembed.cli import run
from kinembed.runtime_parameters import split_parameters


def split(text):
    return split_parameters(click.Context(run), run.params[0], text)


@pytest.mark.parametrize(
    "name", ["26_01", "1e3", "1E-3", "007", "0x1f", "2024-01-02", "2024_01_02", "12:30", "1_2.5"]
)
def test_names_that_look_like_numbers_stay_as_they_are_written(name):
    assert split(f"inference.model={name}") == {"inference": {"model": name}}


def test_other_values_are_read_as_yaml():
    text = "a=3, b=-1.5,c=null,d=true,e=[1],f='86_05',g=0,h=0.5"
    read = {"a": 3, "b": -1.5, "c": None, "d": True, "e": [1], "f": "86_05", "g": 0, "h": 0.5}
    assert split(text) == read


def test_the_command_splits_parameters_so():
    assert {option.name: option.callback for option in run.params}["params"] is split_parameters
