"""By how much pre-training helps, for each number of labels."""

import pandas as pd
from scipy.stats import ttest_1samp

from kinembed.recognition.few_shot.curve import PRETRAINED, SCRATCH

CONFIDENCE = 0.95


def paired_gains(table: pd.DataFrame) -> pd.DataFrame:
    """Compare pre-training with training from scratch, for each number of labels.

    A pair has the same seed and draw. The interval is that of Student's t. Draws of one seed share
    its network, so the interval speaks of other draws more than of other seeds.

    Parameters
    ----------
    table : DataFrame
        Rows of :func:`kinembed.recognition.few_shot.few_shot_curve`, of any number of seeds.

    Returns
    -------
    DataFrame
        Columns ``dataset``, ``labelled``, ``pairs`` (their number), ``pretrained`` and ``scratch``
        (mean accuracies), ``gain`` (mean of their differences), ``low`` and ``high`` (its 95 %
        interval, nan where there is one pair).

    Raises
    ------
    ValueError
        When a start occurs twice for one dataset, number of labels, seed and draw.
    KeyError
        When the table lacks a column, or holds one of the two starts alone.
    """
    keys = ["dataset", "labelled", "seed", "draw"]
    pairs = table.pivot(index=keys, columns="start", values="accuracy").reset_index()
    rows = []
    for (dataset, labelled), found in pairs.groupby(["dataset", "labelled"]):
        gain = found[PRETRAINED] - found[SCRATCH]
        interval = ttest_1samp(gain, 0.0).confidence_interval(CONFIDENCE)
        row = {"dataset": dataset, "labelled": labelled, "pairs": len(gain)}
        means = {start: found[start].mean() for start in (PRETRAINED, SCRATCH)}
        rows.append(row | means | {"gain": gain.mean(), "low": interval.low, "high": interval.high})
    return pd.DataFrame(rows)
