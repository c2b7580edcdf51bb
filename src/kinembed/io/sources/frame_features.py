"""Frame features: a vector of features for each frame, whatever made it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import DataError, SourceError
from kinembed.io.formats.npy import parse_features
from kinembed.io.formats.opening import read_bytes


@dataclass(frozen=True, eq=False)
class FrameFeatures:
    """Features of several sequences.

    Attributes
    ----------
    values : mapping of str to ndarray of float, shape (frames, features)
        Features of each sequence by its name.
    name : str
        What the features are of.
    channels : tuple of str
        Name of each feature.

    Raises
    ------
    DataError
        When a sequence has another number of features; the message names it.
    """

    values: Mapping[str, Float[np.ndarray, "_ _"]]
    name: str
    channels: tuple[str, ...]

    def __post_init__(self) -> None:
        for name, one in self.values.items():
            if one.shape[1] != len(self.channels):
                raise DataError(
                    f"sequence {name!r} has {one.shape[1]} features a frame, but "
                    f"{next(iter(self.values))!r} has {len(self.channels)}; a network takes one "
                    "number"
                )


NO_FRAME_FEATURES = FrameFeatures({}, "none", ())


def find_frame_features(folder: Path) -> FrameFeatures:
    """Read every ``.npy`` file of a folder as a sequence, named like it without its suffix.

    Hidden files are passed over.

    Parameters
    ----------
    folder : Path
        Folder of features.

    Returns
    -------
    FrameFeatures
        In single precision.

    Raises
    ------
    SourceError
        When there is no such file.
    FormatError
        When a file holds no features.
    DataError
        When files differ in their number of features.
    """
    found = sorted(path for path in folder.glob("*.npy") if not path.name.startswith("."))
    if not found:
        raise SourceError(
            f"{folder} holds no .npy file; name a folder of features in "
            "video.frame_features.folder (the variable KINEMBED_FRAME_FEATURES)"
        )
    values = {path.stem: parse_features(read_bytes(str(path)), file=str(path)) for path in found}
    number = next(iter(values.values())).shape[1]
    return FrameFeatures(values, "features", tuple(f"feature {one}" for one in range(number)))
