"""Stage ``clustering``: behaviours without names."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.clustering.nodes import (
    fit_cluster_models,
    label_frames,
    measure_models,
    pack_cluster_models,
    tabulate_trees,
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
                    "time_scale",
                    "params:time_scale",
                    "params:parallel",
                ],
                "cluster_models",
                name="fit_cluster_models",
            ),
            node(
                measure_models,
                ["cluster_models", "embeddings", "model_of_recording", "params:parallel"],
                "cluster_means",
                name="measure_models",
            ),
            node(tabulate_trees, "cluster_means", "behaviour_tree", name="tabulate_trees"),
            node(
                label_frames,
                [
                    "cluster_models",
                    "cluster_means",
                    "embeddings",
                    "model_of_recording",
                    "params:clustering",
                    "params:parallel",
                ],
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
