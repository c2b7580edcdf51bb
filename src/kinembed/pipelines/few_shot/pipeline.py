"""Pipeline ``few_shot``: is a network that learned without labels worth labels?"""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.few_shot.nodes import draw_few_shot, learn_from_few


def create_pipeline() -> Pipeline:
    """Make pipeline ``few_shot``.

    Returns
    -------
    Pipeline
        Clips and targets -> accuracy by the number of labelled windows, gains and a figure.
    """
    return pipeline(
        [
            node(
                learn_from_few,
                [
                    "clips",
                    "train_targets",
                    "test_targets",
                    "params:few_shot",
                    "params:parallel",
                ],
                ["few_shot", "few_shot_gains"],
                name="learn_from_few_shot",
            ),
            node(
                draw_few_shot,
                ["few_shot", "params:reporting"],
                "few_shot_figure",
                name="draw_few_shot",
            ),
        ],
        tags="few_shot",
    )
