"""Pipeline ``percepts``: recordings as features of frames, which networks of video learn."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.percepts.nodes import collect_percepts


def create_pipeline() -> Pipeline:
    """Recordings -> joint positions."""
    return pipeline(
        [
            node(
                collect_percepts,
                ["expmaps", "params:video", "params:parallel"],
                "percepts",
                name="collect_percepts",
            )
        ],
        tags="percepts",
    )
