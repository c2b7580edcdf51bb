"""Pipeline ``transfer``: which layers of an action classifier serve behaviours it never saw?"""

from kedro.pipeline import Pipeline, node, pipeline

from kinembed.pipelines.transfer.nodes import draw_transfer, transfer_layers


def create_pipeline() -> Pipeline:
    """Make pipeline ``transfer``.

    Returns
    -------
    Pipeline
        Clips and targets -> accuracy by the number of frozen blocks.
    """
    return pipeline(
        [
            node(
                transfer_layers,
                [
                    "clips",
                    "train_targets",
                    "test_targets",
                    "params:recognition",
                    "params:transfer",
                    "params:parallel",
                ],
                "transfer",
                name="transfer_layers",
            ),
            node(
                draw_transfer,
                ["transfer", "params:reporting"],
                "transfer_figure",
                name="draw_transfer",
            ),
        ],
        tags="transfer",
    )
