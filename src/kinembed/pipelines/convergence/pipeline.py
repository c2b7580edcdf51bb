"""Pipeline ``convergence``: separability at every checkpoint, beside losses and scores."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.convergence.nodes import (
    compare_criteria,
    draw_convergence,
    follow_trainings,
    forget_checkpoints,
    score_convergence,
)


def create_pipeline() -> Pipeline:
    """Sequences -> looks at networks while they train -> scores, choices and a figure."""
    return pipeline(
        [
            node(
                follow_trainings,
                [
                    "sequences",
                    "convergence_checkpoints",
                    "params:features",
                    "params:training",
                    "params:embedding",
                    "params:clustering",
                    "params:stopping",
                    "params:parallel",
                ],
                ["convergence_looks", "convergence_predictions"],
                name="follow_trainings",
            ),
            node(
                score_convergence,
                ["convergence_looks", "convergence_predictions", "sequence_annotations"],
                "convergence",
                name="score_convergence",
            ),
            node(compare_criteria, "convergence", "convergence_choices", name="compare_criteria"),
            node(
                draw_convergence,
                ["convergence", "convergence_choices", "params:reporting"],
                "convergence_overview",
                name="draw_convergence",
            ),
            node(
                forget_checkpoints,
                ["convergence_checkpoints", "convergence"],
                None,
                name="forget_convergence_checkpoints",
            ),
        ],
        tags="convergence",
    )
