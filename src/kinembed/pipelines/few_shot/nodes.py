"""Nodes of pipeline ``few_shot``: what learning without labels is worth where few have one."""

from functools import partial

import pandas as pd

from kinembed.core.parallel import ParallelConfig, loaders_of_seeds, map_partitions
from kinembed.recognition.few_shot import FewShotParameters, few_shot_curve, paired_gains
from kinembed.recognition.skeleton import Clips
from kinembed.report.plots.export import StaticFigure
from kinembed.report.plots.few_shot import few_shot_curves
from kinembed.report.sequence import ReportParameters


def learn_from_few(
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
    parameters: FewShotParameters,
    parallel: ParallelConfig,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accuracy by the number of labels, pretrained and from scratch."""
    curve = partial(_curve, clips=clips, train=train, test=test, parameters=parameters)
    seeds = loaders_of_seeds(parameters.seeds)
    mapped = map_partitions(curve, seeds, config=parallel, description="few labels")
    table = pd.concat(mapped.collect().values(), ignore_index=True)
    return table, paired_gains(table)


def draw_few_shot(few_shot: pd.DataFrame, reporting: ReportParameters) -> StaticFigure:
    """Accuracy over labelled windows."""
    return few_shot_curves(few_shot, reporting.note)


def _curve(
    seed: int,
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
    parameters: FewShotParameters,
) -> pd.DataFrame:
    return few_shot_curve(clips, train, test, parameters, seed)
