"""Stage ``reporting``: what a person looks at."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.reporting.nodes import (
    build_player,
    draw_losses,
    draw_scores,
    draw_sequences,
    write_report,
)


def create_pipeline() -> Pipeline:
    """Predictions, projections, histories, scores -> figures and a page."""
    return pipeline(
        [
            node(
                draw_sequences,
                [
                    "predictions",
                    "projections",
                    "models",
                    "sequences",
                    "sequence_annotations",
                    "params:reporting",
                    "params:parallel",
                ],
                "figures",
                name="draw_sequences",
            ),
            node(
                build_player,
                [
                    "predictions",
                    "projections",
                    "models",
                    "sequences",
                    "sequence_annotations",
                    "params:parallel",
                ],
                "player_blocks",
                name="build_player",
            ),
            node(
                draw_losses, ["histories", "params:reporting"], "loss_overview", name="draw_losses"
            ),
            node(draw_scores, ["scores", "params:reporting"], "score_overview", name="draw_scores"),
            node(
                write_report,
                [
                    "scores",
                    "separability",
                    "ingestion_summary",
                    "figures",
                    "player_blocks",
                    "params:reporting",
                ],
                ["report", "report_script"],
                name="write_report",
            ),
        ],
        tags="reporting",
    )
