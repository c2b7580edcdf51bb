"""Pipeline ``recognition``: supervised recognition of the action of a clip."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.recognition.nodes import (
    collect_clips,
    collect_histories,
    draw_confusions,
    label_clips,
    recognise_clips,
    score_action_classifiers,
    train_action_classifiers,
)


def create_pipeline() -> Pipeline:
    """Recordings -> clips, targets -> networks -> scores and figures."""
    return pipeline(
        [
            node(
                collect_clips,
                ["expmaps", "params:recognition", "params:parallel"],
                "clips",
                name="collect_clips",
            ),
            node(
                label_clips,
                ["clips", "annotations", "params:recognition"],
                ["train_targets", "test_targets"],
                name="label_clips",
            ),
            node(
                train_action_classifiers,
                [
                    "clips",
                    "train_targets",
                    "recognition_checkpoints",
                    "params:recognition",
                    "params:parallel",
                ],
                "action_classifiers",
                name="train_action_classifiers",
            ),
            node(
                collect_histories,
                "action_classifiers",
                "recognition_histories",
                name="collect_recognition_histories",
            ),
            node(
                recognise_clips,
                ["action_classifiers", "clips"],
                "recognised",
                name="recognise_clips",
            ),
            node(
                score_action_classifiers,
                ["recognised", "train_targets", "test_targets"],
                "recognition_scores",
                name="score_action_classifiers",
            ),
            node(
                draw_confusions,
                ["recognised", "test_targets", "params:reporting"],
                "recognition_figures",
                name="draw_confusions",
            ),
        ],
        tags="recognition",
    )
