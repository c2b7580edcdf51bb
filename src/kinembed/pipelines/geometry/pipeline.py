"""Pipeline ``geometry``: what do the layers of the recognisers tell apart?"""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.geometry.nodes import draw_geometry, measure_geometry, measure_leak


def create_pipeline() -> Pipeline:
    """Recognisers and clips that they were not trained on -> label smoothness by layer."""
    measured = ["recognisers", "clips", "test_targets", "params:geometry", "params:parallel"]
    return pipeline(
        [
            node(measure_geometry, measured, "geometry", name="measure_geometry"),
            node(measure_leak, measured, "geometry_leak", name="measure_geometry_leak"),
            node(
                draw_geometry,
                ["geometry", "params:reporting"],
                "geometry_figure",
                name="draw_geometry",
            ),
        ],
        tags="geometry",
    )
