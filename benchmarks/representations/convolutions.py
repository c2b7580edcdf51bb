"""Random convolutions in the manner of MiniRocket, for every frame instead of a whole series.

Dempster, Schmidt & Webb, "MiniRocket", KDD 2021 (arXiv 2012.08791): the 84 kernels of length 9
with three weights of 2 and six of -1, dilated; biases are quantiles of what a kernel gives; the
feature is the share of values above the bias. Here that share is of a centred window, the series
are principal components of the pose, and a kernel reads some of them, as in its multivariate form.
"""

from functools import partial
from itertools import combinations

import numpy as np
from jaxtyping import Float
from scipy.ndimage import uniform_filter1d

from kinembed.segmentation.principal_components import principal_components
from representations.recordings import Recordings

LENGTH, DILATIONS_S = 9, (0.03, 0.06, 0.12, 0.24)
"""Weights of a kernel, and the time between two of them (kernels last 0.24 to 1.9 s)."""
WINDOW_S = 1.0
"""Length of the window in which the share above a bias is taken."""
COMPONENTS = 30
"""Series that kernels read: principal components of the pose, each with deviation 1."""


def random_convolutions(recordings: Recordings, seed: int) -> list[np.ndarray]:
    """Shares above a bias of 84 kernels at each dilation, for every frame."""
    generator = np.random.default_rng(seed)
    series = principal_components(recordings.task.poses, COMPONENTS)
    series = series / series.std(axis=0)
    size = recordings.frames_in(WINDOW_S)
    average = partial(uniform_filter1d, size=size, axis=0, mode="nearest")
    found = []
    for seconds in DILATIONS_S:
        convolve = partial(convolved, step=recordings.frames_in(seconds))
        for kernel in combinations(range(LENGTH), 3):
            chosen = series[:, _channels(series.shape[1], generator)].sum(axis=1, keepdims=True)
            values = recordings.along(partial(convolve, twos=kernel), chosen)
            above = values > np.quantile(values, generator.uniform())
            found.append(recordings.along(average, above.astype(np.float64)))
    return [np.hstack(found)]


def _channels(number: int, generator: np.random.Generator) -> np.ndarray:
    """Which series a kernel reads: up to as many as it has weights, fewer more often."""
    most = np.log2(min(number, LENGTH))
    return generator.choice(number, int(2 ** generator.uniform(0, most)), replace=False)


def convolved(
    values: Float[np.ndarray, "frames one"], step: int, twos: tuple[int, ...]
) -> Float[np.ndarray, "frames one"]:
    """Three times the values at the places of weight 2, less the values at all places."""
    padded = np.pad(values, ((LENGTH // 2 * step,) * 2, (0, 0)), mode="edge")
    at = [padded[place * step : place * step + len(values)] for place in range(LENGTH)]
    return 3 * sum(at[place] for place in twos) - sum(at)
