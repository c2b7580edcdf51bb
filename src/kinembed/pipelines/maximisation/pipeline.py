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
    """Action classifiers and clips -> inputs that excite units, measures, figures and
    animations.
    """
    networks = ["action_classifiers", "clips", "train_targets", "test_targets"]
    return _of_studies(
        node(study_action_classifiers, networks, "studies", name="study_action_classifiers")
    )


def create_seq2seq_pipeline() -> Pipeline:
    """The same of the networks that predict motion."""
    networks = ["models", "sequences"]
    return _of_studies(node(study_predictors, networks, "studies", name="study_predictors"))


def create_two_stream_pipeline() -> Pipeline:
    """The same of networks that see pictures and flow."""
    pictures = ["two_stream_pictures", "two_stream_held_out", "two_stream_slower"]
    networks = ["two_streams", *pictures, "two_stream_test_targets"]
    return _of_studies(node(study_two_streams, networks, "studies", name="study_two_streams"))


def _of_studies(study: Node) -> Pipeline:
    return pipeline(
        [
            study,
            node(
                unit_results_networks,
                ["studies", "params:maximisation", "params:parallel"],
                [
                    "maximisation",
                    "maximisation_units",
                    "maximisation_layers",
                    "maximised_inputs",
                ],
                name="unit_results_networks",
            ),
            node(
                draw_maximisation,
                [
                    "maximisation",
                    "maximisation_layers",
                    "maximisation_units",
                    "params:reporting",
                ],
                "maximisation_figure",
                name="draw_maximisation",
            ),
            node(
                animation_units,
                ["studies", "maximised_inputs", "maximisation_units", "params:reporting"],
                "maximised_animations",
                name="animation_units",
            ),
        ],
        tags="maximisation",
    )
