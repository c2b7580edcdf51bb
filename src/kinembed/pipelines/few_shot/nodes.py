"""Nodes of pipeline ``few_shot``: what learning without labels is worth where few have one."""

from functools import partial

import pandas as pd

from kinembed.core.parallel import ParallelConfig, loaders_of_seeds, map_partitions
from kinembed.recognition.few_shot import FewShotParameters, few_shot_curve, paired_gains
from kinembed.recognition.skeleton import Clips
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.export import StaticFigure
from kinembed.report.plots.few_shot import few_shot_curves


def learn_from_few(
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
    parameters: FewShotParameters,
    parallel: ParallelConfig,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train classifiers on few labelled windows, pretrained and from scratch, and test them.

    After Srivastava, Mansimov & Salakhutdinov (arXiv 1502.04681, figure 10).

    Parameters
    ----------
    clips : Clips
        Joint positions, shape (frames, joints, 3) for each clip, around the root.
    train : DataFrame
        Columns ``clip`` and ``behaviour``, of clips to train on.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of clips that are only tested on.
    parameters : FewShotParameters
        Numbers of labels, draws, seeds and both trainings.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    few_shot : DataFrame
        Columns ``dataset``, ``seed``, ``labelled`` (windows of each behaviour), ``draw``, ``start``
        (pretrained or scratch), ``windows`` (that are tested on) and ``accuracy``.
    gains : DataFrame
        Columns ``dataset``, ``labelled``, ``pairs``, ``pretrained``, ``scratch``, ``gain``, ``low``
        and ``high``: means over seeds and draws, and the 95 % interval of the gain, which is nan
        for one pair.

    Raises
    ------
    DataError
        When a behaviour has fewer clips to train on than are to be labelled, or a loss is not
        finite.
    """
    curve = partial(_curve, clips=clips, train=train, test=test, parameters=parameters)
    seeds = loaders_of_seeds(parameters.seeds)
    mapped = map_partitions(curve, seeds, config=parallel, description="few labels")
    table = pd.concat(mapped.collect().values(), ignore_index=True)
    return table, paired_gains(table)


def draw_few_shot(few_shot: pd.DataFrame, reporting: ReportParameters) -> StaticFigure:
    """Draw accuracy over the number of labelled windows.

    Parameters
    ----------
    few_shot : DataFrame
        As of :func:`learn_from_few`.
    reporting : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    matplotlib.figure.Figure
        Means of both ways to begin, and a band of one standard deviation over draws.

    Raises
    ------
    DataError
        When the table is empty.
    """
    return few_shot_curves(few_shot, reporting.note)


def _curve(
    seed: int,
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
    parameters: FewShotParameters,
) -> pd.DataFrame:
    return few_shot_curve(clips, train, test, parameters, seed)
