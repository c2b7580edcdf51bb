"""Stage ``ingestion``: find, verify and read raw recordings."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.io.reading import recordings_in
from kinembed.pipelines.ingestion.nodes import (
    acquire_files,
    describe_recordings,
    harmonise_motions,
    read_annotations,
    summarise_files,
    tabulate_joints,
    write_ingestion_page,
)


def create_pipeline() -> Pipeline:
    """Make stage ``ingestion``.

    Returns
    -------
    Pipeline
        Raw files -> motions, what they have in common, annotations, a summary of what was found,
        and a page of what was read.
    """
    return pipeline(
        [
            node(acquire_files, "params:ingestion", "raw_files", name="acquire_files"),
            node(
                recordings_in,
                ["raw_files", "params:ingestion", "params:parallel"],
                "recorded_motions",
                name="read_recordings",
            ),
            node(
                tabulate_joints,
                ["recorded_motions", "params:ingestion", "params:parallel"],
                "joint_table",
                name="tabulate_joints",
            ),
            node(
                harmonise_motions,
                ["recorded_motions", "joint_table", "params:ingestion", "params:parallel"],
                "motions",
                name="harmonise_motions",
            ),
            node(
                describe_recordings,
                ["raw_files", "motions", "recorded_motions", "params:parallel"],
                "recordings",
                name="describe_recordings",
            ),
            node(
                read_annotations,
                ["raw_files", "recordings", "params:ingestion"],
                "annotations",
                name="read_annotations",
            ),
            node(summarise_files, "raw_files", "ingestion_summary", name="summarise_files"),
            node(
                write_ingestion_page,
                [
                    "raw_files",
                    "recordings",
                    "joint_table",
                    "motions",
                    "annotations",
                    "ingestion_summary",
                    "params:ingestion",
                    "params:reporting",
                    "params:parallel",
                ],
                "ingestion_page",
                name="write_ingestion_page",
            ),
        ],
        tags="ingestion",
    )
