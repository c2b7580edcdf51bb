"""A hidden Markov model whose states tend to stay.

After Fox, Sudderth, Jordan & Willsky, "A sticky HDP-HMM with application to speaker diarization"
(Annals of Applied Statistics 5, 2011), with a number of states and a stickiness that are given
rather than learnt; by hmmlearn.
"""

import logging

import numpy as np
from hmmlearn.hmm import GaussianHMM
from jaxtyping import Int
from sklearn.decomposition import PCA

from kinembed.evaluation.baselines.task import Task, window_statistics
from kinembed.segmentation.frame_labels import in_order_of_appearance

# A likelihood that wobbles in the fifth digit is reported there as a failure to converge.
logging.getLogger("hmmlearn").setLevel(logging.ERROR)

ITERATIONS = 50
"""Steps of expectation maximisation, at most."""
VARIANCE_PRIOR = 0.01
"""Variance of the one frame imagined in every state, which keeps covariances invertible."""
MEAN_PRIOR = 1e-3
"""Weight, in frames, of the recording's mean in that of a state, which serves states left empty."""


def sticky_hmm(task: Task) -> Int[np.ndarray, "frames"]:
    """Find the most probable states for principal components of W, each with a full covariance.

    Recordings share the states; each is a chain of its own.

    Parameters
    ----------
    task : Task
        Channels to cluster, the number of states, the window of W and ``stay_s``.

    Returns
    -------
    ndarray of int, shape (frames,)
        State of every frame, numbered from 0 in order of appearance; states may be left empty.
    """
    parameters = task.parameters
    rows = task.rows(parameters.rate_hz)
    statistics = window_statistics(task, parameters.window_s)[rows]
    components = min(parameters.components, *statistics.shape)
    observed = PCA(components, svd_solver="full").fit_transform(statistics)
    seconds = float(rows[1] - rows[0]) / task.frame_rate
    model = _model(task, components, np.exp(-seconds / parameters.stay_s))
    lengths = np.diff([0, *np.searchsorted(rows, task.starts), len(rows)])
    states = model.fit(observed, lengths).predict(observed, lengths)
    return in_order_of_appearance(_spread(states, rows, task))


def _model(task: Task, components: int, stay: float) -> GaussianHMM:
    """States are drawn anew from all of them, with equal chances, with probability 1 - `stay`."""
    model = GaussianHMM(
        task.number,
        covariance_type="full",
        means_weight=MEAN_PRIOR,
        covars_prior=VARIANCE_PRIOR * np.eye(components),
        covars_weight=components + 1,
        n_iter=ITERATIONS,
        init_params="mc",
        params="mc",
        random_state=task.parameters.seed,
    )
    model.startprob_ = np.full(task.number, 1 / task.number)
    model.transmat_ = stay * np.eye(task.number) + (1 - stay) / task.number
    return model


def _spread(
    labels: Int[np.ndarray, "rows"], rows: Int[np.ndarray, "rows"], task: Task
) -> Int[np.ndarray, "frames"]:
    """The label of the nearest row of the same recording, for every frame."""
    ends = np.where(np.isin(rows[1:], task.starts), rows[1:] - 1, (rows[:-1] + rows[1:]) / 2)
    return labels[np.searchsorted(ends, np.arange(len(task.poses)))]
