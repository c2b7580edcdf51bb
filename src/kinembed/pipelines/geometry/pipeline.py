"""Pipeline ``geometry``: what the layers of action classifiers separate and use."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.geometry.nodes import (
    draw_class_maps,
    draw_dataset,
    draw_geometry,
    draw_typical_maps,
    make_clip_maps,
    map_clips,
    measure_geometry,
)


def create_pipeline() -> Pipeline:
    """Make pipeline ``geometry``.

    Returns
    -------
    Pipeline
        Action classifiers and clips that they were not trained on -> label smoothness and maps by
        layer.
    """
    return pipeline(
        [
            node(
                measure_geometry,
                [
                    "action_classifiers",
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
                make_clip_maps,
                [
                    "action_classifiers",
                    "clips",
                    "test_targets",
                    "params:geometry",
                    "params:maps",
                    "params:parallel",
                ],
                ["gradcam", "class_maps", "typical_maps"],
                name="make_clip_maps",
            ),
            node(
                map_clips,
                ["action_classifiers", "clips", "test_targets", "params:geometry", "params:maps"],
                ["dataset_map", "dataset_map_edges"],
                name="map_clips",
            ),
            node(
                draw_class_maps,
                ["class_maps", "params:maps", "params:reporting"],
                "class_map_figures",
                name="draw_class_maps",
            ),
            node(
                draw_typical_maps,
                ["typical_maps", "clips", "params:reporting"],
                "typical_map_animations",
                name="draw_typical_maps",
            ),
            node(
                draw_dataset,
                ["dataset_map", "dataset_map_edges", "clips", "params:reporting"],
                "dataset_map_figure",
                name="draw_dataset_map",
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
