"""The segments of sequences as a table: what is predicted under its names, and what is annotated.

Columns
-------
sequence, tier: where it is said: ``given`` or ``estimated`` (the predictions), ``annotation``.
label: the name given to it, else the number of its cluster; ``not seen`` where it has none, because
too little was seen; the behaviour, if annotated.
clusters: the predicted clusters its frames have, as a names file counts them; empty if annotated.
start, stop: first frame, and first frame after it. start_s, stop_s: the same in seconds, to
the microsecond.
file_first, file_last: first and last frame, as the file of the recording numbers them.
frame_rate: Hz.
probability: of its label, 0 to 1, mean over its frames (of one cluster where a names file joins
several); empty where nothing is predicted or the method gives none.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Int

from kinembed.motion.motion import Segmentation
from kinembed.motion.segments import FrameLabels, segments
from kinembed.segmentation.predictions import (
    NOT_SEEN,
    NOT_SEEN_LABEL,
    VARIANTS,
    frame_rate_of,
    probability_of,
)

ANNOTATION = "annotation"
PROBABILITY_DECIMALS = 4
MICROSECONDS = 6
"""Decimals of seconds in tables: more show how a computer rounds, such as 30.000000000000004."""
_TYPES = {
    "sequence": "str",
    "tier": "str",
    "label": "str",
    "clusters": "str",
    "start": "int64",
    "stop": "int64",
    "file_first": "int64",
    "file_last": "int64",
    "start_s": "float64",
    "stop_s": "float64",
    "frame_rate": "float64",
    "probability": "float64",
}


def list_segments(
    sequence: str,
    predictions: pd.DataFrame,
    labels: Mapping[str, FrameLabels],
    annotation: Segmentation | None,
    file_frames: Int[np.ndarray, " frames"] | None = None,
) -> list[dict[str, Any]]:
    """List the segments of one sequence, tier after tier, in order of time.

    Parameters
    ----------
    sequence : str
        Name of the sequence.
    predictions : DataFrame
        A row per frame: columns ``frame``, ``time_s``, and ``given`` and ``estimated`` where they
        exist, with their probabilities.
    labels : mapping of str to (ndarray of int or sequence of str), each of shape (frames,)
        Column of the prediction -> what its frames are called
        (:func:`kinembed.report.naming.named_predictions`).
    annotation : Segmentation or None
        Annotated behaviours; None leaves out their tier.
    file_frames : ndarray of int, shape (frames,), optional
        Number of each frame in the recording's file; None: from 0 on, by one.

    Returns
    -------
    list of dict
        A row per segment: the columns of the module but for ``start_s`` and ``stop_s``.
    """
    frame_rate = frame_rate_of(predictions)
    rows = [
        {"tier": variant, **row}
        for variant in VARIANTS
        if variant in labels
        for row in _predicted(labels[variant], predictions, variant)
    ]
    if annotation is not None:
        rows += [
            {
                "tier": ANNOTATION,
                "label": segment.label,
                "clusters": "",
                **_span(segment.start, segment.stop),
            }
            | {"probability": np.nan}
            for segment in segments(annotation.frame_labels())
        ]
    numbers = np.arange(len(predictions)) if file_frames is None else file_frames
    return [
        {"sequence": sequence, **row, **_in_file(row, numbers), "frame_rate": frame_rate}
        for row in rows
    ]


def segment_table(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Make a table of the segments of any number of sequences.

    Parameters
    ----------
    rows : iterable of mapping of str to Any
        Rows, as made by :func:`list_segments`.

    Returns
    -------
    DataFrame
        The columns of the module, in its order; no row where there are no segments.
    """
    table = pd.DataFrame(list(rows), columns=list(_TYPES))
    for edge in ("start", "stop"):
        seconds = table[edge].astype("float64") / table["frame_rate"].astype("float64")
        table[f"{edge}_s"] = seconds.round(MICROSECONDS)
    return table.astype(_TYPES)


def behaviour_usage(table: pd.DataFrame) -> pd.DataFrame:
    """Count how often and how long each label appears; frames that were not seen do not count.

    Parameters
    ----------
    table : DataFrame
        A row per segment, as made by :func:`segment_table`.

    Returns
    -------
    DataFrame
        A row per sequence, tier and label, by order of first appearance. Columns ``sequence``,
        ``tier``, ``label``, ``clusters`` (of all its segments), ``segments`` (how many),
        ``seconds`` (in all) and ``first_s`` (start of the first one).
    """
    counted = table[(table["label"] != NOT_SEEN_LABEL) | (table["tier"] == ANNOTATION)]
    frames = counted["stop"] - counted["start"]
    durations = counted.assign(seconds=frames / counted["frame_rate"])
    grouped = durations.groupby(["sequence", "tier", "label"], sort=False)
    usage = grouped.agg(
        clusters=("clusters", _all_clusters),
        segments=("label", "size"),
        seconds=("seconds", "sum"),
        first_s=("start_s", "min"),
    )
    return usage.round({"seconds": MICROSECONDS}).reset_index()


def _predicted(
    labels: FrameLabels, predictions: pd.DataFrame, variant: str
) -> list[dict[str, Any]]:
    clusters = predictions[variant].to_numpy()
    probability = probability_of(predictions, variant)
    return [
        {
            "label": _text(segment.label),
            "clusters": _numbers(np.unique(clusters[segment.start : segment.stop]).tolist()),
            **_span(segment.start, segment.stop),
            # Frames of one segment all have a probability, or none has.
            "probability": round(
                float(probability[segment.start : segment.stop].mean()), PROBABILITY_DECIMALS
            ),
        }
        for segment in segments(labels)
    ]


def _span(start: int, stop: int) -> dict[str, int]:
    return {"start": start, "stop": stop}


def _in_file(row: Mapping[str, Any], numbers: Int[np.ndarray, " frames"]) -> dict[str, int]:
    return {"file_first": int(numbers[row["start"]]), "file_last": int(numbers[row["stop"] - 1])}


def _text(label: int | str) -> str:
    if label == NOT_SEEN:
        return NOT_SEEN_LABEL
    return label if isinstance(label, str) else f"cluster {label}"


def _numbers(clusters: Sequence[int]) -> str:
    return " ".join(str(cluster) for cluster in clusters if cluster != NOT_SEEN)


def _all_clusters(listed: pd.Series) -> str:
    return _numbers(sorted({int(number) for text in listed for number in text.split()}))
