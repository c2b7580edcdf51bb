"""Tracks of one individual, which a tracker lost and found again, joined to one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float, Int

from kinembed.core.errors import FormatError
from kinembed.motion.positions.recorded import RecordedPositions


def merge_tracks(recorded: Sequence[RecordedPositions], *, file: str) -> list[RecordedPositions]:
    """Join tracks that belong to one individual.

    Where several tracks have a position in a frame, the one nearest to where the individual was
    last is kept.

    Parameters
    ----------
    recorded : sequence of RecordedPositions
        Tracks of a file: the same joints and frames.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        One individual without a name.

    Raises
    ------
    FormatError
        When the tracks have different joints or frames.
    """
    first = recorded[0]
    if any(one.joints != first.joints or len(one.values) != len(first.values) for one in recorded):
        raise FormatError(file, "tracks of different joints or frames cannot be merged")
    values = np.stack([one.values for one in recorded])
    seen = np.isfinite(values).all(axis=3)
    there = seen.any(axis=2)
    sums = np.where(seen[..., None], values, 0.0).sum(axis=2)
    chosen = _nearest(sums / np.maximum(seen.sum(axis=2), 1)[..., None], there)
    frames = np.arange(len(first.values))
    overlaps = int(np.count_nonzero(there.sum(axis=0) > 1))
    note = f"{len(recorded)} tracks are merged to one individual; {overlaps} frames had several"
    confidences = [one.confidence for one in recorded]
    confidence = None
    if all(one is not None for one in confidences):
        confidence = np.stack([one for one in confidences if one is not None])[chosen, frames]
    merged = replace(
        first,
        values=values[chosen, frames],
        confidence=confidence,
        individual="",
        notes=(*first.notes, note),
    )
    return [merged]


def _nearest(
    centres: Float[np.ndarray, "tracks frames axes"], there: Bool[np.ndarray, "tracks frames"]
) -> Int[np.ndarray, "frames"]:
    """Which track is kept in each frame; any where there is none."""
    chosen: Int[np.ndarray, frames] = there.argmax(axis=0)
    last = None
    for frame in np.flatnonzero(there.any(axis=0)).tolist():
        tracks = np.flatnonzero(there[:, frame])
        if len(tracks) > 1 and last is not None:
            away = np.linalg.norm(centres[tracks, frame] - last, axis=1)
            chosen[frame] = tracks[int(away.argmin())]
        last = centres[chosen[frame], frame]
    return chosen
