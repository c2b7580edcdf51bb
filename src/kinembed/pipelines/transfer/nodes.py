"""Nodes of pipeline ``transfer``: which layers of an action classifier serve behaviours it never
saw.
"""

from functools import partial

import pandas as pd

from kinembed.core.parallel import ParallelConfig, loaders_of_seeds, map_partitions
from kinembed.recognition.skeleton import (
    Clips,
    RecognitionParameters,
    TransferParameters,
    transfer_curve,
)
from kinembed.report.plots.export import StaticFigure
from kinembed.report.plots.transfer import transfer_by_depth
from kinembed.report.sequence import ReportParameters


def transfer_layers(
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
    recognition: RecognitionParameters,
    parameters: TransferParameters,
    parallel: ParallelConfig,
) -> pd.DataFrame:
    """Accuracy on behaviours that are learned last, by frozen blocks, for each seed."""
    curve = partial(
        _curve, clips=clips, train=train, test=test, recognition=recognition, parameters=parameters
    )
    seeds = loaders_of_seeds(parameters.seeds)
    mapped = map_partitions(curve, seeds, config=parallel, description="transfer")
    return pd.concat(mapped.collect().values(), ignore_index=True)


def draw_transfer(transfer: pd.DataFrame, reporting: ReportParameters) -> StaticFigure:
    """Accuracy over frozen blocks."""
    return transfer_by_depth(transfer, reporting.note)


def _curve(
    seed: int,
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
    recognition: RecognitionParameters,
    parameters: TransferParameters,
) -> pd.DataFrame:
    return transfer_curve(clips, train, test, recognition, parameters, seed)
