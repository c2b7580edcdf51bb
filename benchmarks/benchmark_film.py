"""Time a picture of the animation, beside a full redraw of the same figure.

On a made-up body of 31 joints, 10,000 frames and as many points in the embedding. Times are the
processor's, the fastest of some runs of each; they take turns, so that other programs disturb both
alike, and the ratio says more than milliseconds.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

from kinembed.motion.skeleton import Skeleton
from kinembed.report.plots.animation import Animation, Screen

FRAMES, JOINTS, RATE = 10_000, 31, 120.0
PICTURES = 20
"""Pictures in a run."""


def made_up_animation() -> Animation:
    """Joints that sway, and an embedding of four clusters."""
    rng = np.random.default_rng(0)
    skeleton = Skeleton(
        joints=tuple(f"joint{number}" for number in range(JOINTS)),
        parents=(-1, *range(JOINTS - 1)),
        offsets=rng.normal(size=(JOINTS, 3)),
        axes=np.tile(np.eye(3), (JOINTS, 1, 1)),
        rotation_orders=("zyx",) * (JOINTS - 1) + ("",),
    )
    frames = np.arange(0, FRAMES, FRAMES // PICTURES)
    sway = np.sin(frames[:, None, None] / 50 + rng.uniform(0, 6, size=(JOINTS, 3)))
    clusters = np.arange(FRAMES) // 500 % 4
    return Animation(
        frames,
        sway + 0.1 * skeleton.offsets,
        skeleton,
        {"number given": clusters, "number estimated": clusters},
        None,
        np.column_stack([clusters, clusters % 2]) + rng.normal(size=(FRAMES, 2)) / 5,
        np.arange(FRAMES),
        RATE,
        "Made up.",
    )


def seconds_of(act: Callable[[int], object]) -> float:
    """Processor seconds of a picture."""
    start = time.process_time()
    for number in range(PICTURES):
        act(number)
    return (time.process_time() - start) / PICTURES


def redraw(screen: Screen, number: int) -> None:
    """As a plot that is drawn anew: everything, whether it moves or not."""
    screen.show(number)
    for artist in screen.moving:
        artist.set_animated(False)
    screen.figure.canvas.draw()
    for artist in screen.moving:
        artist.set_animated(True)


def main() -> None:
    """Print both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    screen = Screen(made_up_animation())
    fast, full = (
        min(times)
        for times in zip(
            *(
                (seconds_of(screen.picture), seconds_of(lambda number: redraw(screen, number)))
                for _ in range(repeats)
            ),
            strict=True,
        )
    )
    print(f"picture of the animation  {1000 * fast:8.2f} ms")
    print(f"full redraw          {1000 * full:8.2f} ms")
    print(f"ratio                {full / fast:8.1f}")


if __name__ == "__main__":
    main()
