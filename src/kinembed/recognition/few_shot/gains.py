"""By how much pre-training helps, for each number of labels."""

import pandas as pd
from scipy.stats import ttest_1samp

from kinembed.recognition.few_shot.curve import PRETRAINED, SCRATCH

CONFIDENCE = 0.95


def paired_gains(table: pd.DataFrame) -> pd.DataFrame:
    """Means over seeds and draws, and the difference of pairs with its 95 % interval (Student's t).

    Columns ``dataset``, ``labelled``, ``pairs``, ``pretrained``, ``scratch``, ``gain``, ``low``,
    ``high``; the interval is nan where there is one pair. Draws of one seed share its network, so
    it speaks of other draws more than of other seeds.
    """
    keys = ["dataset", "labelled", "seed", "draw"]
    pairs = table.pivot(index=keys, columns="start", values="accuracy").reset_index()
    rows = []
    for (dataset, labelled), found in pairs.groupby(["dataset", "labelled"]):
        gain = found[PRETRAINED] - found[SCRATCH]
        interval = ttest_1samp(gain, 0.0).confidence_interval(CONFIDENCE)
        told = {"dataset": dataset, "labelled": labelled, "pairs": len(gain)}
        means = {start: found[start].mean() for start in (PRETRAINED, SCRATCH)}
        rows.append(
            told | means | {"gain": gain.mean(), "low": interval.low, "high": interval.high}
        )
    return pd.DataFrame(rows)
