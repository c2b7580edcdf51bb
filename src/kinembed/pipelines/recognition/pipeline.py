"""Pipeline ``recognition``: supervised recognition of the action of a clip.

Networks either see the joints (``recognition``) or pictures and flow (namespace ``two_stream``).
"""

from kedro.pipeline import Node, Pipeline, node, pipeline

from kinembed.pipelines.recognition.nodes import (
    collect_clips,
    draw_confusions,
    label_clips,
    recognise_clips,
    score_recognised,
    train_action_classifiers,
)
from kinembed.pipelines.recognition.two_stream_nodes import (
    collect_videos,
    draw_figures,
    draw_pictures,
    recognise_clips_in_pictures,
    train_two_streams,
)
from kinembed.training.histories import collect_histories

PICTURES = ["two_stream_pictures", "two_stream_held_out", "two_stream_slower"]
TARGETS = ["train_targets", "test_targets"]
SETTINGS = "params:recognition"
# Datasets of the namespace, by the names that they have outside it.
TWO_STREAM = {
    "train_targets": "two_stream_train_targets",
    "test_targets": "two_stream_test_targets",
    "action_classifiers": "two_streams",
    "recognition_histories": "two_stream_histories",
    "recognised": "two_stream_recognised",
    "recognition_scores": "two_stream_scores",
    "recognition_figures": "two_stream_figures",
}


def create_pipeline() -> Pipeline:
    """Make pipeline ``recognition``.

    Returns
    -------
    Pipeline
        Recordings -> clips, targets -> networks -> scores and figures.
    """
    return pipeline([*_clips(), *_joint_networks(), *_results()], tags="recognition")


def create_two_stream_pipeline() -> Pipeline:
    """Make pipeline ``two_stream``.

    Returns
    -------
    Pipeline
        Recordings -> clips, targets -> pictures and flow -> networks -> scores and figures.
    """
    drawing = node(draw_pictures, ["clips", *TARGETS, SETTINGS], PICTURES, name="draw_pictures")
    return _two_stream([*_clips(), drawing], {"clips": "two_stream_clips"})


def create_videos_pipeline() -> Pipeline:
    """Make pipeline ``two_stream_videos``.

    Returns
    -------
    Pipeline
        Videos -> pictures and flow, targets -> networks -> scores and figures.
    """
    inputs = [SETTINGS, "params:videos", "params:parallel"]
    videos = node(collect_videos, inputs, [*PICTURES, *TARGETS], name="collect_videos")
    return _two_stream([videos], {})


def _clips() -> list[Node]:
    """From recordings to clips and what they show."""
    return [
        node(
            collect_clips, ["expmaps", SETTINGS, "params:parallel"], "clips", name="collect_clips"
        ),
        node(label_clips, ["clips", "annotations", SETTINGS], TARGETS, name="label_clips"),
    ]


def _joint_networks() -> list[Node]:
    """Networks that see the joints."""
    return [
        node(
            train_action_classifiers,
            ["clips", "train_targets", "recognition_checkpoints", SETTINGS, "params:parallel"],
            "action_classifiers",
            name="train_action_classifiers",
        ),
        node(
            recognise_clips, ["action_classifiers", "clips"], "recognised", name="recognise_clips"
        ),
        node(
            draw_confusions,
            ["recognised", "test_targets", "params:reporting"],
            "recognition_figures",
            name="draw_confusions",
        ),
    ]


def _picture_networks() -> list[Node]:
    """Networks that see pictures of clips and their flow."""
    seen, held_out, _ = PICTURES
    training = ["recognition_checkpoints", SETTINGS, "params:parallel"]
    return [
        node(
            train_two_streams,
            [seen, "train_targets", held_out, *training],
            "action_classifiers",
            name="train_action_classifiers",
        ),
        node(
            recognise_clips_in_pictures,
            ["action_classifiers", seen, held_out],
            "recognised",
            name="recognise_clips",
        ),
        node(
            draw_figures,
            ["recognised", "test_targets", held_out, "params:reporting"],
            "recognition_figures",
            name="draw_figures",
        ),
    ]


def _results() -> list[Node]:
    """Training losses and scores of networks of either kind."""
    return [
        node(
            collect_histories,
            "action_classifiers",
            "recognition_histories",
            name="collect_recognition_histories",
        ),
        node(
            score_recognised,
            ["recognised", *TARGETS],
            "recognition_scores",
            name="score_action_classifiers",
        ),
    ]


def _two_stream(pictures: list[Node], further: dict[str, str]) -> Pipeline:
    """Nodes that make pictures, and the networks that see them, in namespace ``two_stream``."""
    return pipeline(
        [*pictures, *_picture_networks(), *_results()],
        inputs={"recognition_checkpoints": "two_stream_checkpoints"},
        outputs=TWO_STREAM | further,
        parameters={SETTINGS: "params:two_stream"},
        namespace="two_stream",
        prefix_datasets_with_namespace=False,
        tags="two_stream",
    )
