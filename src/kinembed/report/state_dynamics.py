"""Finished figures of an interpretation; the only module here where behaviours have names."""

import numpy as np
import pandas as pd
from jaxtyping import Int

from kinembed.analysis.state_dynamics.tables import Interpretation
from kinembed.motion.motion import Segmentation
from kinembed.report.plots.components import distance_matrices, joints_by_component, variance_bars
from kinembed.report.plots.export import page, plotly_address, png
from kinembed.report.plots.theme import colours_for, display_names
from kinembed.report.plots.trajectories import (
    Trajectories,
    settling_curve,
    trajectories_2d,
    trajectories_3d,
    trajectories_page,
)
from kinembed.segmentation.predictions import NOT_SEEN, VARIANTS


def clusters_shown(predictions: pd.DataFrame) -> Int[np.ndarray, "frames"]:
    """Select the prediction that is interpreted.

    Parameters
    ----------
    predictions : DataFrame
        A row per frame: columns ``given`` and ``estimated``, or one of them.

    Returns
    -------
    ndarray of int, shape (frames,)
        Clusters with the number given where there is one, else estimated.
    """
    variant = next(variant for variant in VARIANTS if variant in predictions)
    clusters: Int[np.ndarray, frames] = predictions[variant].to_numpy()
    return clusters


def interpretation_figures(
    sequence: str,
    interpretation: Interpretation,
    predictions: pd.DataFrame,
    annotation: Segmentation | None,
    note: str,
) -> dict[str, bytes]:
    """Draw all figures of an interpretation; an annotation gives clusters names and colours.

    Parameters
    ----------
    sequence : str
        Name of the sequence, the title of the figures.
    interpretation : Interpretation
        Tables of the states and their principal components.
    predictions : DataFrame
        Cluster of every frame, columns ``given`` and ``estimated``, or one of them.
    annotation : Segmentation or None
        Annotated behaviours; None numbers the clusters.
    note : str
        Small text below every figure.

    Returns
    -------
    dict of str to bytes
        File name -> content.

    Raises
    ------
    DataError
        When there are fewer than three components, or prediction and annotation differ in length.
    """
    behaviours = None if annotation is None else annotation.frame_labels()
    shown = _cluster_names(clusters_shown(predictions), behaviours)
    colours = colours_for([*(behaviours or []), *shown.values()])
    names = {cluster: _title(cluster, name, behaviours) for cluster, name in shown.items()}
    trajectories = Trajectories(
        _both(interpretation.projections),
        _both(interpretation.averages),
        _both(interpretation.variance)["explained_variance"].to_numpy(),
        names,
        {names[cluster]: colours[name] for cluster, name in shown.items()},
    )
    page_3d = trajectories_page(trajectories, title=sequence, note=note)
    figures = {
        "pod_2d": trajectories_2d(trajectories, title=sequence, note=note),
        "pod_3d": trajectories_3d(trajectories, title=sequence, note=note),
        "settling": settling_curve(interpretation.settling, title=sequence, note=note),
        "explained_variance": variance_bars(interpretation.variance, title=sequence, note=note),
        "distances": distance_matrices(interpretation.distances, names, title=sequence, note=note),
        "joints": joints_by_component(_both(interpretation.joints), title=sequence, note=note),
    }
    pictures = {f"{name}.png": png(figure) for name, figure in figures.items()}
    return pictures | {"pod_3d.html": page(page_3d, plotly_address(sequence))}


def _both(table: pd.DataFrame) -> pd.DataFrame:
    """Rows about encoder and decoder states together."""
    return table[table["pod"] == "both"]


def _cluster_names(
    clusters: Int[np.ndarray, "frames"], behaviours: list[str] | None
) -> dict[int, str]:
    """The name that gives each cluster its colour, by order of first appearance."""
    names = display_names(clusters, behaviours)
    every = dict(zip(clusters.tolist(), names, strict=True))
    return {cluster: name for cluster, name in every.items() if cluster != NOT_SEEN}


def _title(cluster: int, name: str, behaviours: list[str] | None) -> str:
    """What a cluster is called: its number, and the behaviour that it is matched to."""
    matched = behaviours is not None and name in behaviours
    return f"cluster {cluster} (matched to {name})" if matched else name
