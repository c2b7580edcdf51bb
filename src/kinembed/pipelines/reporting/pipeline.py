"""Stage ``reporting``: figures, tables and pages for people."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.reporting.nodes import (
    build_player,
    draw_losses,
    draw_scores,
    draw_sequences,
    draw_time_scale,
    tabulate_segments,
    validate_names,
    validate_stability,
    write_boris,
    write_elan,
    write_report,
)


def create_pipeline() -> Pipeline:
    """Make stage ``reporting``.

    Returns
    -------
    Pipeline
        Predictions, projections, histories, scores and names -> figures, exports and a page.
    """
    return pipeline(
        [
            node(
                validate_names,
                ["names", "predictions", "model_of_recording"],
                "checked_names",
                name="check_names",
            ),
            node(
                validate_stability,
                ["stability", "predictions", "model_of_recording"],
                "checked_stability",
                name="check_stability",
            ),
            node(
                tabulate_segments,
                ["predictions", "sequences", "sequence_annotations", "checked_names"],
                ["segments", "segments_csv"],
                name="tabulate_segments",
            ),
            node(write_elan, "segments", "elan_files", name="write_elan"),
            node(write_boris, "segments", "boris_events", name="write_boris"),
            node(
                draw_sequences,
                [
                    "predictions",
                    "projections",
                    "models",
                    "sequences",
                    "model_of_recording",
                    "sequence_annotations",
                    "checked_names",
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
                    "embeddings",
                    "models",
                    "sequences",
                    "model_of_recording",
                    "behaviour_tree",
                    "sequence_annotations",
                    "checked_names",
                    "params:parallel",
                ],
                "player_blocks",
                name="build_player",
            ),
            node(
                draw_losses, ["histories", "params:reporting"], "loss_overview", name="draw_losses"
            ),
            node(
                draw_time_scale,
                ["time_scale", "params:reporting"],
                "time_scale_figures",
                name="draw_time_scale",
            ),
            node(draw_scores, ["scores", "params:reporting"], "score_overview", name="draw_scores"),
            node(
                write_report,
                [
                    "scores",
                    "separability",
                    "ingestion_summary",
                    "joint_table",
                    "recordings",
                    "segments",
                    "figures",
                    "player_blocks",
                    "checked_stability",
                    "model_of_recording",
                    "params:reporting",
                ],
                ["report", "report_script"],
                name="write_report",
            ),
        ],
        tags="reporting",
    )
