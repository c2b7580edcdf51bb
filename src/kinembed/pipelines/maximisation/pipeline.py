"""Pipeline ``maximisation``: what do the units of networks look for?"""

from kedro.pipeline import Pipeline, node, pipeline
from kedro.pipeline.node import Node

from kinembed.pipelines.maximisation.nodes import (
    animation_units,
    draw_maximisation,
    study_action_classifiers,
    study_predictors,
    study_two_streams,
    unit_results_networks,
)


def create_pipeline() -> Pipeline:
    """Make pipeline ``maximisation``, of action classifiers.

    Returns
    -------
    Pipeline
        Networks and clips -> preferred inputs of units, measures, figures and animations.
    """
    networks = ["action_classifiers", "clips", "train_targets", "test_targets"]
    study = node(study_action_classifiers, networks, "studies", name="study_action_classifiers")
    return _of_studies(study)


def create_seq2seq_pipeline() -> Pipeline:
    """Make pipeline ``maximisation_seq2seq``, of networks that predict motion.

    Returns
    -------
    Pipeline
        Models and sequences -> preferred inputs of units, measures, figures and animations.
    """
    networks = ["models", "sequences", "model_of_recording"]
    study = node(study_predictors, networks, "studies_seq2seq", name="study_predictors")
    return _of_studies(study, "_seq2seq")


def create_two_stream_pipeline() -> Pipeline:
    """Make pipeline ``maximisation_two_stream``, of networks that see pictures and flow.

    Returns
    -------
    Pipeline
        Networks and pictures -> preferred inputs of units, measures, figures and animations.
    """
    pictures = ["two_stream_pictures", "two_stream_held_out", "two_stream_slower"]
    networks = ["two_streams", *pictures, "two_stream_test_targets"]
    study = node(study_two_streams, networks, "studies_two_stream", name="study_two_streams")
    return _of_studies(study, "_two_stream")


def _of_studies(study: Node, kind: str = "") -> Pipeline:
    """The nodes after the studies; each kind of network has settings and results of its own."""
    table, units, layers = (f"maximisation{kind}{part}" for part in ("", "_units", "_layers"))
    studies, inputs = f"studies{kind}", f"maximised{kind}_inputs"
    return pipeline(
        [
            study,
            node(
                unit_results_networks,
                [studies, f"params:maximisation{kind}", "params:parallel"],
                [table, units, layers, inputs],
                name=f"unit_results_networks{kind}",
            ),
            node(
                draw_maximisation,
                [table, layers, units, "params:reporting"],
                f"maximisation{kind}_figure",
                name=f"draw_maximisation{kind}",
            ),
            node(
                animation_units,
                [studies, inputs, units, "params:reporting"],
                f"maximised{kind}_animations",
                name=f"animation_units{kind}",
            ),
        ],
        tags="maximisation",
    )
