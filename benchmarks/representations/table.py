"""The representations of the fair trial, by the name that they have in its table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from kinembed.segmentation.embedding import Embeddings
from representations.channels import delays, pose, pose_and_velocity, statistics
from representations.contrast import contrastive
from representations.convolutions import random_convolutions
from representations.networks import trained, untrained
from representations.outcomes import TRAINED
from representations.recordings import Recordings


@dataclass(frozen=True)
class Representation:
    """How rows of a recording are made, and how it takes part."""

    make: Callable[[Recordings, int], Embeddings]
    seeds: tuple[int, ...] = (0, 1, 2)
    """Seeds on the test trials."""
    tuned: bool = True
    """False: it is scored with the setting that was chosen for the trained states."""


def _plain(blocks: Callable[..., list], **settings: object) -> Representation:
    """Blocks that draw nothing: the seed is that of the clustering alone."""
    return Representation(lambda recordings, _: recordings.rows(blocks(recordings, **settings)))


def _convolutions(recordings: Recordings, seed: int) -> Embeddings:
    return recordings.rows(random_convolutions(recordings, seed))


FREE: Mapping[str, Representation] = {
    "pose": _plain(pose),
    "pose and velocity": _plain(pose_and_velocity),
    "window statistics": _plain(statistics),
    "window statistics of four lengths": _plain(statistics, windows_s=(0.5, 1.0, 2.0, 4.0)),
    "delayed poses": _plain(delays),
    "random convolutions": Representation(_convolutions),
    "untrained, 128 units": Representation(partial(untrained, units=128)),
    "untrained, 1,024 units": Representation(partial(untrained, units=1024)),
}
"""Those that cost no training."""
LEARNED: Mapping[str, Representation] = {
    TRAINED: Representation(trained),
    "trained by contrast": Representation(contrastive),
}
CAUSES: Mapping[str, Representation] = {
    "10 steps": Representation(partial(trained, steps=10)),
    "100 steps": Representation(partial(trained, steps=100)),
    "future of another window": Representation(partial(trained, targets="shuffled"), (0,)),
    "present instead of future": Representation(partial(trained, targets="present"), (0,)),
    "10,000 steps": Representation(partial(trained, steps=10_000), (0,), tuned=False),
}
"""The same network, trained for less, for more or for something else."""
REPRESENTATIONS = {**FREE, **LEARNED, **CAUSES}
