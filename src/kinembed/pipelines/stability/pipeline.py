"""Pipeline ``stability``: which behaviours return when networks are trained with further seeds."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.stability.nodes import compare_further_seeds, label_with_further_seeds


def create_pipeline() -> Pipeline:
    """Make pipeline ``stability``.

    Returns
    -------
    Pipeline
        Models, sequences and predictions -> predictions with further seeds, and how they agree.
    """
    return pipeline(
        [
            node(
                label_with_further_seeds,
                [
                    "sequences",
                    "models",
                    "cluster_models",
                    "predictions",
                    "model_of_recording",
                    "stability_checkpoints",
                    "params:stability",
                    "params:parallel",
                ],
                "seed_predictions",
                name="label_with_further_seeds",
            ),
            node(
                compare_further_seeds,
                ["predictions", "seed_predictions", "model_of_recording"],
                ["stability", "stability_seeds", "consensus_predictions"],
                name="compare_further_seeds",
            ),
        ],
        tags="stability",
    )
