"""Of each behaviour one clip and its maps frame by frame, to be drawn on the moving skeleton."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kinembed.analysis.layer_geometry.occlusion import Map, repeated_rows
from kinembed.recognition.skeleton.clips import Clips
from kinembed.recognition.skeleton.maps import ClipMaps, binned


def typical_maps(found: ClipMaps, clips: Clips, layers: Sequence[str], bins: int) -> pd.DataFrame:
    """Choose one clip of each behaviour and give its maps frame by frame.

    The clip is the one whose map is nearest to the behaviour's mean at the last layer shown.

    Parameters
    ----------
    found : ClipMaps
        Maps of `clips`.
    clips : Clips
        Clips in the order of the maps.
    layers : sequence of str
        Layers to show; those without maps (the input) are left out. All layers are shown if none of
        them has maps.
    bins : int
        Equal intervals of a clip's time in which maps are compared.

    Returns
    -------
    DataFrame
        Columns ``layer``, ``behaviour``, ``clip``, ``frame`` (from 0), ``joint``, ``importance``
        (in [0, 1]; the greatest value of each map is 1).
    """
    shown = [layer for layer in layers if layer in found.maps] or list(found.maps)
    behaviours = found.tests.drop_duplicates("clip")["behaviour"].to_numpy()
    last = np.stack([binned(values, bins) for values in found.maps[shown[-1]]])
    tables = []
    for behaviour in np.unique(behaviours):
        own = np.flatnonzero(behaviours == behaviour)
        away = np.square(last[own] - last[own].mean(axis=0)).sum(axis=(1, 2))
        chosen = int(own[away.argmin()])
        for layer in shown:
            grid = _frames(found.maps[layer][chosen], int(clips.lengths[chosen]), clips)
            row = {"layer": layer, "behaviour": behaviour, "clip": clips.names[chosen]}
            tables.append(grid.assign(**row))
    every = pd.concat(tables, ignore_index=True)
    return every[["layer", "behaviour", "clip", "frame", "joint", "importance"]]


def _frames(values: Map, frames: int, clips: Clips) -> pd.DataFrame:
    """A row for each frame and joint."""
    share = repeated_rows(values, frames) / (values.max() or 1.0)
    grid = pd.DataFrame(share, columns=list(clips.graph.joints)).rename_axis("frame").reset_index()
    return grid.melt("frame", var_name="joint", value_name="importance")
