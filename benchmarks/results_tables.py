"""Numbers of results pages that are computed from the tables beside them, without any data.

``python benchmarks/results_tables.py`` prints means, deviations, worst cases, correlations and
counts of the pages Subject 86, Layers of an action classifier, Activation maximisation and Video
prediction. Other pages name the table of means that their own command writes.
"""

from pathlib import Path

import pandas as pd
from subject_86 import TEST

RESULTS = Path(__file__).parents[1] / "docs/results"
MEASURES = ["accuracy", "ami", "boundary_f1", "boundary_f1_1s"]
WHICH = ("most", "random", "least")
SHARES = ["variation_falls", "frequency_falls", "excited", "appearance_needed", "flow_needed"]


def subject_86() -> pd.DataFrame:
    """Means, the worst trial, the deviation between seeds, and how often the number is right."""
    table = pd.read_csv(RESULTS / "subject_86.csv")
    table = table[(table["method"] == "kinembed") & (table["protocol"] == "continuous")]
    table = table.assign(number_is_right=table["clusters"] == table["behaviours"])
    ways = table.groupby("clusters_given")
    of_trials = table.groupby(["clusters_given", "sequence"])["accuracy"].mean().unstack()
    of_seeds = table.groupby(["clusters_given", "seed"])["accuracy"].mean().unstack()
    return (
        ways[MEASURES]
        .mean()
        .assign(
            test_set=of_trials[list(TEST)].mean(axis=1),
            worst_trial=of_trials.min(axis=1),
            deviation_between_seeds=of_seeds.std(axis=1),
            number_is_right=ways["number_is_right"].sum(),
        )
    )


def geometry() -> pd.DataFrame:
    """Correlation of layer and label error by seed, and ratios of mean errors of the last layer."""
    keys = ["dataset", "graph", "window"]
    table = pd.read_csv(RESULTS / "geometry.csv")
    layers = list(table["layer"].unique())
    table = table.assign(place=table["layer"].map(layers.index))
    by_seed = table.groupby([*keys, "model", "seed"])[["place", "label_error"]]
    found = by_seed.corr("spearman")["label_error"].xs("place", level=-1).unstack(["model", "seed"])
    errors = table.pivot_table("label_error", keys, ["model", "layer"])
    last = errors["trained", layers[-1]]
    found["ratio", "last / input"] = last / errors["trained", layers[0]]
    found["ratio", "last / untrained"] = last / errors["untrained", layers[-1]]
    return found


def gradcam() -> pd.DataFrame:
    """Fall of the probability where joints or cells are hidden, mean over clips and seeds."""
    table = pd.read_csv(RESULTS / "gradcam.csv")
    hidden = [f"{what}_{which}" for what in ("joints", "places") for which in WHICH]
    weighted = table[hidden].mul(table["clips"], axis=0).assign(clips=table["clips"])
    sums = weighted.groupby([table["dataset"], table["layer"]]).sum()
    found = sums[hidden].div(sums["clips"], axis=0)
    for which in WHICH[1:]:
        found[f"most / {which}"] = found["joints_most"] / found[f"joints_{which}"]
    return found


def transfer() -> pd.DataFrame:
    """Accuracy on the behaviours learned second by the number of frozen blocks, over seeds."""
    table = pd.read_csv(RESULTS / "transfer.csv")
    return table.groupby(["dataset", "start", "frozen"])["accuracy"].agg(["mean", "min", "max"])


def maximisation() -> pd.DataFrame:
    """Mean shares of units by kind of network and layer, each layer having eight units."""
    table = pd.read_csv(RESULTS / "maximisation_layers.csv")
    kind = table["network"].str.partition(".")[0].rename("kind")
    shares = [*SHARES, "recognised", "half_speed_similarity"]
    extremes = {"most_specific": "max", "least_specific": "min"}
    return table.groupby([kind, "layer"], sort=False).agg(dict.fromkeys(shares, "mean") | extremes)


def video() -> pd.DataFrame:
    """Mean error of a frame and its deviation between seeds."""
    table = pd.read_csv(RESULTS / "video.csv")
    keys = ["data", "decoder", "model", "regime", "digits"]
    errors = ["cross_entropy", "squared_error"]
    return table.groupby(keys, dropna=False)[errors].agg(["mean", "std"])


if __name__ == "__main__":
    pd.set_option("display.width", 200, "display.max_columns", None, "display.max_rows", None)
    for page in (subject_86, geometry, gradcam, transfer, maximisation, video):
        print(page.__name__, page().round(4).to_string(), sep="\n", end="\n\n")
