"""Pipeline ``ablation``: what every choice is worth, one at a time."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.ablation.nodes import (
    describe_runs,
    draw_ablation,
    run_ablation,
    score_ablation,
    summarise_ablation,
)


def create_pipeline() -> Pipeline:
    """Make pipeline ``ablation``.

    Returns
    -------
    Pipeline
        Sequences -> predictions of every row, their scores, and a run of MLflow for each.
    """
    return pipeline(
        [
            node(
                run_ablation,
                [
                    "sequences",
                    "ablation_checkpoints",
                    "params:features",
                    "params:training",
                    "params:embedding",
                    "params:clustering",
                    "params:time_scale",
                    "params:baseline_comparison",
                    "params:ablation",
                    "params:parallel",
                ],
                ["ablation_predictions", "ablation_trainings"],
                name="run_ablation",
            ),
            node(
                score_ablation,
                ["ablation_predictions", "sequence_annotations"],
                "ablation_scores",
                name="score_ablation",
            ),
            node(
                summarise_ablation, "ablation_scores", "ablation_summary", name="summarise_ablation"
            ),
            node(
                describe_runs,
                ["ablation_scores", "params:ablation"],
                "ablation_runs",
                name="describe_ablation_runs",
            ),
            node(
                draw_ablation,
                ["ablation_scores", "params:ablation", "params:reporting"],
                "ablation_overview",
                name="draw_ablation",
            ),
        ],
        tags="ablation",
    )
