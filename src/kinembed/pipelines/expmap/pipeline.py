"""Stage ``expmap``: one convention for rotations, one frame rate."""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.expmap.nodes import convert_motions


def create_pipeline() -> Pipeline:
    """Make stage ``expmap``.

    Returns
    -------
    Pipeline
        Motions as recorded -> motions as exponential maps.
    """
    return pipeline(
        [
            node(
                convert_motions,
                ["motions", "recordings", "params:expmap", "params:parallel"],
                "expmaps",
                name="convert_motions",
            )
        ],
        tags="expmap",
    )
