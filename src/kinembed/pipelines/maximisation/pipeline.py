"""Pipeline ``maximisation``: what do the units of networks look for?"""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.maximisation.nodes import (
    draw_maximisation,
    film_movements,
    study_recognisers,
    survey_networks,
)


def create_pipeline() -> Pipeline:
    """Recognisers and clips -> inputs that excite units, measures, figures and films."""
    return pipeline(
        [
            node(
                study_recognisers,
                ["recognisers", "clips", "train_targets", "test_targets"],
                "studies",
                name="study_recognisers",
            ),
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
                film_movements,
                ["studies", "maximised_inputs", "maximisation_units", "params:reporting"],
                "maximised_movements",
                name="film_movements",
            ),
        ],
        tags="maximisation",
    )
