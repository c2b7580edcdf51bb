"""Stage ``concatenation``: what models are trained on."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.concatenation.nodes import concatenate_motions, join_annotations, plan


def create_pipeline() -> Pipeline:
    """Make stage ``concatenation``.

    Returns
    -------
    Pipeline
        Trials -> sequences, and their annotations apart.
    """
    return pipeline(
        [
            node(
                plan,
                ["expmaps", "params:ingestion", "params:concatenation"],
                "plan",
                name="plan",
            ),
            node(
                concatenate_motions,
                ["plan", "expmaps", "params:concatenation", "params:parallel"],
                "sequences",
                name="concatenate_motions",
            ),
            node(
                join_annotations,
                ["plan", "annotations", "params:concatenation"],
                "sequence_annotations",
                name="join_annotations",
            ),
        ],
        tags="concatenation",
    )
