"""Every score of an experiment in one table, summarised over seeds, and the page that shows it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from pydantic import Field

from kinembed.core.errors import DataError
from kinembed.core.listing import listed
from kinembed.core.parameters import Names, Parameters
from kinembed.evaluation import measures
from kinembed.evaluation.scores import NETWORK, score_columns

logger = logging.getLogger(__name__)

KEY = ["protocol", "clusters_given", "method", "sequence", "seed"]
"""What tells two scores apart."""
SETTING = ["protocol", "clusters_given", "method"]
"""What a summary has one row for."""
SUMMARISED = [measure for measure in measures.MEASURES if measure.summarised]
MEASURES = [measure.name for measure in SUMMARISED]
DIGITS = 4
"""Decimals that are stored, and within which two runs with the same settings must agree."""
PROTOCOLS = {
    "continuous": "no boundary, label or order of behaviours is used before scoring",
    "published_loss_cuts": "clips joined as recorded, cut where prediction fails; "
    "the number of clusters is that of the actions",
    "published_annotated_cuts": "**reads the annotation**: sequences are cut at its boundaries "
    "before training and clustering",
}
"""Protocol -> what is said of it beside its scores."""


class ResultsParameters(Parameters):
    """Which tables of scores are collected, and which sequences no choice was made on.

    Attributes
    ----------
    tables : list of str
        Names of the datasets that hold scores.
    held_out : list of str
        Names of sequences whose means also stand by themselves; ``*`` is anything.
    groups : dict of str to list of str
        Kind of sequences -> names, ``*`` being anything; the means of each kind stand by
        themselves.
    """

    tables: Names = Field(
        [
            "scores",
            "baseline_scores",
            "ablation_scores",
            "published_loss_scores",
            "published_annotated_scores",
        ],
        description="datasets that hold them",
    )
    held_out: Names = Field([], description="sequences whose means are shown by themselves, too")
    groups: dict[str, Names] = Field(
        {}, description="the same for kinds of sequences: name -> patterns, * is anything"
    )


@dataclass(frozen=True, eq=False)
class Collected:
    """All scores, and the stored versions that they come from.

    Attributes
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`; a row per protocol, way of
        counting clusters, method, sequence and seed.
    sources : DataFrame
        Columns ``table``, ``seed`` and ``version``.
    """

    scores: pd.DataFrame
    sources: pd.DataFrame


def collect(
    stored: Mapping[str, Mapping[str, Callable[[], pd.DataFrame]]], tables: list[str]
) -> Collected:
    """Collect the newest version of each seed of every table, each row once.

    Parameters
    ----------
    stored : mapping of str to mapping of str to callable
        Table -> version -> loader of the scores; newer versions sort after older ones.
    tables : list of str
        Tables to collect. The log names those that were never made, which are left out.

    Returns
    -------
    Collected
        Scores, rounded to :data:`DIGITS` decimals, and their sources.

    Raises
    ------
    DataError
        When no table was made, a version lacks a column, or two rows disagree about the same
        method, sequence and seed.
    """
    absent = [name for name in tables if name not in stored]
    if len(absent) == len(tables):
        raise DataError(f"none of the tables {', '.join(tables)} has been made yet")
    for name in absent:
        logger.info("Left out of the results, because it has not been made: %s", name)
    found = [
        table.assign(table=name, version=version)
        for name in tables
        if name in stored
        for version, table in newest_of_each_seed(name, stored[name], score_columns())
    ]
    every = pd.concat(found, ignore_index=True)
    sources = every[["table", "seed", "version"]].drop_duplicates(ignore_index=True)
    scores = every.drop(columns="version").round(DIGITS).sort_values([*KEY, "table"])
    return Collected(_without_repetitions(scores)[score_columns()], sources)


def newest_of_each_seed(
    name: str, versions: Mapping[str, Callable[[], pd.DataFrame]], columns: Sequence[str]
) -> list[tuple[str, pd.DataFrame]]:
    """Read from each version of a table the rows of the seeds that no newer one has.

    Parameters
    ----------
    name : str
        Name of the table, for messages.
    versions : mapping of str to callable
        Version -> loader of the table; newer versions sort after older ones.
    columns : sequence of str
        Columns that every version with rows must have.

    Returns
    -------
    list of tuple of (str, DataFrame)
        Version and rows, the newest first; versions that give no row are left out.

    Raises
    ------
    DataError
        When a version that has rows lacks a column.
    """
    found, seen = [], set[int]()
    for version in sorted(versions, reverse=True):
        table = versions[version]()
        if table.empty:
            continue
        absent = [column for column in columns if column not in table]
        if absent:
            raise DataError(
                f"{name}, version {version}: no column {', '.join(absent)}; it was made by an "
                "earlier kinembed: delete that version, or leave the table out (results.tables)"
            )
        unseen = table[~table["seed"].isin(seen)]
        seen |= set(table["seed"])
        if not unseen.empty:
            found.append((version, unseen))
    return found


def summarise(scores: pd.DataFrame) -> pd.DataFrame:
    """Average the measures for each protocol, way of counting clusters and method.

    A measure is averaged over seeds for each sequence, then over sequences.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.

    Returns
    -------
    DataFrame
        Columns ``protocol``, ``clusters_given``, ``method``, ``sequences`` and ``seeds`` (numbers
        of them), each measure and ``<measure>_std``: the sample standard deviation of the mean over
        sequences between those seeds with which all sequences were scored, NaN for one seed. Within
        a protocol, clusters given come first, then the highest accuracy.
    """
    scores = scores.astype({"clusters_given": bool, **dict.fromkeys(MEASURES, float)})
    of_sequences = scores.groupby([*SETTING, "sequence"])[MEASURES].mean().groupby(SETTING)
    sequences = of_sequences.size().rename("sequences")
    of_seeds = _complete(scores).groupby([*SETTING, "seed"])[MEASURES].mean().groupby(SETTING)
    seeds = of_seeds.size().reindex(sequences.index, fill_value=0).rename("seeds")
    deviation = of_seeds.std().add_suffix("_std")
    table = pd.concat([sequences, seeds, of_sequences.mean(), deviation], axis=1)
    order = [f"{measure}{suffix}" for measure in MEASURES for suffix in ("", "_std")]
    return (
        table[["sequences", "seeds", *order]]
        .reset_index()
        .sort_values(["protocol", "clusters_given", "accuracy"], ascending=[True, False, False])
        .reset_index(drop=True)
    )


def side_by_side(scores: pd.DataFrame) -> pd.DataFrame:
    """Compare the methods that stand under several protocols, the number of clusters given.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.

    Returns
    -------
    DataFrame
        Index: method, the best under the last protocol by name first. Columns: measure
        (``accuracy`` and ``accuracy_by_order``) and protocol. Values: means over seeds and over the
        sequences that every such protocol scored. Empty when no method stands under several
        protocols.
    """
    given = scores[scores["clusters_given"].astype(bool)]
    protocols = given.groupby("method")["protocol"].transform("nunique")
    several = given[protocols > 1]
    every = several["protocol"].nunique()
    shared = several[several.groupby("sequence")["protocol"].transform("nunique") == every]
    both = MEASURES[:2]
    means = shared.groupby(["method", "protocol", "sequence"])[both].mean().reset_index()
    table = means.pivot_table(both, "method", "protocol")
    return table.sort_values(table.columns[every - 1], ascending=False) if every else table


def results_page(
    scores: pd.DataFrame,
    sources: pd.DataFrame,
    parameters: ResultsParameters,
    *,
    title: str,
    note: str,
    made_with: Mapping[str, str],
) -> str:
    """Write the page of all summaries.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.
    sources : DataFrame
        Columns ``table``, ``seed`` and ``version``.
    parameters : ResultsParameters
        Held-out sequences and groups. The log names those without scores, which are left out.
    title : str
        Name of the experiment, the first words of the heading.
    note : str
        Text below the heading.
    made_with : mapping of str to str
        What the results were made with, as :func:`kinembed.core.provenance.made_with` returns it.

    Returns
    -------
    str
        Markdown.
    """
    chapters = [
        {"heading": "All sequences", "remark": "", "sections": _sections(summarise(scores))}
    ]
    for name, patterns in parameters.groups.items():
        of_group = _fitting(scores, patterns)
        if of_group.empty:
            logger.info("Left out of the page, because it has no scores: %s", name)
        else:
            sections = _sections(summarise(of_group))
            chapters.append({"heading": name, "remark": "", "sections": sections})
    if parameters.held_out:
        chapters.append(_of_held_out(scores, parameters.held_out))
    template = Environment(  # noqa: S701 -- Markdown
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    ).from_string(files("kinembed.evaluation").joinpath("results.md").read_text(encoding="utf-8"))
    return template.render(
        title=title,
        note=note,
        highlighted=NETWORK,
        protocols=PROTOCOLS,
        measures=SUMMARISED,
        side_by_side=_rows_side_by_side(scores),
        chapters=chapters,
        sources=sources.to_dict("records"),
        made_with=made_with,
    )


def _of_held_out(scores: pd.DataFrame, patterns: list[str]) -> dict[str, Any]:
    """The chapter of those that were run; it says which were not."""
    there = [one for one in patterns if not _fitting(scores, [one]).empty]
    remarks = ["No choice of settings was made on them."] if there else []
    absent = [one for one in patterns if one not in there]
    if absent:
        remarks.append(f"There are no scores of {', '.join(absent)}.")
        logger.warning("results.held_out: there are no scores of %s", listed(absent))
    return {
        "heading": f"Held-out sequences: {', '.join(there) or 'none was run'}",
        "remark": " ".join(remarks),
        "sections": _sections(summarise(_fitting(scores, there))) if there else [],
    }


def _fitting(scores: pd.DataFrame, patterns: list[str]) -> pd.DataFrame:
    """Scores of the sequences whose names fit a pattern."""
    names = scores["sequence"].astype(str)
    return scores[names.map(lambda name: any(fnmatchcase(name, one) for one in patterns))]


def _complete(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores with seeds that have all sequences of their setting."""
    known = scores.groupby(SETTING)["sequence"].transform("nunique")
    return scores[scores.groupby([*SETTING, "seed"])["sequence"].transform("nunique") == known]


def _without_repetitions(scores: pd.DataFrame) -> pd.DataFrame:
    """One row for each key; DataError where rows of one key differ."""
    distinct = scores.drop_duplicates(score_columns())
    disputed = distinct[distinct.duplicated(KEY, keep=False)]
    if not disputed.empty:
        method, sequence, seed = disputed.iloc[0][["method", "sequence", "seed"]]
        tables = disputed["table"].unique().tolist()
        accuracies = disputed.iloc[:2]["accuracy"].tolist()
        raise DataError(
            f"{' and '.join(tables)} disagree: {method} on {sequence} with seed {seed} has an "
            f"accuracy of {accuracies[0]:g} and of {accuracies[1]:g}; they were made with other "
            "parameters or on other machines: make them anew, or leave one out (results.tables)"
        )
    return distinct.reset_index(drop=True)


def _sections(summary: pd.DataFrame) -> list[dict[str, Any]]:
    """A summary by protocol and way of counting."""
    return [
        {"protocol": protocol, "clusters_given": given, "rows": table.to_dict("records")}
        for (protocol, given), table in summary.groupby(SETTING[:2], sort=False)
    ]


def _rows_side_by_side(scores: pd.DataFrame) -> list[dict[str, Any]]:
    """The table of :func:`side_by_side` row by row: method, and measure -> protocol -> mean."""
    table = side_by_side(scores)
    return [
        {"method": method} | {measure: row[measure].to_dict() for measure in MEASURES[:2]}
        for method, row in table.iterrows()
    ]
