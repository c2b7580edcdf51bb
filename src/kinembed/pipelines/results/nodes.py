"""Nodes of pipeline ``results``: every score of an experiment in one table, and its page."""

from collections.abc import Callable, Mapping

import pandas as pd

from kinembed.core.provenance import made_with
from kinembed.evaluation import results, shared_results
from kinembed.evaluation.results import ResultsParameters
from kinembed.evaluation.scores import NETWORK
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.export import StaticFigure
from kinembed.report.plots.results import results_overview


def collect_results(
    stored: Mapping[str, Mapping[str, Callable[[], pd.DataFrame]]], parameters: ResultsParameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Collect the newest scores of each seed from all tables.

    Parameters
    ----------
    stored : mapping of str to mapping of str to loader of DataFrame
        Table -> version -> loader.
    parameters : ResultsParameters
        Its ``tables`` are collected; one that was never made is left out.

    Returns
    -------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`, rounded to 4 decimals, without
        rows that stand in two tables.
    sources : DataFrame
        Columns ``table``, ``seed`` and ``version``.

    Raises
    ------
    DataError
        When none of the tables was made, a version lacks a column, or two tables disagree about the
        same method, sequence and seed.
    """
    collected = results.collect(stored, parameters.tables)
    return collected.scores, collected.sources


def write_results(
    scores: pd.DataFrame,
    sources: pd.DataFrame,
    parameters: ResultsParameters,
    reporting: ReportParameters,
) -> str:
    """Write the page of all methods, with the versions of what made it.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.
    sources : DataFrame
        As of :func:`collect_results`.
    parameters : ResultsParameters
        Groups of sequences, and sequences that had no part in any choice, which have parts of their
        own.
    reporting : ReportParameters
        Its ``title`` and ``note`` stand on the page.

    Returns
    -------
    str
        Markdown.
    """
    return results.results_page(
        scores,
        sources,
        parameters,
        title=reporting.title,
        note=reporting.note,
        made_with=made_with(),
    )


def collect_shared_results(
    stored: Mapping[str, Mapping[str, Callable[[], pd.DataFrame]]], parameters: ResultsParameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Collect the scores of vocabularies that recordings share, and compare methods on them.

    Parameters
    ----------
    stored : mapping of str to mapping of str to loader of DataFrame
        Table -> version -> loader.
    parameters : ResultsParameters
        Means of the recordings that it holds out stand by themselves.

    Returns
    -------
    scores : DataFrame
        Columns :data:`kinembed.evaluation.shared.COLUMNS`, rounded to 4 decimals; no row where no
        vocabulary was shared.
    summary : DataFrame
        Columns :data:`kinembed.evaluation.shared_results.SUMMARY_COLUMNS`.

    Raises
    ------
    DataError
        When a version that has rows lacks a column.
    """
    scores = shared_results.collect_shared(stored)
    return scores, shared_results.summarise_shared(scores, parameters.held_out)


def trace_results(
    stored: Mapping[str, Mapping[str, dict[str, str]]], parameters: ResultsParameters
) -> dict[str, Mapping[str, dict[str, str]]]:
    """Say which code, packages and processor made each version of the collected tables.

    Parameters
    ----------
    stored : mapping of str to mapping of str to dict
        Table -> version -> what made it.
    parameters : ResultsParameters
        Its ``tables`` are described, and those of shared vocabularies.

    Returns
    -------
    dict of str to mapping of str to dict
        The same, of these tables.
    """
    tables = (*parameters.tables, *shared_results.TABLES)
    return {name: stored[name] for name in tables if name in stored}


def draw_results(scores: pd.DataFrame, reporting: ReportParameters) -> StaticFigure:
    """Draw the accuracy of every method under every protocol.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.
    reporting : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each protocol and way the number of clusters was found, the best method on top.
    """
    return results_overview(scores, highlighted=NETWORK, note=reporting.note)
