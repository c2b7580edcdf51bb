"""Percepts: a vector of features for each frame, whatever made it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinembed.errors import DataError, SourceError
from kinembed.formats.npy import parse_features
from kinembed.formats.reader import read_bytes


@dataclass(frozen=True, eq=False)
class Percepts:
    """Features of several sequences by name, and what they are of.

    Raises DataError, naming it, for a sequence that has not as many features as the first.
    """

    values: Mapping[str, Float[np.ndarray, "_ channels"]]
    name: str

    def __post_init__(self) -> None:
        for name, one in self.values.items():
            if one.shape[1] != self.channels:
                raise DataError(
                    f"sequence {name!r} has {one.shape[1]} features a frame, but "
                    f"{next(iter(self.values))!r} has {self.channels}; a network takes one number"
                )

    @property
    def channels(self) -> int:
        """Features of a frame; 0 when there is no sequence."""
        return next((one.shape[1] for one in self.values.values()), 0)


def find_percepts(folder: Path) -> Percepts:
    """Every ``.npy`` file of a folder as a sequence, named like it; hidden files are passed over.

    Raises SourceError when there is none, FormatError for one that holds no features.
    """
    found = sorted(path for path in folder.glob("*.npy") if not path.name.startswith("."))
    if not found:
        raise SourceError(
            f"{folder} holds no .npy file; name a folder of features in video.percepts.folder "
            "(the variable KINEMBED_PERCEPTS)"
        )
    values = {path.stem: parse_features(read_bytes(str(path)), file=str(path)) for path in found}
    return Percepts(values, "features")
