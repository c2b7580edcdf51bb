"""Pipeline ``video``: what do LSTMs learn that reconstruct and predict videos?"""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.video.nodes import (
    collect_videos,
    describe_runs,
    draw_units,
    draw_videos,
    roll_out,
    score_videos,
    train_videos,
)
from kinembed.training.histories import collect_histories


def create_pipeline() -> Pipeline:
    """Make pipeline ``video``.

    Returns
    -------
    Pipeline
        Digits, videos or frame features -> networks -> scores on held-out videos, roll-outs and
        figures.
    """
    trained = ["video_networks", "video_data"]
    return pipeline(
        [
            node(
                collect_videos,
                ["frame_features", "params:video"],
                "video_data",
                name="collect_videos",
            ),
            node(
                train_videos,
                ["video_data", "video_checkpoints", "params:video", "params:parallel"],
                "video_networks",
                name="train_videos",
            ),
            node(
                collect_histories,
                "video_networks",
                "video_histories",
                name="collect_video_histories",
            ),
            node(
                score_videos,
                [*trained, "params:video", "params:parallel"],
                "video_scores",
                name="score_videos",
            ),
            node(
                describe_runs,
                ["video_scores", "params:video"],
                "video_runs",
                name="describe_video_runs",
            ),
            node(
                roll_out,
                [*trained, "params:video", "params:parallel"],
                "video_roll_outs",
                name="roll_out_videos",
            ),
            node(
                draw_videos,
                [*trained, "params:video", "params:reporting"],
                "video_strips",
                name="draw_videos",
            ),
            node(
                draw_units,
                [*trained, "video_roll_outs", "params:video", "params:reporting"],
                "video_figures",
                name="draw_video_units",
            ),
        ],
        tags="video",
    )
