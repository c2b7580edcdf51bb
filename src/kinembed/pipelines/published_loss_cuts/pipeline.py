"""Pipeline ``published_loss_cuts``: protocol (i) of Su & Shlizerman, arXiv 1905.12176."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.published_loss_cuts.nodes import (
    predict_loss_cuts,
    score_loss_cuts,
)


def create_pipeline() -> Pipeline:
    """Make pipeline ``published_loss_cuts``.

    Returns
    -------
    Pipeline
        Clips, and which of them make a sequence -> predictions and scores.
    """
    return pipeline(
        [
            node(
                predict_loss_cuts,
                [
                    "plan",
                    "expmaps",
                    "annotations",
                    "published_loss_checkpoints",
                    "params:concatenation",
                    "params:training",
                    "params:baseline_comparison",
                    "params:published",
                    "params:parallel",
                ],
                "published_loss_predictions",
                name="predict_loss_cuts",
            ),
            node(
                score_loss_cuts,
                [
                    "published_loss_predictions",
                    "plan",
                    "annotations",
                    "params:concatenation",
                    "params:training",
                ],
                "published_loss_scores",
                name="score_loss_cuts",
            ),
        ],
        tags="published_loss_cuts",
    )
