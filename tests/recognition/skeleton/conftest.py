import numpy as np
import pytest

from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.recognition.skeleton import Clips, RecognitionParameters

GRAPH = SkeletonGraph(("hips", "arm", "hand"), np.arange(3), (-1, 0, 1))
LENGTHS = (12, 20, 31)


@pytest.fixture(scope="session")
def parameters():
    return RecognitionParameters(
        test_clips=["*_2"],
        network={"widths": (4, 6, 8), "dropout": 0.1},
        frame_rate=20.0,
        crop_frames=16,
        steps=12,
        batch_size=8,
        learning_rate=0.05,
        device="cpu",
        checkpoint_every=3,
        history_every=4,
    )


def wave(name, seed, frames):
    """Synthetic: an arm that swings slowly and wide or fast and narrow, from a random phase."""
    width, speed = {"slow": (1.0, 0.25), "fast": (0.4, 1.5)}[name]
    generator = np.random.default_rng(seed)
    phase = speed * np.arange(frames) + generator.uniform(0, 6)
    positions = generator.normal(scale=0.02, size=(frames, 3, 3))
    positions[:, 1, 1] += width * np.sin(phase)
    positions[:, 2, 1] += 2 * width * np.sin(phase)
    return positions.astype(np.float32)


@pytest.fixture(scope="session")
def clips():
    """Six clips: slow_0 .. slow_2 and fast_0 .. fast_2, of three lengths."""
    names = [f"{name}_{number}" for name in ("fast", "slow") for number in range(3)]
    positions = [
        wave(name.split("_")[0], seed, LENGTHS[int(name[-1])]) for seed, name in enumerate(names)
    ]
    return Clips(tuple(names), tuple(positions), GRAPH, 20.0)


@pytest.fixture(scope="session")
def labels(clips):
    return [name.split("_")[0] for name in clips.names]
