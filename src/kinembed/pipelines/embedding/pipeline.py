"""Stage ``embedding``: decoder (and encoder) states as vectors with their frames."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.embedding.nodes import embed_sequences, project_embeddings


def create_pipeline() -> Pipeline:
    """Make stage ``embedding``.

    Returns
    -------
    Pipeline
        Models and sequences -> embeddings and projections.
    """
    return pipeline(
        [
            node(
                embed_sequences,
                [
                    "models",
                    "sequences",
                    "model_of_recording",
                    "params:embedding",
                    "time_scale",
                    "params:time_scale",
                    "params:parallel",
                ],
                "embeddings",
                name="embed_sequences",
            ),
            node(
                project_embeddings,
                ["embeddings", "params:parallel"],
                "projections",
                name="project_embeddings",
            ),
        ],
        tags="embedding",
    )
