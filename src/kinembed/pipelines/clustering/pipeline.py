"""Stage ``clustering``: behaviours without names."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.clustering.nodes import (
    fit_cluster_models,
    label_frames,
    pack_cluster_models,
)


def create_pipeline() -> Pipeline:
    """Make stage ``clustering``.

    Returns
    -------
    Pipeline
        Embeddings -> fitted clusters, which also label further recordings, and predictions.
    """
    return pipeline(
        [
            node(
                fit_cluster_models,
                [
                    "embeddings",
                    "model_of_recording",
                    "params:embedding",
                    "params:clustering",
                    "params:cluster_model",
                    "params:expmap",
                    "params:parallel",
                ],
                "cluster_models",
                name="fit_cluster_models",
            ),
            node(
                label_frames,
                ["cluster_models", "model_of_recording"],
                "predictions",
                name="label_frames",
            ),
            node(
                pack_cluster_models,
                ["models", "cluster_models", "sequences", "model_of_recording"],
                "packed_models",
                name="pack_models",
            ),
        ],
        tags="clustering",
    )
