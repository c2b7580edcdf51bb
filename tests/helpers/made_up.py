"""Made-up results of sequences, and the page that shows them."""

import base64
import zlib
from dataclasses import replace

import numpy as np
import pandas as pd
from helpers.masked import HIDDEN, hidden

from kinembed.analysis.state_dynamics.cards import behaviour_cards
from kinembed.evaluation.scores import score_sequence, score_table
from kinembed.io.joint_table import agree_on_joints, joints_seen
from kinembed.io.recording_table import describe, recording_table
from kinembed.motion.motion import Segmentation
from kinembed.motion.positions import PositionParameters
from kinembed.report.exports import list_segments, segment_table
from kinembed.report.naming import Names
from kinembed.report.parameters import ReportParameters
from kinembed.report.player import player_block, report_page
from kinembed.report.player.blocks import LEVELS
from kinembed.report.sequence import SequenceResults
from kinembed.segmentation.embedding import Embeddings, Projection
from kinembed.segmentation.predictions import NOT_SEEN

HOSTILE = "</script><script>window.harmed=1</script><img src=x onerror='window.harmed=1'>"
"""As the name of anything: must stay text."""


def results_of(motion, name, behaviours=("calm", "wild")):
    """Two behaviours, one after the other, found with a delay of 10 frames."""
    frames = np.arange(len(motion))
    middle = len(motion) // 2
    predictions = pd.DataFrame(
        {
            "frame": frames,
            "time_s": frames / motion.frame_rate,
            "given": (frames >= middle + 10).astype(np.int64),
            "estimated": (frames >= middle + 10) + (frames >= len(motion) - 20).astype(np.int64),
        }
    )
    rows = np.arange(12, len(motion), 4)
    angles = rows / 20
    circles = np.column_stack([np.cos(angles) + 4 * (rows >= middle), np.sin(angles), rows / 100])
    boundary = [middle - 5, middle, middle + 5]
    return SequenceResults(
        name=name,
        predictions=predictions,
        projection=Projection(circles, rows, np.array([0.6, 0.3, 0.05])),
        history=pd.DataFrame({"step": [1, 2], "loss": [1.0, 0.5]}),
        motion=replace(motion, trial=name),
        annotation=Segmentation(behaviours, np.array([boundary]), len(motion), name),
        names=Names(),
    )


def unseen_in(results, frames=HIDDEN):
    """The same, where some frames were not seen: they have no cluster and no vector."""
    predictions = results.predictions.copy()
    predictions.loc[np.arange(len(results.motion))[frames], ["given", "estimated"]] = NOT_SEEN
    motion, projection = hidden(results.motion, frames), results.projection
    kept = motion.seen[projection.frame_index]
    return replace(
        results,
        predictions=predictions,
        motion=motion,
        projection=replace(
            projection, values=projection.values[kept], frame_index=projection.frame_index[kept]
        ),
    )


def error_of(motion):
    """Rises from 0.5 to 1; the network predicts nothing of the first 12 frames."""
    error = np.linspace(0.5, 1.0, len(motion))
    error[:12] = np.nan
    return error


def block_of(results, error=None):
    """Of an embedding that is no other than its projection."""
    projection, motion = results.projection, results.motion
    embeddings = Embeddings(
        projection.values, projection.frame_index, len(motion), motion.frame_rate
    )
    cards = behaviour_cards(results.shown, embeddings, motion)
    return player_block(results, error_of(motion) if error is None else error, cards)


def segments_of(results):
    return list_segments(results.name, results.predictions, results.labels, results.annotation)


def seen_of(motions, least=0.1):
    """The tables of what was seen of recordings, as the ingestion makes them."""
    parameters = PositionParameters(least_seen_share=least)
    table = agree_on_joints([joints_seen(motion) for motion in motions], parameters)
    names = {motion.trial: motion.trial for motion in motions}
    return table, recording_table([describe(motion) for motion in motions], names)


def page_of(*all_results, figures=(), absent=(), seen=None, separability=(), **options):
    rows = [
        row
        for results in all_results
        for row in score_sequence(results.name, results.predictions, results.annotation)
    ]
    return report_page(
        score_table(rows),
        pd.DataFrame(list(separability)),
        {"absent": list(absent)},
        *(seen or seen_of([all_results[-1].motion])),
        segment_table(row for results in all_results for row in segments_of(results)),
        {results.name: dict(figures).copy for results in all_results},
        {results.name: block_of(results).copy for results in all_results},
        ReportParameters(title="toy", experiment="toy", note="Synthetic"),
        **options,
    )


def unpack(packed):
    """The inverse of packing, number by number."""
    content = zlib.decompress(base64.b64decode(packed["data"]))
    count, columns = len(content) // 2, packed["columns"]
    levels = []
    for place in range(count):
        step = content[place] | content[count + place] << 8
        before = levels[place - columns] if place >= columns else 0
        levels.append((before + step + 2**15) % 2**16 - 2**15)
    values = [
        np.nan if level == -LEVELS - 1 else packed["offset"] + packed["scale"] * level
        for level in levels
    ]
    return np.array(values).reshape(-1, columns)
