"""Time a long recording from its channels to its clusters, and the search for the best labels.

The recording is the synthetic sample, as long as is asked for (an hour at 120 Hz has 432,000
frames). The labels of least cost for given means are compared with a plain loop over rows.

``--speed TABLE`` compares the whole step, feature space and search, with the plain one that is kept
for the tests: a process of its own and one thread for every run, on made-up rows at 24 Hz.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

# Before numpy is imported: its libraries read this once.
for library in ("OMP", "OPENBLAS", "MKL", "VECLIB"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "2")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from helpers import plain_kernel_segmentation as plain  # noqa: E402
from helpers.plain_kernel_features import plain_features  # noqa: E402

from kinembed.core.provenance import write_made_with  # noqa: E402
from kinembed.io.synthetic.person import make_sample  # noqa: E402
from kinembed.motion.exponential_maps import to_expmap  # noqa: E402
from kinembed.motion.features import FeatureParameters  # noqa: E402
from kinembed.segmentation.clustering import ClusteringParameters, fit_clusters  # noqa: E402
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings, embed  # noqa: E402
from kinembed.segmentation.partition_cost import PartitionCost  # noqa: E402
from kinembed.training.motion_prediction import TrainingParameters  # noqa: E402
from kinembed.training.trained_model import train_model  # noqa: E402

Result = TypeVar("Result")
ROWS, CLUSTERS, DIMENSIONS, CHANGE = 20_000, 8, 100, 17.0
RATE, STATES = 24.0, 30
RUNS = {
    "old": {5_000: 3, 20_000: 3},
    "new": {5_000: 3, 20_000: 3, 86_400: 1, 300_000: 1, 1_000_000: 1},
}
"""Contestant -> rows -> runs."""

# The defaults of conf/base.
TRAINING = TrainingParameters(
    network={"units": 128},
    windows={"source": 25, "target": 25},
    steps=1000,
    batch_size=32,
    learning_rate=1e-3,
    input_noise=0.2,
)
EMBEDDING = EmbeddingParameters(
    states="both", arrangement="frame", stride=5, components=30, discontinuity_threshold=4
)
FEATURES = FeatureParameters(root="ground")
CLUSTERING = ClusteringParameters(method="kernel_segmentation", components=30, minimum_duration_s=0)


def timed(what: str, act: Callable[[], Result]) -> Result:
    """What comes of it; how long it took and the most memory so far are printed."""
    start = time.perf_counter(), time.process_time()
    result = act()
    wall, processor = time.perf_counter() - start[0], time.process_time() - start[1]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{what}: {wall:.1f} s, processor {processor:.1f} s, at most {memory:.1f} GiB so far")
    return result


def recording(minutes: float) -> None:
    """Train, embed and cluster a synthetic recording."""
    start = time.perf_counter()
    sample = timed("synthetic recording", lambda: make_sample(0, 60 * minutes))
    motion = timed("exponential maps", lambda: to_expmap(sample.motion))
    model = timed("training", lambda: train_model(motion, FEATURES, TRAINING))
    states = timed("embedding", lambda: embed(model, motion, EMBEDDING))
    fitted = timed("clustering", lambda: fit_clusters(states, CLUSTERING, [6, None]))
    print(
        f"{len(motion)} frames in all {time.perf_counter() - start:.0f} s; given 6 clusters and "
        f"estimated {fitted.clusters[1].number}"
    )


def naive_labels(features: np.ndarray, means: np.ndarray, change: float) -> np.ndarray:
    """Labels of least cost, row by row."""
    costs = np.square(features[0] - means).sum(axis=1)
    came_from = []
    for row in features[1:]:
        steps = costs[:, None] + change * (1 - np.eye(len(means)))
        came_from.append(steps.argmin(axis=0))
        costs = steps.min(axis=0) + np.square(row - means).sum(axis=1)
    labels = [int(costs.argmin())]
    for back in reversed(came_from):
        labels.append(int(back[labels[-1]]))
    return np.array(labels[::-1])


def compare_with_loop() -> None:
    """Both on the same noise about means that seldom change; they must agree."""
    generator = np.random.default_rng(0)
    means = generator.normal(size=(CLUSTERS, DIMENSIONS))
    truth = np.repeat(generator.integers(0, CLUSTERS, ROWS // 100), 100)
    features = means[truth] + generator.normal(size=(ROWS, DIMENSIONS))
    cost = PartitionCost(features, CHANGE, np.array([0, ROWS]))
    expected = naive_labels(features, means, CHANGE)
    np.testing.assert_array_equal(cost.cheapest_labels(means), expected)
    seconds = []
    for act in (
        lambda: cost.cheapest_labels(means),
        lambda: naive_labels(features, means, CHANGE),
    ):
        start = time.process_time()
        act()
        seconds.append(time.process_time() - start)
    print(
        f"labels of {ROWS} rows, {CLUSTERS} clusters, processor seconds: library {seconds[0]:.3f}, "
        f"loop {seconds[1]:.2f}, ratio {seconds[1] / seconds[0]:.0f}"
    )


def made_up_rows(rows: int, seed: int = 0) -> np.ndarray:
    """Eight behaviours, each a loop about a point, in segments of 2 to 20 s; variance 1."""
    draw = np.random.default_rng(seed)
    points, axes = draw.normal(size=(8, STATES)), draw.normal(size=(8, 2, STATES))
    features = 0.5 * draw.normal(size=(rows, STATES))
    start = 0
    while start < rows:
        kind, stop = int(draw.integers(8)), start + round(draw.uniform(2, 20) * RATE)
        phase = 2 * np.pi * np.arange(min(stop, rows) - start) / RATE
        features[start:stop] += points[kind]
        features[start:stop] += np.stack([np.cos(phase), np.sin(phase)], axis=1) @ axes[kind]
        start = stop
    features -= features.mean(axis=0)
    features /= np.sqrt(np.square(features).sum() / rows)
    return features


def one_run(contestant: str, rows: int) -> None:
    """Cluster once and print processor seconds and the most memory of this process."""
    values, start = made_up_rows(rows), time.process_time()
    if contestant == "old":
        features, penalty = plain_features(values, RATE), CLUSTERING.transition_penalty_s * RATE
        cost = plain.PlainCost(features, penalty, np.array([0, rows]), False, RATE)
        plain.best_partitions(cost, CLUSTERING.largest_number)
    else:
        fit_clusters(Embeddings(values, np.arange(rows), rows, RATE), CLUSTERING, [None])
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"processor_s": seconds, "peak_mb": peak}))


def in_a_child(contestant: str, rows: int) -> dict[str, float]:
    """What one run in a process of its own, on one thread, printed."""
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "VECLIB")}
    command = [sys.executable, __file__, "--contestant", contestant, "--rows", str(rows)]
    done = subprocess.run(command, env=os.environ | threads, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    print(f"{contestant}, {rows} rows: {found}", flush=True)
    return found


def speed(path: Path) -> None:
    """Run old and new in turns, and write medians, ratios and exponents of growth."""
    found = []
    for rows, runs in RUNS["new"].items():
        for _ in range(runs):
            for contestant in RUNS:
                if rows in RUNS[contestant]:
                    measured = in_a_child(contestant, rows)
                    found += [(*one, rows, contestant) for one in measured.items()]
    table = pd.DataFrame(found, columns=["measure", "value", "size", "contestant"])
    table = table.groupby(["contestant", "measure", "size"], as_index=False)["value"].median()
    table = pd.concat([table, growth(table), ratios(table)]).assign(task="clustering")
    columns = ["task", "measure", "value", "size", "contestant"]
    table[columns].round(3).to_csv(path, index=False)
    write_made_with(path)


def growth(table: pd.DataFrame) -> pd.DataFrame:
    """Slope of logarithms over all sizes, in time and memory; the size is the largest."""
    names = {"processor_s": "growth_exponent", "peak_mb": "growth_exponent_of_memory"}
    found = [
        (
            names[measure],
            np.polyfit(np.log(of["size"]), np.log(of["value"]), 1)[0],
            of["size"].max(),
            by,
        )
        for (by, measure), of in table.groupby(["contestant", "measure"])
    ]
    return pd.DataFrame(found, columns=["measure", "value", "size", "contestant"])


def ratios(table: pd.DataFrame) -> pd.DataFrame:
    """Processor seconds of the old one over those of the new one."""
    seconds = table[table["measure"] == "processor_s"]
    wide = seconds.pivot(index="size", columns="contestant", values="value").dropna()
    ratio = (wide["old"] / wide["new"]).rename("value").reset_index()
    return ratio.assign(measure="ratio", contestant="old / new")


def main() -> None:
    """Print the comparison, then a line per stage; or do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="length of the recording")
    parser.add_argument("--speed", type=Path, help="table to write of old and new")
    parser.add_argument("--contestant", choices=list(RUNS), help="cluster once with this one")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of this one run")
    arguments = parser.parse_args()
    if arguments.contestant:
        one_run(arguments.contestant, arguments.rows)
    elif arguments.speed:
        speed(arguments.speed)
    else:
        compare_with_loop()
        recording(arguments.minutes)


if __name__ == "__main__":
    main()
