"""Pipeline ``sweep``: what every choice is worth, one at a time."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.sweep.nodes import (
    describe_runs,
    draw_sweep,
    forget_checkpoints,
    run_sweep,
    score_sweep,
    summarise_sweep,
)


def create_pipeline() -> Pipeline:
    """Sequences -> predictions of every row, their scores, and a run of MLflow for each."""
    return pipeline(
        [
            node(
                run_sweep,
                [
                    "sequences",
                    "sweep_checkpoints",
                    "params:features",
                    "params:training",
                    "params:embedding",
                    "params:clustering",
                    "params:benchmark",
                    "params:sweep",
                    "params:parallel",
                ],
                ["sweep_predictions", "sweep_trainings"],
                name="run_sweep",
            ),
            node(
                score_sweep,
                ["sweep_predictions", "sequence_annotations"],
                "sweep_scores",
                name="score_sweep",
            ),
            node(summarise_sweep, "sweep_scores", "sweep_summary", name="summarise_sweep"),
            node(
                describe_runs,
                ["sweep_scores", "params:sweep"],
                "sweep_runs",
                name="describe_sweep_runs",
            ),
            node(
                draw_sweep,
                ["sweep_scores", "params:sweep", "params:reporting"],
                "sweep_overview",
                name="draw_sweep",
            ),
            node(
                forget_checkpoints,
                ["sweep_checkpoints", "sweep_scores"],
                None,
                name="forget_sweep_checkpoints",
            ),
        ],
        tags="sweep",
    )
