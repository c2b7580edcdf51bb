"""The proper orthogonal decomposition (POD) of states, and trajectories in it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from sklearn.decomposition import PCA

from kinembed.analysis.state_dynamics.states import MIXED


@dataclass(frozen=True, eq=False)
class Pod:
    """The directions along which states vary most (principal components).

    Attributes
    ----------
    mean : ndarray of float, shape (units,)
        Mean of the states.
    modes : ndarray of float, shape (components, units)
        Orthonormal directions, by falling variance.
    deviations : ndarray of float, shape (components,)
        Standard deviation of the states along each mode.
    explained_variance : ndarray of float, shape (components,)
        Share of the variance along each mode, 0 to 1.
    """

    mean: Float[np.ndarray, "units"]
    modes: Float[np.ndarray, "components units"]
    deviations: Float[np.ndarray, "components"]
    explained_variance: Float[np.ndarray, "components"]

    def project(
        self, states: Float[np.ndarray, "windows steps units"]
    ) -> Float[np.ndarray, "windows steps components"]:
        """Compute the coordinates of states along the modes.

        Parameters
        ----------
        states : ndarray of float, shape (windows, steps, units)
            States.

        Returns
        -------
        ndarray of float, shape (windows, steps, components)
            Coordinates, in the unit of the states.
        """
        projections: Float[np.ndarray, "windows steps components"] = (
            states - self.mean
        ) @ self.modes.T
        return projections


def fit_pod(states: Float[np.ndarray, "windows steps units"], components: int) -> Pod:
    """Find the directions along which states vary most.

    Parameters
    ----------
    states : ndarray of float, shape (windows, steps, units)
        States, two at least.
    components : int
        Number of modes; fewer are found where there are fewer units or states.

    Returns
    -------
    Pod
        The first modes of all states together.
    """
    rows = states.reshape(-1, states.shape[-1]).astype(np.float64)
    pca = PCA(min(components, *rows.shape), svd_solver="covariance_eigh").fit(rows)
    return Pod(
        pca.mean_,
        pca.components_,
        np.sqrt(pca.explained_variance_),
        pca.explained_variance_ratio_,
    )


def average_trajectories(
    projections: Float[np.ndarray, "windows steps components"],
    clusters: Int[np.ndarray, "windows"],
) -> dict[int, Float[np.ndarray, "steps components"]]:
    """Average the windows of each cluster, step by step, without mixed windows.

    Windows begin at any phase of a movement that repeats itself, so in the average a loop shrinks
    to its middle.

    Parameters
    ----------
    projections : ndarray of float, shape (windows, steps, components)
        Coordinates of the states.
    clusters : ndarray of int, shape (windows,)
        Cluster of each window; those of MIXED are left out.

    Returns
    -------
    dict of int to ndarray of float, shape (steps, components)
        Cluster -> mean trajectory, by rising cluster.
    """
    return {
        int(cluster): projections[clusters == cluster].mean(axis=0)
        for cluster in np.unique(clusters[clusters != MIXED])
    }
