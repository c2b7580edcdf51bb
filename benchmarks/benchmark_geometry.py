"""Time the geometry of a dataset at the layers of ST-GCN: warped distances, graph and smoothness.

The clips are noise: times depend on sizes alone. Warped distances are compared with the naive
double loop over windows, which is timed on some of the pairs and multiplied up. The geometry of
many sequences is timed for some: features grow with their number, distances with its square.
"""

import argparse
import os
import time
from collections.abc import Callable
from typing import NamedTuple

# Before numpy is imported: its libraries read this once.
for library in ("OMP", "OPENBLAS", "MKL", "VECLIB"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "2")

import numpy as np  # noqa: E402

from kinembed.analysis.layer_geometry import (  # noqa: E402
    INPUT,
    dataset_graph,
    dtw_distances,
    label_smoothness,
    layer_features,
    window_descriptors,
)
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton  # noqa: E402
from kinembed.networks.skeleton_graph import SkeletonGraph  # noqa: E402
from kinembed.networks.stgcn import StGcn, StgcnParameters  # noqa: E402

SHORTEST, LONGEST = 40, 140
"""Frames of a clip: those of HDM05 at 30 Hz, near enough."""
WINDOW, NEIGHBOURS, CLASSES = 4, 15, 11
QUARTER = StgcnParameters(widths=(16, 32, 64))


class Timing(NamedTuple):
    """Wall-clock seconds, and those of the processor, which other programs do not lengthen."""

    wall: float
    processor: float


def timed(act: Callable[[], object]) -> Timing:
    """How long one run takes."""
    start = time.perf_counter(), time.process_time()
    act()
    return Timing(time.perf_counter() - start[0], time.process_time() - start[1])


def clips_of(count: int, joints: int) -> list[np.ndarray]:
    """Noise in the shape of clips: (channels, frames, joints)."""
    generator = np.random.default_rng(0)
    lengths = generator.integers(SHORTEST, LONGEST + 1, count)
    return [generator.normal(size=(3, frames, joints)).astype("float32") for frames in lengths]


def naive_distance(one: np.ndarray, other: np.ndarray) -> float:
    """Warped distance, cell by cell."""
    n, m = len(one), len(other)
    sums = np.full((n + 1, m + 1), np.inf)
    sums[0, 0] = 0.0
    for a in range(n):
        for b in range(m):
            cost = np.linalg.norm(one[a] - other[b])
            sums[a + 1, b + 1] = cost + min(sums[a + 1, b], sums[a, b + 1], sums[a, b])
    return float(sums[n, m] / (n + m))


def compare_with_loop(descriptors: list[np.ndarray], pairs: int) -> str:
    """Time of all pairs, with the library and with the loop; they must agree."""
    count = len(descriptors)
    drawn = np.random.default_rng(1).integers(0, count, (pairs, 2))
    distances = dtw_distances(descriptors)
    np.testing.assert_allclose(
        [naive_distance(descriptors[i], descriptors[j]) if i != j else 0.0 for i, j in drawn],
        distances[tuple(drawn.T)],
        atol=1e-6,
    )
    library = timed(lambda: dtw_distances(descriptors))
    some = timed(lambda: [naive_distance(descriptors[i], descriptors[j]) for i, j in drawn])
    loop = some.processor * (count * (count - 1) / 2) / pairs
    return (
        f"DTW of {count} sequences, {descriptors[0].shape[1]} features, processor seconds: "
        f"library {library.processor:.2f}, loop {loop:.1f}, ratio {loop / library.processor:.0f}"
    )


def geometry(values: list[np.ndarray], frames: list[int]) -> None:
    """From features of one layer to its smoothness."""
    trials = [str(index // 2) for index in range(len(values))]
    labels = [str(index % CLASSES) for index in range(len(values))]
    distances = dtw_distances(window_descriptors(values, frames, WINDOW))
    label_smoothness(dataset_graph(distances, NEIGHBOURS, trials), labels)


def main() -> None:
    """Print a line for the features, the comparison, a line per layer and the estimate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=250, help="how many are timed")
    parser.add_argument("--target", type=int, default=1000, help="how many it is estimated for")
    parser.add_argument("--pairs", type=int, default=20, help="pairs of the naive loop")
    arguments = parser.parse_args()
    graph = SkeletonGraph.of(cmu_asf_skeleton())
    network = StGcn(graph, CLASSES, QUARTER)
    layers = (INPUT, *network.layers)
    clips = clips_of(arguments.sequences, len(graph.joints))
    frames = [clip.shape[1] for clip in clips]

    features: dict[str, list[np.ndarray]] = {}
    passed = timed(lambda: features.update(layer_features(network, layers, clips, device="cpu")))
    print(line("features", passed))
    first = window_descriptors(features["blocks.0"], frames, WINDOW)
    print(compare_with_loop(first, arguments.pairs))
    total = np.zeros(2)
    for layer, values in features.items():
        timing = timed(lambda values=values: geometry(values, frames))
        total += timing
        print(line(layer, timing))
    more = arguments.target / arguments.sequences
    estimate = Timing(*(more * np.array(passed) + more**2 * total))
    print(line(f"{arguments.target} sequences", estimate) + f", from {arguments.sequences}")


def line(what: str, timing: Timing) -> str:
    """A row of the table."""
    return f"{what:16}{timing.wall:8.2f} s{timing.processor:8.2f} s of the processor"


if __name__ == "__main__":
    main()
