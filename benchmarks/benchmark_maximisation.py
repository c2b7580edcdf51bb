"""Time inputs that excite all units of a layer: in batches, one at a time, and by a plain script.

Networks are untrained: times depend on sizes alone. Every unit of a layer is aimed at with three
chi; ascents of some steps are timed and multiplied up to all of them, since every step takes the
same time. One at a time, a few targets are timed and multiplied up to all: by the library, and by a
script that takes the formulas as they stand, torch's own Adam and norms, and the network as it is,
in the same precision. They take turns in the same run, and the fastest of some runs counts; times
are wall-clock, on two threads.

No batch can be faster than the products that a step consists of, at the rate at which this
processor multiplies large matrices; the share of that rate which batches reach is told, too.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence

# Before numpy is imported: its libraries read this once.
for library in ("OMP", "OPENBLAS", "MKL", "VECLIB"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "2")

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from kinembed.analysis.activation_maximisation import (  # noqa: E402
    AscentParameters,
    BoundedInput,
    NetworkUnderStudy,
    Target,
    maximise,
)
from kinembed.core.allocator import keep_freed_memory  # noqa: E402
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton  # noqa: E402
from kinembed.networks.seq2seq import NetworkParameters, Seq2Seq  # noqa: E402
from kinembed.networks.skeleton_graph import SkeletonGraph  # noqa: E402
from kinembed.networks.stgcn import StGcn, StgcnParameters  # noqa: E402
from kinembed.networks.two_stream import TwoStream, TwoStreamNetworkParameters  # noqa: E402
from kinembed.training.devices import Precision, autocast  # noqa: E402

UNITS, CHI = 64, (0.0, 1.0, 10.0)
FRAMES, CLASSES, CHANNELS, TARGET = 40, 11, 54, 25
STEPS = 100
"""That ascents take as a rule; the times are multiplied up to them."""
PICTURES, PIXELS = 16, 32
SIDE = 2048
"""Of the matrices whose product tells how fast the processor can multiply."""


def best_of(repeats: int, *acts: Callable[[], object]) -> list[float]:
    """Seconds of the fastest run of each; they take turns; the first does not count."""
    durations: list[list[float]] = [[] for _ in acts]
    for _ in range(repeats + 1):
        for act, taken in zip(acts, durations, strict=True):
            start = time.perf_counter()
            act()
            taken.append(time.perf_counter() - start)
    return [min(taken[1:]) for taken in durations]


def graph_network() -> NetworkUnderStudy:
    """ST-GCN at a quarter of its width, on movements of two seconds."""
    graph = SkeletonGraph.of(cmu_asf_skeleton())
    network = StGcn(graph, CLASSES, StgcnParameters(widths=(16, 32, 64))).eval()
    shape = (3, FRAMES, len(graph.joints))
    movement = BoundedInput("movement", shape, time=1, channels=0, bound=1.0, joints=2)
    return NetworkUnderStudy(network, (movement,))


def two_streams() -> NetworkUnderStudy:
    """Two streams on pictures and flow of 1.6 seconds."""
    network = TwoStream(CLASSES, TwoStreamNetworkParameters()).eval()
    size, space = (PICTURES, PIXELS, PIXELS), (2, 3)
    appearance = BoundedInput("appearance", (1, *size), 1, 0, 1.0, space, nonnegative=True)
    flow = BoundedInput("flow", (2, *size), 1, 0, 5.0, space)
    return NetworkUnderStudy(network, (appearance, flow))


def recurrent_network() -> NetworkUnderStudy:
    """The sequence-to-sequence network, which reads 25 frames and predicts as many."""
    network = Seq2Seq(CHANNELS, NetworkParameters(units=UNITS)).eval()
    source = BoundedInput("source", (TARGET, CHANNELS), time=0, channels=1, bound=5.0)
    return NetworkUnderStudy(network, (source,), run=lambda given: network(given["source"], TARGET))


def plainly(
    studied: NetworkUnderStudy, layer: str, target: Target, parameters: AscentParameters
) -> None:
    """One input as a script finds it, from the formulas as they stand."""
    inputs = studied.inputs
    noise = [parameters.noise * torch.randn(1, *one.shape) for one in inputs]
    shares = [values.requires_grad_() for values in noise]
    optimiser = torch.optim.Adam(shares, parameters.learning_rate, maximize=True)
    for _ in range(parameters.steps):
        given = {one.name: one.bound * x for one, x in zip(inputs, shares, strict=True)}
        with autocast(torch.device("cpu"), parameters.precision):
            activation = studied.activations([layer], given)[layer][0, target.unit]
        value = torch.where(activation > 1, 1 + activation.clamp(min=1).log(), activation)
        for one, x in zip(inputs, shares, strict=True):
            value = value - parameters.bound_weight * (norms(one, x) ** 3).mean()
            across = sum((x.diff(dim=axis + 1) ** 2).sum() for axis in one.space)
            along = (x.diff(dim=one.time + 1) ** 2).sum()
            value = value - (parameters.kappa * across + target.chi * along) / one.locations
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        with torch.no_grad():
            for one, x in zip(inputs, shares, strict=True):
                if one.nonnegative:
                    x.clamp_(min=0)
                x.div_(norms(one, x).clamp(min=1))


def norms(one: BoundedInput, x: torch.Tensor) -> torch.Tensor:
    """At each place."""
    return torch.linalg.vector_norm(x, dim=one.channels + 1, keepdim=True)


def products(studied: NetworkUnderStudy, layer: str) -> float:
    """Floating-point operations of matrix products and convolutions in a step of one ascent."""
    counts = []
    for steps in (1, 2):
        with FlopCounterMode(display=False) as counter:
            one = AscentParameters(steps=steps, precision="full", device="cpu")
            maximise(studied, layer, [Target(0, 0.0)], np.ones(UNITS), one)
        counts.append(counter.get_total_flops())
    return counts[1] - counts[0]


def rate(precision: Precision, repeats: int) -> float:
    """Operations a second of a product of large matrices."""
    matrix = torch.randn(SIDE, SIDE, dtype=torch.bfloat16 if precision == "mixed" else None)
    (seconds,) = best_of(repeats, lambda: matrix @ matrix)
    return 2 * SIDE**3 / seconds


def compare(
    studied: NetworkUnderStudy, layer: str, precision: Precision, given: argparse.Namespace
) -> str:
    """A row of the table."""
    targets = [Target(unit, chi) for unit in range(UNITS) for chi in CHI]
    few = [targets[i] for i in np.linspace(0, len(targets) - 1, given.some).round().astype(int)]
    parameters = AscentParameters(steps=given.steps, precision=precision, device="cpu")

    def climb(chosen: Sequence[Target]) -> object:
        return maximise(studied, layer, chosen, np.ones(UNITS), parameters)

    batched, alone, plain = best_of(
        given.repeats,
        lambda: climb(targets),
        lambda: [climb([target]) for target in few],
        lambda: [plainly(studied, layer, target, parameters) for target in few],
    )
    alone, plain = (one * len(targets) / len(few) for one in (alone, plain))
    least = given.steps * len(targets) * products(studied, layer) / rate(precision, given.repeats)
    more = STEPS / given.steps
    return (
        f"{layer:10}{precision:>10}{more * batched:10.0f}{least / batched:10.0%}"
        f"{more * alone:16.0f}{alone / batched:8.1f}{more * plain:10.0f}{plain / batched:8.1f}"
    )


def main() -> None:
    """Print a row for a layer of each network, in each precision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=25, help="of an ascent that is timed")
    parser.add_argument("--some", type=int, default=6, help="targets that are timed one at a time")
    parser.add_argument("--repeats", type=int, default=3, help="runs, of which the fastest counts")
    parser.add_argument(
        "--precisions", nargs="+", default=["full"], choices=["full", "mixed"], help="of networks"
    )
    given = parser.parse_args()
    torch.manual_seed(0)
    keep_freed_memory()  # as every run of a pipeline does
    print(f"{UNITS * len(CHI)} ascents of {STEPS} steps, seconds, and times as long as in batches")
    columns = f"{'batched':>10}{'of rate':>10}{'one at a time':>16}{'ratio':>8}{'plainly':>10}"
    print(f"{'layer':10}{'precision':>10}{columns}{'ratio':>8}")
    rows = (
        (two_streams(), "fusion"),
        (graph_network(), "blocks.9"),
        (recurrent_network(), "encoder"),
    )
    for studied, layer in rows:
        studied.network.requires_grad_(False)
        for precision in given.precisions:
            print(compare(studied, layer, precision, given), flush=True)


if __name__ == "__main__":
    main()
