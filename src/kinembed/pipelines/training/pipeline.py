"""Stage ``training``: networks that predict motion."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.training.nodes import (
    collect_histories,
    find_time_scale,
    keep_time_scale,
    share_models,
    train_models,
)


def create_pipeline() -> Pipeline:
    """Make stage ``training``.

    Returns
    -------
    Pipeline
        Sequences -> the model of each, the shortest behaviour, trained models and their histories.
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
                find_time_scale,
                [
                    "sequences",
                    "params:time_scale",
                    "params:features",
                    "params:training",
                    "params:embedding",
                    "params:clustering",
                ],
                "measured_time_scale",
                name="find_time_scale",
            ),
            node(
                train_models,
                [
                    "sequences",
                    "model_of_recording",
                    "checkpoints",
                    "params:features",
                    "params:training",
                    "measured_time_scale",
                    "params:parallel",
                ],
                "models",
                name="train_models",
            ),
            node(
                keep_time_scale,
                ["measured_time_scale", "models"],
                "time_scale",
                name="keep_time_scale",
            ),
            node(collect_histories, "models", "histories", name="collect_histories"),
        ],
        tags="training",
    )
