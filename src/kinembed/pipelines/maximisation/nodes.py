"""Nodes of pipeline ``maximisation``: what units of networks look for, found by gradients.

A node that studies networks gives each with its inputs and held-out clips; those after it ask no
more of a network than that.
"""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.analysis.activation_maximisation import (
    MaximisationParameters,
    Maximised,
    Study,
    maximise_units,
    motion_study,
)
from kinembed.core.parallel import ParallelConfig, map_partitions
from kinembed.motion.motion import Motion
from kinembed.recognition.skeleton import ActionClassifier, Clips, action_classifier_study
from kinembed.recognition.two_stream import TwoStreamClassifier, two_stream_study
from kinembed.report.plots.export import StaticFigure
from kinembed.report.plots.maximisation import maximisation_by_layer
from kinembed.report.plots.unit_animations import unit_animations
from kinembed.report.sequence import ReportParameters
from kinembed.training.assignment import ModelAssignment
from kinembed.training.trained_model import TrainedModel
from kinembed.video.stick_figures import PictureClips


def study_action_classifiers(
    action_classifiers: Mapping[str, Callable[[], ActionClassifier]],
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
) -> dict[str, Callable[[], Study]]:
    """Networks with clips that bound movements, and clips that they were not trained on."""
    return {
        name: partial(
            _study,
            load,
            clips.only(train["clip"].tolist()),
            clips.only(test["clip"].tolist()),
            test["behaviour"].tolist(),
        )
        for name, load in action_classifiers.items()
    }


def study_predictors(
    models: Mapping[str, Callable[[], TrainedModel]],
    sequences: Mapping[str, Callable[[], Motion]],
    assigned: ModelAssignment,
) -> dict[str, Callable[[], Study]]:
    """Networks that predict motion, each with windows of the sequence that it learned."""
    learned = assigned.by_model(sequences)
    return {name: partial(_motion_study, load, learned[name]) for name, load in models.items()}


def study_two_streams(
    networks: Mapping[str, Callable[[], TwoStreamClassifier]],
    seen: PictureClips,
    held_out: PictureClips,
    slower: PictureClips,
    test: pd.DataFrame,
) -> dict[str, Callable[[], Study]]:
    """Networks with pictures that bound theirs, and with some that they were not trained on."""
    labels = test.set_index("clip")["behaviour"].loc[list(held_out.names)].tolist()
    return {
        name: partial(_two_stream_study, load, seen, held_out, slower, labels)
        for name, load in networks.items()
    }


def unit_results_networks(
    studies: Mapping[str, Callable[[], Study]],
    parameters: MaximisationParameters,
    parallel: ParallelConfig,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, Mapping[str, Maximised]]]:
    """Measures of inputs, what excites units, measures of layers; and the inputs."""
    look = partial(maximise_units, parameters=parameters)
    mapped = map_partitions(look, studies, config=parallel, description="maximisation")
    found = mapped.collect()
    return (
        _stacked({name: one.table for name, one in found.items()}),
        _stacked({name: one.units for name, one in found.items()}),
        _stacked({name: one.layers for name, one in found.items()}),
        {name: one.found for name, one in found.items()},
    )


def draw_maximisation(
    table: pd.DataFrame, layers: pd.DataFrame, units: pd.DataFrame, reporting: ReportParameters
) -> StaticFigure:
    """Measures by layer."""
    return maximisation_by_layer(table, layers, units, reporting.note)


def animation_units(
    studies: Mapping[str, Callable[[], Study]],
    inputs: Mapping[str, Callable[[], Mapping[str, Maximised]]],
    units: pd.DataFrame,
    reporting: ReportParameters,
) -> dict[str, bytes]:
    """What excites the units of the first network, each beside a real clip."""
    first = min(studies)
    of_network = units[units["network"] == first]
    return unit_animations(studies[first](), inputs[first](), of_network, reporting.note)


def _study(
    load: Callable[[], ActionClassifier], seen: Clips, held_out: Clips, labels: list[str]
) -> Study:
    return action_classifier_study(load(), seen, held_out, labels)


def _motion_study(load: Callable[[], TrainedModel], sequence: Callable[[], Motion]) -> Study:
    return motion_study(load(), sequence())


def _two_stream_study(
    load: Callable[[], TwoStreamClassifier],
    seen: PictureClips,
    held_out: PictureClips,
    slower: PictureClips,
    labels: list[str],
) -> Study:
    return two_stream_study(load(), seen, held_out, slower, labels)


def _stacked(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, names=["network"]).reset_index("network").reset_index(drop=True)
