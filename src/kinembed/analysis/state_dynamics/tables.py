"""The interpretation of one sequence as tables, and these as files."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from pydantic import Field, PositiveInt

from kinembed.analysis.state_dynamics.attractors import cluster_distances, settling
from kinembed.analysis.state_dynamics.joints import joint_changes
from kinembed.analysis.state_dynamics.pod import Pod, average_trajectories, fit_pod
from kinembed.analysis.state_dynamics.states import window_clusters, window_states
from kinembed.core.parameters import Parameters
from kinembed.motion.motion import Motion
from kinembed.motion.windows import window_starts
from kinembed.training.trained_model import TrainedModel

SUFFIX = ".parquet"


class InterpretationParameters(Parameters):
    """Which windows are compared, and how many components.

    Attributes
    ----------
    stride : int
        Frames between the starts of windows, at least 1.
    components : int
        Number of components of a POD that are kept, at least 3.
    """

    stride: PositiveInt = Field(25, description="frames between the starts of windows")
    components: PositiveInt = Field(6, ge=3, description="components of a POD that are kept")


@dataclass(frozen=True, eq=False)
class Interpretation:
    """Tables about the states of one sequence.

    Conventions are those of :mod:`kinembed.analysis.state_dynamics`.

    Attributes
    ----------
    projections : DataFrame
        A row for each POD, window and step: ``pod``, ``cluster``, ``window`` (its first frame),
        ``step``, ``part``, ``component_1``, ...
    averages : DataFrame
        Mean projections of each cluster's windows: ``pod``, ``cluster``, ``step``, ``part``,
        ``component_1``, ...
    variance : DataFrame
        Columns ``pod``, ``component``, ``explained_variance`` (0 to 1).
    joints : DataFrame
        Columns ``pod``, ``component``, ``joint``, ``unit``, ``change`` (see :func:`joint_changes`).
    distances : DataFrame
        Columns ``cluster``, ``other``, ``mean``, ``nearest`` (see :func:`cluster_distances`).
    settling : DataFrame
        Columns ``step``, ``part``, ``distance`` (see :func:`settling`).
    """

    projections: pd.DataFrame
    averages: pd.DataFrame
    variance: pd.DataFrame
    joints: pd.DataFrame
    distances: pd.DataFrame
    settling: pd.DataFrame

    def to_files(self) -> dict[str, bytes]:
        """Write every table as Parquet.

        Returns
        -------
        dict of str to bytes
            File name (``projections.parquet``, ...) -> content.
        """
        return {
            f"{field.name}{SUFFIX}": getattr(self, field.name).to_parquet(index=False)
            for field in fields(self)
        }

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> "Interpretation":
        """Read the tables that :meth:`to_files` wrote.

        Parameters
        ----------
        files : Mapping of str to bytes
            File name -> content of every table.

        Returns
        -------
        Interpretation
            The tables.

        Raises
        ------
        KeyError
            When a table's file is absent.
        """
        return cls(
            **{
                field.name: pd.read_parquet(io.BytesIO(files[f"{field.name}{SUFFIX}"]))
                for field in fields(cls)
            }
        )


def interpret(
    model: TrainedModel,
    motion: Motion,
    frame_clusters: Int[np.ndarray, "frames"],
    parameters: InterpretationParameters,
) -> Interpretation:
    """Describe the states of a network along its motion, grouped by predicted clusters.

    Parameters
    ----------
    model : TrainedModel
        The trained network.
    motion : Motion
        The motion.
    frame_clusters : ndarray of int, shape (frames,)
        Cluster predicted for each frame.
    parameters : InterpretationParameters
        Which windows, and how many components.

    Returns
    -------
    Interpretation
        The tables.

    Raises
    ------
    DataError
        When the motion is shorter than a window or has other joints than the model, frames lack a
        cluster, or no two windows lie wholly within one cluster without sharing a frame.
    """
    lengths = model.training.windows
    starts = window_starts(len(motion), lengths, parameters.stride, seen=motion.seen)
    states = window_states(model, motion, starts)
    clusters = window_clusters(starts, lengths, frame_clusters)
    settled = settling(states, clusters)
    steps = settled[["step", "part"]]
    decoder_steps = steps[steps["part"] == "decoder"]
    both = fit_pod(states.both, parameters.components)
    decoder = fit_pod(states.decoder, parameters.components)
    in_both, in_decoder = both.project(states.both), decoder.project(states.decoder)
    return Interpretation(
        projections=_by_pod(
            _projections(in_both, steps, starts, clusters),
            _projections(in_decoder, decoder_steps, starts, clusters),
        ),
        averages=_by_pod(
            _averages(in_both, steps, clusters), _averages(in_decoder, decoder_steps, clusters)
        ),
        variance=_by_pod(_variance(both), _variance(decoder)),
        joints=_by_pod(joint_changes(model, both), joint_changes(model, decoder)),
        distances=cluster_distances(states, clusters),
        settling=settled,
    )


def _by_pod(both: pd.DataFrame, decoder: pd.DataFrame) -> pd.DataFrame:
    tables = pd.concat({"both": both, "decoder": decoder}, names=["pod"])
    return tables.reset_index("pod").reset_index(drop=True)


def _projections(
    projections: Float[np.ndarray, "windows steps components"],
    steps: pd.DataFrame,
    starts: Int[np.ndarray, "windows"],
    clusters: Int[np.ndarray, "windows"],
) -> pd.DataFrame:
    """One row per window and step."""
    windows, count, components = projections.shape
    of_window = pd.DataFrame({"cluster": clusters, "window": starts})
    left = of_window.loc[np.repeat(np.arange(windows), count)].reset_index(drop=True)
    right = pd.concat([steps] * windows, ignore_index=True)
    return pd.concat([left, right, _coordinates(projections.reshape(-1, components))], axis=1)


def _averages(
    projections: Float[np.ndarray, "windows steps components"],
    steps: pd.DataFrame,
    clusters: Int[np.ndarray, "windows"],
) -> pd.DataFrame:
    """One row per cluster and step."""
    means = average_trajectories(projections, clusters)
    tables = {
        cluster: pd.concat([steps.reset_index(drop=True), _coordinates(mean)], axis=1)
        for cluster, mean in means.items()
    }
    return pd.concat(tables, names=["cluster"]).reset_index("cluster").reset_index(drop=True)


def _coordinates(values: Float[np.ndarray, "rows components"]) -> pd.DataFrame:
    names = [f"component_{number}" for number in range(1, values.shape[1] + 1)]
    return pd.DataFrame(values.astype(np.float32), columns=names)


def _variance(pod: Pod) -> pd.DataFrame:
    components = np.arange(1, len(pod.explained_variance) + 1)
    return pd.DataFrame({"component": components, "explained_variance": pod.explained_variance})
