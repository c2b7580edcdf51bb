"""Time a long recording from its channels to its clusters, and the search for the best labels.

The recording is the synthetic sample, as long as is asked for (an hour at 120 Hz has 432,000
frames). The labels of least cost for given means are compared with a plain loop over rows.
"""

import argparse
import os
import resource
import time
from collections.abc import Callable
from typing import TypeVar

# Before numpy is imported: its libraries read this once.
for library in ("OMP", "OPENBLAS", "MKL", "VECLIB"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "2")

import numpy as np  # noqa: E402

from kinembed.io.synthetic.person import make_sample  # noqa: E402
from kinembed.motion.exponential_maps import to_expmap  # noqa: E402
from kinembed.motion.features import FeatureParameters  # noqa: E402
from kinembed.segmentation.clustering import ClusteringParameters, fit_clusters  # noqa: E402
from kinembed.segmentation.embedding import EmbeddingParameters, embed  # noqa: E402
from kinembed.segmentation.partition_cost import PartitionCost  # noqa: E402
from kinembed.training.motion_prediction import TrainingParameters  # noqa: E402
from kinembed.training.trained_model import train_model  # noqa: E402

Result = TypeVar("Result")
ROWS, CLUSTERS, DIMENSIONS, CHANGE = 20_000, 8, 100, 17.0

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


def main() -> None:
    """Print the comparison, then a line per stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="length of the recording")
    arguments = parser.parse_args()
    compare_with_loop()
    recording(arguments.minutes)


if __name__ == "__main__":
    main()
