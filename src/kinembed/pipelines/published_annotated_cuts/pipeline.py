"""Pipeline ``published_annotated_cuts``: protocol (ii) of Su & Shlizerman, arXiv 1905.12176."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.published_annotated_cuts.nodes import (
    predict_annotated_cuts,
    score_annotated_cuts,
)


def create_pipeline() -> Pipeline:
    """Make pipeline ``published_annotated_cuts``.

    Returns
    -------
    Pipeline
        Sequences and their annotations -> predictions and scores.
    """
    return pipeline(
        [
            node(
                predict_annotated_cuts,
                [
                    "sequences",
                    "sequence_annotations",
                    "published_annotated_checkpoints",
                    "params:features",
                    "params:training",
                    "params:embedding",
                    "params:clustering",
                    "params:baseline_comparison",
                    "params:published",
                    "params:parallel",
                ],
                "published_annotated_predictions",
                name="predict_annotated_cuts",
            ),
            node(
                score_annotated_cuts,
                ["published_annotated_predictions", "sequence_annotations", "params:training"],
                "published_annotated_scores",
                name="score_annotated_cuts",
            ),
        ],
        tags="published_annotated_cuts",
    )
