"""Time reading a long AMC recording, its conversion to exponential maps, and forward kinematics.

Run with ``KINEMBED_MIRROR`` naming the folder of recordings. One core is used. What the library
does with whole arrays is compared with a plain loop over frames and joints, which is timed on some
of the frames and multiplied up.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

# Before numpy is imported: its libraries read this once.
for library in ("OMP", "OPENBLAS", "MKL", "VECLIB"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
from scipy.spatial.transform import Rotation  # noqa: E402

from kinembed.io.formats.amc import parse_amc  # noqa: E402
from kinembed.io.formats.asf import parse_asf  # noqa: E402
from kinembed.motion.exponential_maps import to_expmap  # noqa: E402
from kinembed.motion.kinematics import forward_kinematics, joint_expmaps  # noqa: E402
from kinembed.motion.motion import Motion  # noqa: E402

RECORDING = Path("asf_amc/86/86_01.amc")
SKELETON = Path("asf_amc/86/86.asf")


class Timing(NamedTuple):
    """What was done, and how long it took with the library and with the loop, in seconds."""

    what: str
    library: float
    loop: float | None = None


def best_of(repeats: int, act: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs: what the machine can do when nothing disturbs it."""
    durations = []
    for _ in range(repeats):
        start = time.perf_counter()
        act()
        durations.append(time.perf_counter() - start)
    return min(durations)


def loop_expmaps(motion: Motion, frames: int) -> np.ndarray:
    """Exponential maps of the first frames, joint after joint."""
    skeleton = motion.skeleton
    position = {channel: column for column, channel in enumerate(motion.channels)}
    expmaps = np.zeros((frames, len(skeleton.joints), 3))
    for frame, row in enumerate(motion.values[:frames]):
        for joint, order in enumerate(skeleton.rotation_orders):
            if order:
                name = skeleton.joints[joint]
                angles = [row[position[f"{name}.r{axis}"]] for axis in order]
                rotation = Rotation.from_euler(order.upper(), angles, degrees=True)
                expmaps[frame, joint] = -rotation.as_rotvec()
    return expmaps


def loop_positions(motion: Motion, expmaps: np.ndarray) -> np.ndarray:
    """Positions of the joints of the first frames, joint after joint."""
    skeleton = motion.skeleton
    positions = np.zeros(expmaps.shape)
    for frame, vectors in enumerate(expmaps):
        rotations: list[np.ndarray] = []
        for joint, parent in enumerate(skeleton.parents):
            axes = skeleton.axes[joint]
            local = axes @ Rotation.from_rotvec(vectors[joint]).as_matrix().T @ axes.T
            if parent < 0:
                rotations.append(local)
                positions[frame, joint] = motion.values[frame, :3]
                continue
            rotations.append(rotations[parent] @ local)
            reach = rotations[parent] @ skeleton.offsets[joint]
            positions[frame, joint] = positions[frame, parent] + reach
    return positions


def check_agreement(motion: Motion, frames: int) -> None:
    """The two ways must give the same numbers, or their times cannot be compared."""
    expmap = to_expmap(motion)
    expmaps = loop_expmaps(motion, frames)
    np.testing.assert_allclose(joint_expmaps(expmap)[:frames], expmaps, atol=1e-12)
    positions = loop_positions(motion, expmaps)
    np.testing.assert_allclose(forward_kinematics(expmap)[:frames], positions, atol=1e-11)


def timings(mirror: Path, frames: int, repeats: int) -> list[Timing]:
    """Parse, convert, forward kinematics, and the latter two together."""
    skeleton = parse_asf((mirror / SKELETON).read_text(), file=SKELETON.name)
    text = (mirror / RECORDING).read_text()

    def parse() -> Motion:
        return parse_amc(text, skeleton, file=RECORDING.name, trial=RECORDING.stem)

    motion = parse()
    check_agreement(motion, frames)
    expmap = to_expmap(motion)
    expmaps = loop_expmaps(motion, frames)
    whole = len(motion) / frames
    convert = Timing(
        "to exponential maps",
        best_of(repeats, lambda: to_expmap(motion)),
        whole * best_of(1, lambda: loop_expmaps(motion, frames)),
    )
    move = Timing(
        "forward kinematics",
        best_of(repeats, lambda: forward_kinematics(expmap)),
        whole * best_of(1, lambda: loop_positions(motion, expmaps)),
    )
    both = Timing(
        "both",
        best_of(repeats, lambda: forward_kinematics(to_expmap(motion))),
        (convert.loop or 0.0) + (move.loop or 0.0),
    )
    return [Timing(f"parse {len(motion):,} frames", best_of(repeats, parse)), convert, move, both]


def table(rows: list[Timing]) -> str:
    """One line per timing, with the ratio of the loop to the library."""
    lines = [f"{'':24}{'library, s':>12}{'loop, s':>12}{'ratio':>8}"]
    for row in rows:
        line = f"{row.what:24}{row.library:12.3f}"
        if row.loop is not None:
            line += f"{row.loop:12.2f}{row.loop / row.library:8.0f}"
        lines.append(line)
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=100, help="frames of the plain loop")
    parser.add_argument("--repeats", type=int, default=5, help="runs, of which the fastest counts")
    arguments = parser.parse_args()
    mirror = os.environ.get("KINEMBED_MIRROR")
    if not mirror:
        sys.exit("set KINEMBED_MIRROR to the folder of recordings that holds " + str(RECORDING))
    print(table(timings(Path(mirror), arguments.frames, arguments.repeats)))


if __name__ == "__main__":
    main()
