"""A mean difference between two methods, paired by recording, with its interval and p."""

import numpy as np
from scipy.stats import permutation_test

from kinembed.evaluation.shared_results import paired_interval


def compared(found: np.ndarray) -> dict[str, float]:
    """Mean difference, its interval, p of the paired test and the number of recordings."""
    low, high = paired_interval(found)
    test = permutation_test(
        (found, np.zeros_like(found)),
        lambda one, other, axis: np.mean(one - other, axis=axis),
        permutation_type="samples",
        vectorized=True,
        rng=np.random.default_rng(0),
    )
    row = {"difference": found.mean(), "low": low, "high": high, "p": test.pvalue}
    return row | {"recordings": len(found)}
