"""Time a training step against its matrix products alone, in turns, on one thread.

``python benchmarks/benchmark_training.py --speed docs/results/speed.csv`` replaces the rows of
training in that table. The products are those of a step forwards and backwards (towards inputs and
weights), one after the other with the sizes in which time runs, and nothing between them.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

# Before torch is imported: its libraries read this once.
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from kinembed.networks.seq2seq import NetworkParameters, Seq2Seq
from kinembed.training.objectives import MseObjective, Optimisation

WINDOWS, SOURCE, TARGET, CHANNELS = 32, 25, 25, 58
"""Windows of a step, frames of each, and channels of subject 86."""
LIMITS = {128: 2.0, 1024: 1.1}
"""Units -> most that a step should take, in times its products."""
ROUNDS, STEPS = 9, {128: 20, 1024: 2}


def products(units: int) -> list[tuple[Tensor, Tensor]]:
    """Factors of every product of a step."""
    shapes = [(WINDOWS * SOURCE, CHANNELS, 3 * units)]
    shapes += [(WINDOWS, units, 3 * units)] * SOURCE
    frame = [(CHANNELS, 3 * units), (units, 3 * units), (units, CHANNELS)]
    shapes += [(WINDOWS, *shape) for shape in frame] * TARGET
    found, shared = [], {}
    for rows, inner, columns in shapes:
        inputs = torch.randn(rows, inner)
        weights = shared.setdefault((inner, columns), torch.randn(inner, columns))
        gradient = torch.randn(rows, columns)
        found += [(inputs, weights), (gradient, weights.T), (gradient.T, inputs)]
    return found


def seconds(act: Callable[[], object], times: int) -> float:
    """Processor seconds of one call, mean of some."""
    start = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - start) / times


def measure(units: int) -> dict[str, float]:
    """Medians of both, and of their ratio."""
    factors = products(units)
    objective = MseObjective(
        Seq2Seq(CHANNELS, NetworkParameters(units=units)), Optimisation(1e-3, 5.0, "full")
    )
    source, target = (torch.randn(WINDOWS, n, CHANNELS) for n in (SOURCE, TARGET))
    contestants = (
        lambda: [one @ other for one, other in factors],
        lambda: objective.step(source, target),
    )
    for act in contestants:
        act()
    rounds = np.array([[seconds(act, STEPS[units]) for act in contestants] for _ in range(ROUNDS)])
    alone, step = np.median(rounds, axis=0)
    ratio = np.median(rounds[:, 1] / rounds[:, 0])
    return {"products": 1e3 * alone, "step": 1e3 * step, "step / products": ratio}


def rows(units: int) -> pd.DataFrame:
    """Rows of the table of speed."""
    found = pd.DataFrame(measure(units).items(), columns=["contestant", "value"])
    of_ratio = found["contestant"] == "step / products"
    found["measure"] = np.where(of_ratio, "ratio_to_limit", "processor_ms")
    return found.assign(task=f"training_{units}", size=WINDOWS)


def main() -> None:
    """Print the rows, and put them into the table if there is one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--speed", type=Path, help="table whose rows of training are replaced")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    found = pd.concat([rows(units) for units in LIMITS])
    columns = ["task", "measure", "value", "size", "contestant"]
    print(found[columns].round(3).to_string(index=False))
    print("limits:", LIMITS)
    if arguments.speed:
        others = pd.read_csv(arguments.speed)
        others = others[~others["task"].str.startswith("training")]
        pd.concat([others, found])[columns].round(3).to_csv(arguments.speed, index=False)


if __name__ == "__main__":
    main()
