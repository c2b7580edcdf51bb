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
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.export import StaticFigure
from kinembed.report.plots.transfer import transfer_by_depth


def transfer_layers(
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
    recognition: RecognitionParameters,
    parameters: TransferParameters,
    parallel: ParallelConfig,
) -> pd.DataFrame:
    """Train networks on some behaviours, freeze their first blocks, and train the rest on others.

    After Das, Shekkizhar & Ortega (arXiv 2312.07777).

    Parameters
    ----------
    clips : Clips
        Joint positions, shape (frames, joints, 3) for each clip, around the root.
    train : DataFrame
        Columns ``clip`` and ``behaviour``, of clips to train on.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of clips that are only tested on.
    recognition : RecognitionParameters
        Network and optimisation.
    parameters : TransferParameters
        Number of behaviours that are learned first, numbers of frozen blocks, steps and seeds.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    DataFrame
        Columns ``dataset``, ``seed``, ``start`` (pretrained or scratch), ``frozen`` (blocks),
        ``behaviours`` (learned last), ``clips`` (their number), ``accuracy`` and ``recall``.

    Raises
    ------
    DataError
        When more blocks are to be frozen than there are, fewer than two behaviours remain on either
        side, or a loss is not finite.
    """
    curve = partial(
        _curve, clips=clips, train=train, test=test, recognition=recognition, parameters=parameters
    )
    seeds = loaders_of_seeds(parameters.seeds)
    mapped = map_partitions(curve, seeds, config=parallel, description="transfer")
    return pd.concat(mapped.collect().values(), ignore_index=True)


def draw_transfer(transfer: pd.DataFrame, reporting: ReportParameters) -> StaticFigure:
    """Draw accuracy over the number of frozen blocks.

    Parameters
    ----------
    transfer : DataFrame
        As of :func:`transfer_layers`.
    reporting : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    matplotlib.figure.Figure
        The mean over seeds, their range as a band, each seed as dots; from scratch is a level line.

    Raises
    ------
    DataError
        When the table holds no pretrained network.
    """
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
