"""The feature space of kernel segmentation of all rows at once: the oracle of tests, benchmarks."""

import numpy as np
from scipy.spatial.distance import pdist
from sklearn.decomposition import PCA
from sklearn.kernel_approximation import Nystroem

from kinembed.segmentation.summaries import summary


def plain_features(values, rate, cuts=(), seed=0):
    """Rows and their summaries (2 s), mapped by Nystroem's kernels and reduced."""
    frames, length = np.arange(len(values)), max(1, round(2 * rate))
    summaries = summary(values, frames, cuts, length, True)
    both = [mapped(values, seed) * np.sqrt(2 / 3), mapped(summaries, seed) * np.sqrt(1 / 3)]
    joined = np.hstack(both)
    return PCA(100, svd_solver="covariance_eigh").fit_transform(joined)


def mapped(values, seed):
    """Rows in the space of a kernel, with a total variance of 1."""
    count = min(500, len(values))
    chosen = np.random.default_rng(seed).choice(len(values), count, replace=False)
    distances = pdist(values[chosen], "sqeuclidean")
    kernel = Nystroem(gamma=1 / np.median(distances), n_components=300, random_state=seed)
    found = kernel.fit_transform(values)
    return found / np.sqrt(found.var(axis=0).sum())
