"""Pipeline ``baseline_comparison``: what the network adds to simple methods."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.baseline_comparison.nodes import (
    compare_methods,
    draw_comparison,
    predict_baselines,
    require_annotations,
    score_baselines,
    score_shared_baselines,
)


def create_pipeline() -> Pipeline:
    """Make pipeline ``baseline_comparison``.

    Returns
    -------
    Pipeline
        Sequences, and predictions and scores of the network -> the same of baselines, compared.
    """
    return pipeline(
        [
            node(
                require_annotations,
                ["params:baseline_comparison", "sequence_annotations"],
                "checked_baselines",
                name="require_annotations",
            ),
            node(
                predict_baselines,
                [
                    "sequences",
                    "predictions",
                    "model_of_recording",
                    "params:features",
                    "params:training",
                    "params:embedding",
                    "params:clustering",
                    "params:time_scale",
                    "checked_baselines",
                    "params:parallel",
                ],
                "baseline_predictions",
                name="predict_baselines",
            ),
            node(
                score_baselines,
                ["baseline_predictions", "sequence_annotations", "params:baseline_comparison"],
                "baseline_scores",
                name="score_baselines",
            ),
            node(
                score_shared_baselines,
                [
                    "baseline_predictions",
                    "sequence_annotations",
                    "model_of_recording",
                    "params:baseline_comparison",
                    "params:reporting",
                ],
                ["shared_baseline_scores", "shared_baseline_recalls"],
                name="score_shared_baselines",
            ),
            node(
                compare_methods,
                ["scores", "baseline_scores"],
                "comparison",
                name="compare_methods",
            ),
            node(
                draw_comparison,
                ["scores", "baseline_scores", "params:reporting"],
                "comparison_overview",
                name="draw_comparison",
            ),
        ],
        tags="baseline_comparison",
    )
