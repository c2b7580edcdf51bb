"""Pipeline ``geometry``: what do the layers of the recognisers tell apart?"""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.geometry.nodes import draw_geometry, measure_geometry


def create_pipeline() -> Pipeline:
    """Recognisers and clips that they were not trained on -> label smoothness by layer."""
    return pipeline(
        [
            node(
                measure_geometry,
                [
                    "recognisers",
                    "clips",
                    "train_targets",
                    "test_targets",
                    "params:geometry",
                    "params:parallel",
                ],
                ["geometry", "geometry_leak"],
                name="measure_geometry",
            ),
            node(
                draw_geometry,
                ["geometry", "params:reporting"],
                "geometry_figure",
                name="draw_geometry",
            ),
        ],
        tags="geometry",
    )
