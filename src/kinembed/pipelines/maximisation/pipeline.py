"""Pipeline ``maximisation``: preferred inputs of networks' units."""

from kedro.pipeline import Pipeline, node, pipeline
from kedro.pipeline.node import Node

from kinembed.pipelines.maximisation.nodes import (
    animate_units,
    draw_maximisation,
    maximise_networks,
    prepare_action_classifiers,
    prepare_predictors,
    prepare_two_streams,
)


def create_pipeline() -> Pipeline:
    """Make pipeline ``maximisation``, of action classifiers.

    Returns
    -------
    Pipeline
        Networks and clips -> preferred inputs of units, measures, figures and animations.
    """
    networks = ["action_classifiers", "clips", "train_targets", "test_targets"]
    prepare = node(
        prepare_action_classifiers,
        networks,
        "maximisation_tasks",
        name="prepare_action_classifiers",
    )
    return _of_tasks(prepare)


def create_seq2seq_pipeline() -> Pipeline:
    """Make pipeline ``maximisation_seq2seq``, of networks that predict motion.

    Returns
    -------
    Pipeline
        Models and sequences -> preferred inputs of units, measures, figures and animations.
    """
    networks = ["models", "sequences", "model_of_recording"]
    prepare = node(
        prepare_predictors, networks, "maximisation_tasks_seq2seq", name="prepare_predictors"
    )
    return _of_tasks(prepare, "_seq2seq")


def create_two_stream_pipeline() -> Pipeline:
    """Make pipeline ``maximisation_two_stream``, of networks that see pictures and flow.

    Returns
    -------
    Pipeline
        Networks and pictures -> preferred inputs of units, measures, figures and animations.
    """
    pictures = ["two_stream_pictures", "two_stream_held_out", "two_stream_slower"]
    networks = ["two_streams", *pictures, "two_stream_test_targets"]
    prepare = node(
        prepare_two_streams, networks, "maximisation_tasks_two_stream", name="prepare_two_streams"
    )
    return _of_tasks(prepare, "_two_stream")


def _of_tasks(prepare: Node, kind: str = "") -> Pipeline:
    """The nodes from `prepare` on; each kind of network has settings and results of its own."""
    table, units, layers = (f"maximisation{kind}{suffix}" for suffix in ("", "_units", "_layers"))
    tasks, inputs = f"maximisation_tasks{kind}", f"maximised{kind}_inputs"
    return pipeline(
        [
            prepare,
            node(
                maximise_networks,
                [tasks, f"params:maximisation{kind}", "params:parallel"],
                [table, units, layers, inputs],
                name=f"maximise_networks{kind}",
            ),
            node(
                draw_maximisation,
                [table, layers, units, "params:reporting"],
                f"maximisation{kind}_figure",
                name=f"draw_maximisation{kind}",
            ),
            node(
                animate_units,
                [tasks, inputs, units, "params:reporting"],
                f"maximised{kind}_animations",
                name=f"animate_units{kind}",
            ),
        ],
        tags="maximisation",
    )
