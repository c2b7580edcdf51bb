"""Nodes of pipeline ``maximisation``: preferred inputs of networks' units, found by gradients.

The first node prepares a task for each network: the network, its inputs and held-out clips. The
others read nothing else of a network.
"""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.analysis.activation_maximisation import (
    MaximisationParameters,
    MaximisationTask,
    Maximised,
    maximise_units,
    predictor_task,
)
from kinembed.core.errors import DataError
from kinembed.core.listing import listed
from kinembed.core.parallel import ParallelConfig, map_partitions
from kinembed.motion.motion import Motion
from kinembed.recognition.skeleton import ActionClassifier, Clips, action_classifier_task
from kinembed.recognition.two_stream import TwoStreamClassifier, two_stream_task
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.export import StaticFigure
from kinembed.report.plots.maximisation import maximisation_by_layer
from kinembed.report.plots.unit_animations import unit_animations
from kinembed.training.assignment import ModelAssignment
from kinembed.training.trained_model import TrainedModel
from kinembed.video.stick_figures import PictureClips


def prepare_action_classifiers(
    action_classifiers: Mapping[str, Callable[[], ActionClassifier]],
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
) -> dict[str, Callable[[], MaximisationTask]]:
    """Prepare the tasks of action classifiers.

    Parameters
    ----------
    action_classifiers : mapping of str to loader of ActionClassifier
        ``seed_<seed>`` -> network.
    clips : Clips
        Joint positions, shape (frames, joints, 3) for each clip, around the root.
    train : DataFrame
        Its column ``clip`` names clips that networks were trained on, which bound inputs.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of clips that networks were not trained on.

    Returns
    -------
    dict of str to loader of MaximisationTask
        ``seed_<seed>`` -> network with its inputs and held-out clips.

    Raises
    ------
    DataError
        When a clip of a table of targets is absent.
    """
    return {
        name: partial(
            _action_classifier_task,
            load,
            clips.only(train["clip"].tolist()),
            clips.only(test["clip"].tolist()),
            test["behaviour"].tolist(),
        )
        for name, load in action_classifiers.items()
    }


def prepare_predictors(
    models: Mapping[str, Callable[[], TrainedModel]],
    sequences: Mapping[str, Callable[[], Motion]],
    assigned: ModelAssignment,
) -> dict[str, Callable[[], MaximisationTask]]:
    """Prepare the tasks of networks that predict motion, each with windows of its own sequence.

    Parameters
    ----------
    models : mapping of str to loader of TrainedModel
        Model -> network and the way from a motion to its input.
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    assigned : ModelAssignment
        Model of every sequence.

    Returns
    -------
    dict of str to loader of MaximisationTask
        Model -> network with its inputs, and windows of the first sequence it was trained on.

    Raises
    ------
    DataError
        When a sequence of a model is absent.
    """
    learned = assigned.by_model(sequences)
    return {
        name: partial(_predictor_task, load, next(iter(learned[name].values())))
        for name, load in models.items()
    }


def prepare_two_streams(
    networks: Mapping[str, Callable[[], TwoStreamClassifier]],
    seen: PictureClips,
    held_out: PictureClips,
    slower: PictureClips,
    test: pd.DataFrame,
) -> dict[str, Callable[[], MaximisationTask]]:
    """Prepare the tasks of networks that see pictures and flow.

    Parameters
    ----------
    networks : mapping of str to loader of TwoStreamClassifier
        ``seed_<seed>`` -> network.
    seen : PictureClips
        Clips that networks were trained on, which bound inputs.
    held_out : PictureClips
        Clips that networks were not trained on.
    slower : PictureClips
        The clips held out at half speed.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of the clips held out.

    Returns
    -------
    dict of str to loader of MaximisationTask
        ``seed_<seed>`` -> network with its inputs and held-out clips.

    Raises
    ------
    DataError
        When a clip held out has no behaviour. Once loaded, when the clips at half speed are not the
        ones held out, or nothing moves in the clips that networks were trained on.
    """
    behaviours = dict(zip(test["clip"], test["behaviour"], strict=True))
    absent = [name for name in held_out.names if name not in behaviours]
    if absent:
        raise DataError(
            f"no behaviour is stored of the clips held out {listed(absent)}; run the pipeline that "
            "made them, two_stream or two_stream_videos, once more"
        )
    labels = [behaviours[name] for name in held_out.names]
    return {
        name: partial(_two_stream_task, load, seen, held_out, slower, labels)
        for name, load in networks.items()
    }


def maximise_networks(
    tasks: Mapping[str, Callable[[], MaximisationTask]],
    parameters: MaximisationParameters,
    parallel: ParallelConfig,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, Mapping[str, Maximised]]]:
    """Find the preferred inputs of units of every network by activation maximisation, and measure
    them.

    Parameters
    ----------
    tasks : mapping of str to loader of MaximisationTask
        Network -> it, its inputs and held-out clips.
    parameters : MaximisationParameters
        Layers, units, weights of variation in time, seeds and ascent.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    table : DataFrame
        Column ``network``, then those of
        :data:`kinembed.analysis.activation_maximisation.unit_results.COLUMNS`; a row per input.
    units : DataFrame
        Column ``network``, then ``layer``, ``unit``, ``largest`` (activation), ``fires``, ``row``,
        ``clip``, ``behaviour``, ``share`` and ``class``; a row per unit.
    layers : DataFrame
        Column ``network``, then ``layer``, ``units``, ``dead``, ``half_speed_similarity`` and what
        the inputs of the layer have in common; a row per layer.
    inputs : dict of str to mapping of str to Maximised
        Network -> layer -> preferred inputs.

    Raises
    ------
    DataError
        When a layer or unit does not exist, or no unit of a layer fires on held-out clips.
    """
    run = partial(maximise_units, parameters=parameters)
    mapped = map_partitions(run, tasks, config=parallel, description="maximisation")
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
    """Draw the measures of inputs by layer.

    Parameters
    ----------
    table : DataFrame
        Inputs, as of :func:`maximise_networks`.
    layers : DataFrame
        Layers, as of :func:`maximise_networks`.
    units : DataFrame
        Units, as of :func:`maximise_networks`.
    reporting : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    matplotlib.figure.Figure
        A line for each weight of variation in time; a dot for each network.

    Raises
    ------
    DataError
        When the table of inputs is empty.
    """
    return maximisation_by_layer(table, layers, units, reporting.note)


def animate_units(
    tasks: Mapping[str, Callable[[], MaximisationTask]],
    inputs: Mapping[str, Callable[[], Mapping[str, Maximised]]],
    units: pd.DataFrame,
    reporting: ReportParameters,
) -> dict[str, bytes]:
    """Animate the preferred inputs of units of the first network, each beside a real clip.

    Parameters
    ----------
    tasks : mapping of str to loader of MaximisationTask
        Network -> it, its inputs and held-out clips.
    inputs : mapping of str to loader of mapping of str to Maximised
        Network -> layer -> preferred inputs.
    units : DataFrame
        Units, as of :func:`maximise_networks`.
    reporting : ReportParameters
        Its ``note`` stands on every figure.

    Returns
    -------
    dict of str to bytes
        ``<layer>_<unit>.gif``, of inputs of the first seed.
    """
    first = min(tasks)
    of_network = units[units["network"] == first]
    return unit_animations(tasks[first](), inputs[first](), of_network, reporting.note)


def _action_classifier_task(
    load: Callable[[], ActionClassifier], seen: Clips, held_out: Clips, labels: list[str]
) -> MaximisationTask:
    return action_classifier_task(load(), seen, held_out, labels)


def _predictor_task(
    load: Callable[[], TrainedModel], sequence: Callable[[], Motion]
) -> MaximisationTask:
    return predictor_task(load(), sequence())


def _two_stream_task(
    load: Callable[[], TwoStreamClassifier],
    seen: PictureClips,
    held_out: PictureClips,
    slower: PictureClips,
    labels: list[str],
) -> MaximisationTask:
    return two_stream_task(load(), seen, held_out, slower, labels)


def _stacked(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, names=["network"]).reset_index("network").reset_index(drop=True)
