"""Pipeline ``interpretation``: what a network's states do, and which joints they move."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.interpretation.nodes import (
    draw_interpretations,
    draw_segmentations,
    interpret_models,
    write_script,
)


def create_pipeline() -> Pipeline:
    """Make pipeline ``interpretation``.

    Returns
    -------
    Pipeline
        Models, sequences and predictions -> tables about states, and figures of them.
    """
    return pipeline(
        [
            node(
                interpret_models,
                [
                    "models",
                    "sequences",
                    "predictions",
                    "model_of_recording",
                    "params:interpretation",
                    "params:parallel",
                ],
                "interpretations",
                name="interpret_models",
            ),
            node(
                draw_interpretations,
                [
                    "interpretations",
                    "predictions",
                    "sequence_annotations",
                    "params:reporting",
                    "params:parallel",
                ],
                "interpretation_figures",
                name="draw_interpretations",
            ),
            node(
                draw_segmentations,
                [
                    "embeddings",
                    "cluster_models",
                    "model_of_recording",
                    "sequence_annotations",
                    "params:clustering",
                    "params:reporting",
                    "params:parallel",
                ],
                "segmentation_figures",
                name="draw_segmentations",
            ),
            node(write_script, None, "interpretation_script", name="write_interpretation_script"),
        ],
        tags="interpretation",
    )
