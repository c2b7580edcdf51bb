"""Pipeline ``maximisation``: what do the units of networks look for?"""

from kedro.pipeline import Pipeline, node, pipeline
from kedro.pipeline.node import Node

from kinembed.pipelines.maximisation.nodes import (
    draw_maximisation,
    film_units,
    study_predictors,
    study_recognisers,
    study_two_streams,
    survey_networks,
)


def create_pipeline() -> Pipeline:
    """Recognisers and clips -> inputs that excite units, measures, figures and films."""
    networks = ["recognisers", "clips", "train_targets", "test_targets"]
    return _of_studies(node(study_recognisers, networks, "studies", name="study_recognisers"))


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
                survey_networks,
                ["studies", "params:maximisation", "params:parallel"],
                [
                    "maximisation",
                    "maximisation_units",
                    "maximisation_layers",
                    "maximised_inputs",
                ],
                name="survey_networks",
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
                film_units,
                ["studies", "maximised_inputs", "maximisation_units", "params:reporting"],
                "maximised_films",
                name="film_units",
            ),
        ],
        tags="maximisation",
    )
