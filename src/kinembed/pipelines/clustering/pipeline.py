"""Stage ``clustering``: behaviours without names."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.clustering.nodes import cluster_sequences, fit_labellers, pack


def create_pipeline() -> Pipeline:
    """Embeddings -> the cluster of every frame, and what labels further recordings."""
    return pipeline(
        [
            node(
                cluster_sequences,
                ["embeddings", "params:clustering", "params:parallel"],
                "predictions",
                name="cluster_sequences",
            ),
            node(
                fit_labellers,
                [
                    "embeddings",
                    "predictions",
                    "params:embedding",
                    "params:clustering",
                    "params:labelling",
                    "params:expmap",
                    "params:parallel",
                ],
                "labellers",
                name="fit_labellers",
            ),
            node(pack, ["models", "labellers", "sequences"], "packed_models", name="pack_models"),
        ],
        tags="clustering",
    )
