import numpy as np
import pytest

from kinembed.recognition.two_stream import TwoStreamParameters
from kinembed.video.stick_figures import PictureClip, PictureClips


@pytest.fixture(scope="session")
def parameters():
    return TwoStreamParameters(
        test_clips=["*_2"],
        network={"widths": (4, 6, 8), "fused": 8, "dropout": 0.1},
        crop_frames=6,
        steps=12,
        batch_size=8,
        learning_rate=0.05,
        weight_decay=1e-4,
        learning_rate_drops=(),
        device="cpu",
        checkpoint_every=3,
        history_every=4,
    )


def bar(direction, frames, seed):
    """Synthetic: an upright bar of 16 x 16 pixels that travels left or right, around the edge."""
    speed = {"left": -1, "right": 1}[direction]
    at = (np.random.default_rng(seed).integers(16) + speed * np.arange(frames)) % 16
    appearance = np.zeros((frames, 16, 16), dtype=np.float32)
    appearance[np.arange(frames), :, at] = 1
    flow = np.stack([speed * appearance, 0 * appearance], axis=1)
    return PictureClip(appearance, flow)


@pytest.fixture(scope="session")
def clips():
    """Six clips: left_0 .. left_2 and right_0 .. right_2, of three lengths."""
    names = [f"{name}_{number}" for name in ("left", "right") for number in range(3)]
    lengths = [4, 8, 11] * 2
    drawn = [
        bar(name.split("_")[0], frames, seed)
        for seed, (name, frames) in enumerate(zip(names, lengths, strict=True))
    ]
    return PictureClips(tuple(names), tuple(drawn), 10.0)


@pytest.fixture(scope="session")
def labels(clips):
    return [name.split("_")[0] for name in clips.names]
