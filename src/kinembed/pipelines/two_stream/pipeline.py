"""Pipeline ``two_stream``: what does a clip show, as networks say that see pictures and flow?"""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.two_stream.nodes import (
    collect_two_stream_clips,
    collect_two_stream_histories,
    collect_videos,
    draw_parts,
    draw_two_stream_figures,
    label_two_stream_clips,
    recognise_parts,
    score_two_streams,
    train_two_streams,
)

TARGETS = ["two_stream_train_targets", "two_stream_test_targets"]


PICTURES = ["two_stream_pictures", "two_stream_held_out", "two_stream_slower"]


def create_pipeline() -> Pipeline:
    """Recordings -> clips, targets -> pictures and flow -> networks -> scores and figures."""
    drawing = [
        node(
            collect_two_stream_clips,
            ["expmaps", "params:two_stream", "params:parallel"],
            "two_stream_clips",
            name="collect_two_stream_clips",
        ),
        node(
            label_two_stream_clips,
            ["two_stream_clips", "annotations", "params:two_stream"],
            TARGETS,
            name="label_two_stream_clips",
        ),
        node(
            draw_parts,
            ["two_stream_clips", *TARGETS, "params:two_stream"],
            PICTURES,
            name="draw_parts",
        ),
    ]
    return pipeline(drawing, tags="two_stream") + _of_pictures()


def create_videos_pipeline() -> Pipeline:
    """The same of videos in place of recordings."""
    videos = node(
        collect_videos,
        ["params:two_stream", "params:videos", "params:parallel"],
        [*PICTURES, *TARGETS],
        name="collect_videos",
    )
    return pipeline([videos], tags="two_stream") + _of_pictures()


def _of_pictures() -> Pipeline:
    return pipeline(
        [
            node(
                train_two_streams,
                [
                    "two_stream_pictures",
                    "two_stream_train_targets",
                    "two_stream_held_out",
                    "two_stream_checkpoints",
                    "params:two_stream",
                    "params:parallel",
                ],
                "two_streams",
                name="train_two_streams",
            ),
            node(
                collect_two_stream_histories,
                "two_streams",
                "two_stream_histories",
                name="collect_two_stream_histories",
            ),
            node(
                recognise_parts,
                ["two_streams", "two_stream_pictures", "two_stream_held_out"],
                "two_stream_recognised",
                name="recognise_parts",
            ),
            node(
                score_two_streams,
                ["two_stream_recognised", *TARGETS],
                "two_stream_scores",
                name="score_two_streams",
            ),
            node(
                draw_two_stream_figures,
                [
                    "two_stream_recognised",
                    "two_stream_test_targets",
                    "two_stream_held_out",
                    "params:reporting",
                ],
                "two_stream_figures",
                name="draw_two_stream_figures",
            ),
        ],
        tags="two_stream",
    )
