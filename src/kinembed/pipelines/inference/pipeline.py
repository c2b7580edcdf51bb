"""Pipeline ``inference``: label recordings by what was discovered in others."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.io.reading import recordings_in
from kinembed.pipelines.inference.nodes import (
    assign_models,
    build_players,
    find_files,
    label_recordings,
    summarise,
    tabulate_segments,
    write_elan,
    write_report,
)


def create_pipeline() -> Pipeline:
    """Make pipeline ``inference``.

    Returns
    -------
    Pipeline
        Raw files and stored models -> the cluster of every frame, segments, a summary and a report.
    """
    return pipeline(
        [
            node(find_files, "params:ingestion", "inference_files", name="find_files"),
            node(
                recordings_in,
                ["inference_files", "params:ingestion", "params:parallel"],
                "inference_motions",
                name="read_recordings_to_label",
            ),
            node(
                assign_models,
                ["inference_motions", "models", "model_of_recording", "params:inference"],
                "assigned_models",
                name="assign_models",
            ),
            node(
                label_recordings,
                [
                    "inference_motions",
                    "assigned_models",
                    "models",
                    "cluster_models",
                    "cluster_means",
                    "params:ingestion",
                    "params:clustering",
                    "params:parallel",
                ],
                "labels",
                name="label_recordings",
            ),
            node(
                summarise,
                ["labels", "assigned_models", "cluster_models", "inference_motions"],
                "inference_summary",
                name="summarise_labels",
            ),
            node(
                tabulate_segments,
                [
                    "labels",
                    "assigned_models",
                    "cluster_models",
                    "model_of_recording",
                    "names",
                ],
                "label_segments",
                name="tabulate_labels",
            ),
            node(write_elan, "label_segments", "label_elan_files", name="write_label_elan"),
            node(
                build_players,
                [
                    "labels",
                    "inference_motions",
                    "assigned_models",
                    "models",
                    "cluster_models",
                    "model_of_recording",
                    "names",
                    "params:ingestion",
                    "params:parallel",
                ],
                "label_player_blocks",
                name="build_label_players",
            ),
            node(
                write_report,
                [
                    "inference_summary",
                    "inference_files",
                    "label_segments",
                    "label_player_blocks",
                    "params:reporting",
                ],
                "label_report",
                name="write_label_report",
            ),
        ],
        tags="inference",
    )
