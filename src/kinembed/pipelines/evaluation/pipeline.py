"""Stage ``evaluation``: how well predictions agree with annotations."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.evaluation.nodes import score_predictions, summarise_scores


def create_pipeline() -> Pipeline:
    """Predictions and annotations -> scores."""
    return pipeline(
        [
            node(
                score_predictions,
                ["predictions", "sequence_annotations"],
                "scores",
                name="score_predictions",
            ),
            node(summarise_scores, "scores", "score_summary", name="summarise_scores"),
        ],
        tags="evaluation",
    )
