"""Pipeline ``few_labels``: is a network that learned without labels worth labels?"""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.few_labels.nodes import draw_few_labels, learn_from_few


def create_pipeline() -> Pipeline:
    """Clips and targets -> accuracy by the number of labelled windows."""
    return pipeline(
        [
            node(
                learn_from_few,
                [
                    "clips",
                    "train_targets",
                    "test_targets",
                    "params:few_labels",
                    "params:parallel",
                ],
                ["few_labels", "few_label_gains"],
                name="learn_from_few_labels",
            ),
            node(
                draw_few_labels,
                ["few_labels", "params:reporting"],
                "few_label_figure",
                name="draw_few_labels",
            ),
        ],
        tags="few_labels",
    )
