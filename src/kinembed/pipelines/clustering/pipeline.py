"""Stage ``clustering``: behaviours without names."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.clustering.nodes import cluster_sequences


def create_pipeline() -> Pipeline:
    """Embeddings -> the cluster of every frame."""
    return pipeline(
        [
            node(
                cluster_sequences,
                ["embeddings", "params:clustering", "params:parallel"],
                "predictions",
                name="cluster_sequences",
            )
        ],
        tags="clustering",
    )
