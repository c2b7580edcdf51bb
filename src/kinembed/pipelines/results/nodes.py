"""Nodes of pipeline ``results``: every score of an experiment in one table, and its page."""

from collections.abc import Callable, Mapping

import pandas as pd

from kinembed.core.provenance import made_with
from kinembed.evaluation import results
from kinembed.evaluation.results import ResultsParameters
from kinembed.evaluation.scores import NETWORK
from kinembed.report.plots.export import StaticFigure
from kinembed.report.plots.results import results_overview
from kinembed.report.sequence import ReportParameters


def collect_results(
    stored: Mapping[str, Mapping[str, Callable[[], pd.DataFrame]]], parameters: ResultsParameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All scores, and the versions that they come from."""
    collected = results.collect(stored, parameters.tables)
    return collected.scores, collected.sources


def write_results(
    scores: pd.DataFrame,
    sources: pd.DataFrame,
    parameters: ResultsParameters,
    reporting: ReportParameters,
) -> str:
    """The page of all methods, with what it was made with."""
    return results.results_page(
        scores,
        sources,
        parameters,
        title=reporting.title,
        note=reporting.note,
        made_with=made_with(),
    )


def draw_results(scores: pd.DataFrame, reporting: ReportParameters) -> StaticFigure:
    """Accuracy of every method under every protocol."""
    return results_overview(scores, highlighted=NETWORK, note=reporting.note)
