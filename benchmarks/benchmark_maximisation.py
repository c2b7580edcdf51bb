"""Time inputs that excite all units of a layer, in batches against one at a time.

Networks are untrained: times depend on sizes alone. Every unit of a layer is aimed at with three
chi; ascents of a few steps are timed and multiplied up to all of them, since every step takes the
same time. One at a time, a few of the aims are timed, and multiplied up to all. Both take turns in
the same run; times are wall-clock, on two threads, and the processor's beside them.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

# Before numpy is imported: its libraries read this once.
for library in ("OMP", "OPENBLAS", "MKL", "VECLIB"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "2")

import numpy as np  # noqa: E402
import torch  # noqa: E402

from kinembed.formats.skeletons import cmu_asf_skeleton  # noqa: E402
from kinembed.maximisation import (  # noqa: E402
    Aim,
    AscentParameters,
    BoundedInput,
    Specimen,
    maximise,
)
from kinembed.models.seq2seq import NetworkParameters, Seq2Seq  # noqa: E402
from kinembed.models.skeleton_graph import SkeletonGraph  # noqa: E402
from kinembed.models.stgcn import StGcn, StgcnParameters  # noqa: E402
from kinembed.models.two_stream import TwoStream, TwoStreamNetworkParameters  # noqa: E402

UNITS, CHI = 64, (0.0, 1.0, 10.0)
FRAMES, CLASSES, CHANNELS, TARGET = 40, 11, 54, 25
PICTURES, PIXELS = 16, 32


class Timing(NamedTuple):
    """Seconds, of the clock and of the processor, which other programs do not lengthen."""

    wall: float
    processor: float

    def times(self, factor: float) -> "Timing":
        """As long for so many times the work."""
        return Timing(self.wall * factor, self.processor * factor)


def timed(act: Callable[[], object]) -> Timing:
    """How long one run takes."""
    start = time.perf_counter(), time.process_time()
    act()
    return Timing(time.perf_counter() - start[0], time.process_time() - start[1])


def graph_network() -> Specimen:
    """ST-GCN at a quarter of its width, on movements of two seconds."""
    graph = SkeletonGraph.of(cmu_asf_skeleton())
    network = StGcn(graph, CLASSES, StgcnParameters(widths=(16, 32, 64))).eval()
    shape = (3, FRAMES, len(graph.joints))
    movement = BoundedInput("movement", shape, time=1, channels=0, bound=1.0, joints=2)
    return Specimen(network, (movement,))


def two_streams() -> Specimen:
    """Two streams on pictures and flow of 1.6 seconds."""
    network = TwoStream(CLASSES, TwoStreamNetworkParameters()).eval()
    size, space = (PICTURES, PIXELS, PIXELS), (2, 3)
    appearance = BoundedInput("appearance", (1, *size), 1, 0, 1.0, space, nonnegative=True)
    flow = BoundedInput("flow", (2, *size), 1, 0, 5.0, space)
    return Specimen(network, (appearance, flow))


def recurrent_network() -> Specimen:
    """The sequence-to-sequence network, which reads 25 frames and predicts as many."""
    network = Seq2Seq(CHANNELS, NetworkParameters(units=UNITS)).eval()
    source = BoundedInput("source", (TARGET, CHANNELS), time=0, channels=1, bound=5.0)
    return Specimen(network, (source,), run=lambda given: network(given["source"], TARGET))


def compare(specimen: Specimen, layer: str, steps: int, some: int, target: int) -> str:
    """A row of the table."""
    aims = [Aim(unit, chi) for unit in range(UNITS) for chi in CHI]
    parameters = AscentParameters(steps=steps, device="cpu")
    largest = np.ones(UNITS)
    few = [aims[index] for index in np.linspace(0, len(aims) - 1, some).round().astype(int)]

    def together(chosen: Sequence[Aim]) -> Callable[[], object]:
        return lambda: maximise(specimen, layer, chosen, largest, parameters)

    def alone() -> None:
        for aim in few:
            together([aim])()

    together(aims[:2])()  # the first run of all prepares libraries
    more = target / steps
    batched = timed(together(aims)).times(more)
    single = timed(alone).times(more * len(aims) / some)
    return (
        f"{layer:12}{batched.wall:10.0f}{batched.processor:10.0f}"
        f"{single.wall:12.0f}{single.processor:10.0f}"
        f"{single.wall / batched.wall:10.1f}{single.processor / batched.processor:10.1f}"
    )


def main() -> None:
    """Print a row for a layer of each network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=4, help="of an ascent that is timed")
    parser.add_argument("--target", type=int, default=100, help="steps it is estimated for")
    parser.add_argument("--some", type=int, default=12, help="aims that are timed one at a time")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    count, steps = UNITS * len(CHI), arguments.target
    print(f"{count} ascents of {steps} steps, seconds: clock, processor; alone / batched: likewise")
    print(f"{'layer':12}{'batched':>20}{'one at a time':>22}{'ratio':>20}")
    given = arguments.steps, arguments.some, arguments.target
    rows = (
        (two_streams(), "fusion"),
        (graph_network(), "blocks.9"),
        (recurrent_network(), "encoder"),
    )
    for specimen, layer in rows:
        print(compare(specimen, layer, *given), flush=True)


if __name__ == "__main__":
    main()
