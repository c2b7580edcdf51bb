"""Stage ``evaluation``: how well predictions agree with annotations."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.evaluation.nodes import (
    measure_embeddings,
    score_predictions,
    score_vocabularies,
    summarise_scores,
)


def create_pipeline() -> Pipeline:
    """Make stage ``evaluation``.

    Returns
    -------
    Pipeline
        Predictions and annotations -> scores; embeddings and predictions -> separability.
    """
    return pipeline(
        [
            node(
                score_predictions,
                ["predictions", "sequence_annotations", "params:training"],
                "scores",
                name="score_predictions",
            ),
            node(
                score_vocabularies,
                [
                    "predictions",
                    "sequence_annotations",
                    "model_of_recording",
                    "params:training",
                    "params:reporting",
                ],
                ["shared_scores", "shared_recalls"],
                name="score_vocabularies",
            ),
            node(summarise_scores, "scores", "score_summary", name="summarise_scores"),
            node(
                measure_embeddings,
                ["embeddings", "predictions"],
                "separability",
                name="measure_embeddings",
            ),
        ],
        tags="evaluation",
    )
