"""One file with everything in it: tables, figures, numbers, plotly and the player's script.

Names come from users' files, so they reach the page only escaped: by Jinja in HTML, as JSON in
blocks of data, as text (never as HTML) in the script. Should one slip through, the page's policy
lets no script run but those whose hash it names, and nothing reach the network.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from shlex import quote
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from kinembed.analysis.state_dynamics.cards import LONGEST_COMPARED_S
from kinembed.evaluation.measures import MEASURES
from kinembed.report.exports import behaviour_usage
from kinembed.report.parameters import ReportParameters
from kinembed.report.player.returns import returns_of
from kinembed.report.player.what_was_seen import what_was_seen
from kinembed.report.plots.export import plotly_script

SCRIPTS = (
    "blocks.js",
    "view.js",
    "skeleton.js",
    "embedding.js",
    "tracks.js",
    "cards.js",
    "player.js",
)
LONGEST_TABLE = 12
"""Rows of a table of what was seen that is not folded."""
FIGURES = {
    "confusion.png": "Frames of each annotated behaviour in each cluster",
    "training_curve.png": "Training loss of the network",
}
"""Figures of a sequence that the page shows."""


def report_page(
    scores: pd.DataFrame,
    separability: pd.DataFrame,
    summary: Mapping[str, Any],
    joint_table: pd.DataFrame,
    recordings: pd.DataFrame,
    segment_table: pd.DataFrame,
    figures: Mapping[str, Callable[[], Mapping[str, bytes]]],
    blocks: Mapping[str, Callable[[], dict[str, Any]]],
    parameters: ReportParameters,
    *,
    stability: Mapping[str, pd.DataFrame] | None = None,
    shared: bool = False,
) -> str:
    """Make the page of an experiment.

    The page expects the exports in ``exports/`` beside it and needs nothing else.

    Parameters
    ----------
    scores : DataFrame
        A row per sequence and way to find the number of clusters; no row if nothing is annotated.
    separability : DataFrame
        Columns ``sequence``, ``clusters_given``, ``clusters``, ``silhouette``, ``davies_bouldin``,
        ``gap``, ``canonical_correlation``.
    summary : mapping of str to Any
        Summary of the ingestion, with ``absent``: files that were not found.
    joint_table : DataFrame
        A row per recording and joint, as :func:`kinembed.io.joint_table.agree_on_joints` returns
        it.
    recordings : DataFrame
        A row per recording, as :func:`kinembed.io.recording_table.recording_table` returns it.
    segment_table : DataFrame
        A row per segment, as made by :func:`kinembed.report.exports.segment_table`.
    figures : mapping of str to callable
        Sequence -> function that loads its figures, file name -> content.
    blocks : mapping of str to callable
        Sequence -> function that loads what the player shows of it, as made by
        :func:`kinembed.report.player.sequence.player_block`.
    parameters : ReportParameters
        Title and note of the page.
    stability : mapping of str to DataFrame, optional
        Sequence -> how its clusters return with further seeds, columns
        :data:`kinembed.evaluation.stability.BEHAVIOURS`; the page says nothing of sequences that
        are absent or have no rows.
    shared : bool
        Whether the sequences share one set of clusters, which the page then says.

    Returns
    -------
    str
        HTML.
    """
    return _rendered(
        [
            {"block": blocks[name](), "figures": _pictures(figures[name]())}
            for name in sorted(blocks)
        ],
        segment_table,
        parameters=parameters,
        summary=summary,
        seen=what_was_seen(joint_table, recordings),
        scores=scores.to_dict("records"),
        separability=separability.to_dict("records"),
        accuracies=_accuracies(scores),
        labelled=[],
        shared=shared,
        stability=stability or {},
    )


def labelled_page(
    labelled: pd.DataFrame,
    summary: Mapping[str, Any],
    segment_table: pd.DataFrame,
    blocks: Mapping[str, Callable[[], dict[str, Any]]],
    parameters: ReportParameters,
) -> str:
    """Make the page of recordings that stored models labelled.

    The page expects ``segments.csv`` and the folder ``elan`` beside it and needs nothing else.

    Parameters
    ----------
    labelled : DataFrame
        As :func:`kinembed.segmentation.inference.summarise_labels` returns it.
    summary : mapping of str to Any
        With ``absent``: files that were not read.
    segment_table : DataFrame
        A row per segment, as made by :func:`kinembed.report.exports.segment_table`.
    blocks : mapping of str to callable
        Recording -> function that loads what the player shows of it, as made by
        :func:`kinembed.report.labelled.labelled_block`; those without anything are not played.
    parameters : ReportParameters
        Title and note of the page.

    Returns
    -------
    str
        HTML.
    """
    loaded = [blocks[name]() for name in sorted(blocks)]
    return _rendered(
        [{"block": block, "figures": []} for block in loaded if block],
        segment_table,
        parameters=parameters.model_copy(update={"title": f"{parameters.title}: new recordings"}),
        summary=summary,
        seen={},
        scores=[],
        separability=[],
        accuracies={},
        labelled=labelled.to_dict("records"),
        shared=len(labelled) > 1 and len(set(labelled["model"])) == 1,
        stability={},
    )


def _rendered(
    sequences: Sequence[Mapping[str, Any]],
    segment_table: pd.DataFrame,
    parameters: ReportParameters,
    stability: Mapping[str, pd.DataFrame],
    **values: Any,
) -> str:
    scripts = [plotly_script(), _player_script()]
    usage = behaviour_usage(segment_table)
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(
        _asset("report.html")
    )
    return template.render(
        **values,
        parameters=parameters,
        environment=f" --env {quote(parameters.experiment)}" if parameters.experiment else "",
        sequences=sequences,
        longest=LONGEST_TABLE,
        measures=MEASURES,
        longest_s=f"{LONGEST_COMPARED_S:g}",
        usage={name: rows.to_dict("records") for name, rows in usage.groupby("sequence")},
        seeds=returns_of(usage, stability),
        style=Markup(_asset("report.css")),  # noqa: S704 -- our own file
        scripts=[Markup(script) for script in scripts],  # noqa: S704 -- our own and plotly's
        hashes=" ".join(f"'sha256-{_hash(script)}'" for script in scripts),
    )


def _player_script() -> str:
    scripts = "\n".join(_asset(name) for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{scripts}\n}})();'


def _asset(name: str) -> str:
    return files("kinembed.report.player").joinpath("page", name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


def _pictures(contents: Mapping[str, bytes]) -> list[dict[str, str]]:
    """Captions and addresses that hold the pictures themselves."""
    return [
        {
            "caption": caption,
            "address": f"data:image/png;base64,{base64.b64encode(contents[name]).decode('ascii')}",
        }
        for name, caption in FIGURES.items()
        if name in contents
    ]


def _accuracies(scores: pd.DataFrame) -> dict[str, float]:
    """Accuracy of each annotated sequence, with a given number of clusters where there is one."""
    first = scores.sort_values("clusters_given", ascending=False).drop_duplicates("sequence")
    return dict(zip(first["sequence"], first["accuracy"], strict=True))
