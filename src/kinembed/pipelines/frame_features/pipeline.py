"""Pipeline ``frame_features``: recordings as features of frames, which networks of video learn."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.frame_features.nodes import collect_frame_features


def create_pipeline() -> Pipeline:
    """Make pipeline ``frame_features``.

    Returns
    -------
    Pipeline
        Recordings -> joint positions.
    """
    return pipeline(
        [
            node(
                collect_frame_features,
                ["expmaps", "params:video", "params:parallel"],
                "frame_features",
                name="collect_frame_features",
            )
        ],
        tags="frame_features",
    )
