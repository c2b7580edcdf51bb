"""Stage ``training``: networks that predict motion."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.training.nodes import (
    collect_histories,
    share_models,
    train_models,
)


def create_pipeline() -> Pipeline:
    """Make stage ``training``.

    Returns
    -------
    Pipeline
        Sequences -> the model of each, trained models and their histories.
    """
    return pipeline(
        [
            node(
                share_models,
                ["sequences", "params:training"],
                "model_of_recording",
                name="share_models",
            ),
            node(
                train_models,
                [
                    "sequences",
                    "model_of_recording",
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
