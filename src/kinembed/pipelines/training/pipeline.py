"""Stage ``training``: networks that predict motion."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.training.nodes import (
    collect_histories,
    train_models,
)


def create_pipeline() -> Pipeline:
    """Sequences -> trained models and their histories."""
    return pipeline(
        [
            node(
                train_models,
                [
                    "sequences",
                    "checkpoints",
                    "params:features",
                    "params:training",
                    "params:parallel",
                ],
                "models",
                name="train_models",
            ),
            node(collect_histories, "models", "histories", name="collect_histories"),
        ],
        tags="training",
    )
