"""Time drawing moving digits, and a training step of the LSTM with peepholes.

Drawing is compared with a plain loop over videos, digits and frames; the LSTM with ``nn.LSTM`` of
the same size, on the same frames, forwards and backwards. What is compared takes turns on one core
of the CPU, and times are the processor's, so that other programs disturb both little and alike; the
fastest of some runs counts, and ratios say more than milliseconds.
"""

import argparse
import os
import time
from collections.abc import Callable

# Before numpy is imported: its libraries read this once.
for library in ("OMP", "OPENBLAS", "MKL", "VECLIB"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

from kinembed.io.sources.digits import SIDE, find_digits  # noqa: E402
from kinembed.io.synthetic.moving_digits import (  # noqa: E402
    MovingDigits,
    MovingDigitsParameters,
    unit_values,
)
from kinembed.networks.peephole_lstm import PeepholeLstm  # noqa: E402

BATCH, FRAMES = 64, 20
SIZES = ((4096, 384, 1), (4096, 256, 1), (256, 256, 1), (256, 256, 2), (1024, 1024, 1), (64, 64, 1))
"""Channels, units and layers; 64 x 64 pixels are 4096 channels."""
VIDEO = MovingDigitsParameters(side=64, slowest=2.0, fastest=5.0)  # as published
DRAWS = 20
"""Batches that the library draws in a run, about as long as the loop takes for one."""


def best_of(repeats: int, *acts: Callable[[], object]) -> list[float]:
    """Processor seconds of the fastest run of each; they take turns; the first does not count."""
    durations: list[list[float]] = [[] for _ in acts]
    for _ in range(repeats + 1):
        for act, taken in zip(acts, durations, strict=True):
            start = time.process_time()
            act()
            taken.append(time.process_time() - start)
    return [min(taken[1:]) for taken in durations]


def loop(images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Videos as a plain loop makes them: step, turn back at the walls, paint, frame by frame."""
    room = VIDEO.side - SIDE
    videos = np.zeros((BATCH, FRAMES, VIDEO.side, VIDEO.side), np.uint8)
    for video in videos:
        for _ in range(VIDEO.digits):
            image = images[generator.integers(len(images))]
            position = generator.uniform(0, room, 2)
            angle = generator.uniform(0, 2 * np.pi)
            speed = generator.uniform(VIDEO.slowest, VIDEO.fastest)
            velocity = speed * np.array([np.sin(angle), np.cos(angle)])
            for frame in video:
                row, column = np.round(position).astype(int)
                there = frame[row : row + SIDE, column : column + SIDE]
                np.maximum(there, image, out=there)
                position += velocity
                for axis in range(2):
                    if position[axis] < 0:
                        position[axis], velocity[axis] = -position[axis], -velocity[axis]
                    elif position[axis] > room:
                        position[axis] = 2 * room - position[axis]
                        velocity[axis] = -velocity[axis]
    return videos


def drawing(images: np.ndarray, repeats: int) -> None:
    """Drawing as bytes, and with the conversion to a network's input."""
    digits = MovingDigits(torch.as_tensor(images), VIDEO)
    ours, theirs = torch.Generator().manual_seed(0), np.random.default_rng(0)
    check_same_statistics(digits.draw(BATCH, FRAMES, ours).numpy(), loop(images, theirs))
    print(f"{BATCH} videos of {FRAMES} frames {'library, ms':>17}{'loop, ms':>12}{'ratio':>8}")
    library, plain = best_of(
        repeats,
        several(lambda: digits.draw(BATCH, FRAMES, ours)),
        lambda: loop(images, theirs),
    )
    print(line("drawn", library / DRAWS, plain, plain * DRAWS / library))
    library, plain = best_of(
        repeats,
        several(lambda: unit_values(digits.draw(BATCH, FRAMES, ours))),
        lambda: loop(images, theirs).astype(np.float32) / 255,
    )
    print(line("and converted to floats", library / DRAWS, plain, plain * DRAWS / library))


def several(draw: Callable[[], object]) -> Callable[[], object]:
    """Batch after batch, each forgotten before the next, as a training does."""

    def draws() -> None:
        for _ in range(DRAWS):
            draw()

    return draws


def line(what: str, library: float, other: float, ratio: float) -> str:
    """A row of either table."""
    return f"{what:28}{1e3 * library:12.2f}{1e3 * other:12.1f}{ratio:8.2f}"


def check_same_statistics(drawn: np.ndarray, looped: np.ndarray) -> None:
    """Both must draw the same kind of video, or their times cannot be compared."""
    assert drawn.shape == looped.shape
    np.testing.assert_allclose(drawn.mean(), looped.mean(), rtol=0.1)
    np.testing.assert_allclose((drawn > 0).mean(), (looped > 0).mean(), rtol=0.1)


def step_of(network: nn.Module, frames: torch.Tensor, target: torch.Tensor) -> Callable[[], object]:
    """A training step: forwards, loss, backwards, and the weights moved."""
    optimiser = torch.optim.SGD(network.parameters(), 1e-3, 0.9)

    def step() -> None:
        states, _ = network(frames)
        nn.functional.mse_loss(states, target).backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    return step


def training_steps(repeats: int) -> None:
    """A step of each LSTM, of several sizes."""
    columns = f"{'peepholes, ms':>14}{'nn.LSTM, ms':>12}{'ratio':>8}"
    print(f"\na step of {BATCH} x {FRAMES} frames {columns}")
    for channels, units, layers in SIZES:
        frames, target = torch.randn(BATCH, FRAMES, channels), torch.randn(BATCH, FRAMES, units)
        ours = PeepholeLstm(channels, units, layers)
        theirs = nn.LSTM(channels, units, layers, batch_first=True)
        steps = [step_of(network, frames, target) for network in (ours, theirs)]
        library, plain = best_of(repeats, *steps)
        what = f"{channels} -> {units}, {layers} layer{'s' * (layers > 1)}"
        print(line(what, library, plain, library / plain))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7, help="runs, of which the fastest counts")
    arguments = parser.parse_args()
    drawing(find_digits().train, 3 * arguments.repeats)
    training_steps(arguments.repeats)


if __name__ == "__main__":
    main()
