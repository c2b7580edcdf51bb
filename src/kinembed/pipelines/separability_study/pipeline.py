"""Pipeline ``separability_study``: separability at every checkpoint, beside losses and scores."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.separability_study.nodes import (
    compare_criteria,
    draw_separability_study,
    follow_trainings,
    score_separability_study,
)


def create_pipeline() -> Pipeline:
    """Make pipeline ``separability_study``.

    Returns
    -------
    Pipeline
        Sequences -> checks of networks while they train -> scores, choices and a figure.
    """
    return pipeline(
        [
            node(
                follow_trainings,
                [
                    "sequences",
                    "separability_study_checkpoints",
                    "params:features",
                    "params:training",
                    "params:embedding",
                    "params:clustering",
                    "params:time_scale",
                    "params:separability_study",
                    "params:parallel",
                ],
                ["separability_study_checks", "separability_study_predictions"],
                name="follow_trainings",
            ),
            node(
                score_separability_study,
                [
                    "separability_study_checks",
                    "separability_study_predictions",
                    "sequence_annotations",
                ],
                "separability_study",
                name="score_separability_study",
            ),
            node(
                compare_criteria,
                "separability_study",
                "separability_study_choices",
                name="compare_criteria",
            ),
            node(
                draw_separability_study,
                ["separability_study", "separability_study_choices", "params:reporting"],
                "separability_study_overview",
                name="draw_separability_study",
            ),
        ],
        tags="separability_study",
    )
