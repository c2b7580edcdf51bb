"""Stage ``training``: networks that predict motion."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.training.nodes import (
    collect_histories,
    forget_checkpoints,
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
                    "params:embedding",
                    "params:clustering",
                    "params:early_stopping",
                    "params:parallel",
                ],
                "models",
                name="train_models",
            ),
            node(collect_histories, "models", "histories", name="collect_histories"),
            node(forget_checkpoints, ["checkpoints", "histories"], None, name="forget_checkpoints"),
        ],
        tags="training",
    )
