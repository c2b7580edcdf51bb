"""Images of handwritten digits: MNIST where it is present, else scikit-learn's, enlarged.

MNIST is never fetched: its files are found in a folder, and are the published ones or refused.
Digits of the *test* part appear in no training.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from scipy.ndimage import zoom
from sklearn.datasets import load_digits as load_scikit_learn_digits

from kinembed.core.errors import DataError, FormatError, SourceError
from kinembed.io.formats.idx import parse_idx
from kinembed.io.formats.opening import read_bytes
from kinembed.io.sources.records import sha256_of

SIDE = 28
"""Pixels of an image's side."""
TRAIN_FILES = {
    "train-images-idx3-ubyte.gz": (
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
    "train10k-images-idx3-ubyte.gz": (
        "fd2e4c2c97ebccd77ab08736830691e604e6ea2f84b09953adff62ea9ac00584"
    ),
}
"""sha256 of the training images as published, and of 10,000 of them that a mirror may hold."""
TEST_FILES = {
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
}
_TRAINING_SHARE = 5 / 6
"""Of scikit-learn's digits, which stand in the order of their writers; as in MNIST."""


@dataclass(frozen=True, eq=False)
class Digits:
    """Images of digits, bright on black.

    Attributes
    ----------
    train : ndarray of uint8, shape (train, side, side)
        Images to train on.
    test : ndarray of uint8, shape (test, side, side)
        Images that appear in no training.
    name : str
        Where they are from.
    """

    train: UInt8[np.ndarray, "train side side"]
    test: UInt8[np.ndarray, "test side side"]
    name: str

    @property
    def source(self) -> str:
        """Where they are from, and the number of images to train on.

        Returns
        -------
        str
            Such as ``"MNIST, 60,000 training images"``.
        """
        return f"{self.name}, {len(self.train):,} training images"

    def shrunk(self, factor: int) -> "Digits":
        """Shrink the images by means of squares of pixels.

        Parameters
        ----------
        factor : int
            Pixels of a square's side; a divisor of the images' side.

        Returns
        -------
        Digits
            The same images with shorter sides.

        Raises
        ------
        DataError
            When the factor does not divide the side.
        """
        return Digits(_shrunk(self.train, factor), _shrunk(self.test, factor), self.name)


def find_digits(folder: Path | None = None, mirror: Path | None = None) -> Digits:
    """Find MNIST, or else enlarge scikit-learn's digits.

    Parameters
    ----------
    folder : Path, optional
        Folder of MNIST, which must be there. None looks into the mirror.
    mirror : Path, optional
        Folder laid out like the public sources, with MNIST in ``mnist``, if it has it.

    Returns
    -------
    Digits
        Images of 28 x 28 pixels.

    Raises
    ------
    SourceError
        When a folder of MNIST lacks the images, or a file is not the published one.
    FormatError
        When a file is damaged.
    """
    if folder is not None:
        return _mnist(folder)
    if mirror is not None and (mirror / "mnist").is_dir():
        return _mnist(mirror / "mnist")
    return _enlarged()


def _mnist(folder: Path) -> Digits:
    train, test = _images(folder, TRAIN_FILES), _images(folder, TEST_FILES)
    return Digits(train, test, "MNIST")


def _images(folder: Path, known: dict[str, str]) -> UInt8[np.ndarray, "images side side"]:
    """The first of the files that is there.

    It is parsed before its hash is compared: how a file is damaged says more than that it differs.
    """
    path = next((folder / name for name in known if (folder / name).is_file()), None)
    if path is None:
        raise SourceError(f"expected {' or '.join(known)} in {folder}; put it there as published")
    images = parse_idx(read_bytes(str(path)), file=str(path))
    if images.shape[1:] != (SIDE, SIDE):
        raise FormatError(str(path), f"expected images of 28 x 28, found shape {images.shape}")
    if sha256_of(path) != known[path.name]:
        raise SourceError(
            f"{path} is not the published file: expected sha256 {known[path.name]}, found "
            f"{sha256_of(path)}; replace it"
        )
    return images


def _enlarged() -> Digits:
    """scikit-learn's 8 x 8 digits of 17 greys, interpolated."""
    small = load_scikit_learn_digits().images
    scale = (1, SIDE / small.shape[1], SIDE / small.shape[2])
    large = zoom(small, scale, order=1, mode="nearest", grid_mode=True)
    images = np.round(255 / 16 * large).astype(np.uint8)
    train, test = np.split(images, [round(_TRAINING_SHARE * len(images))])
    return Digits(train, test, "scikit-learn's digits, enlarged")


def _shrunk(
    images: UInt8[np.ndarray, "images side side"], factor: int
) -> UInt8[np.ndarray, "images shorter shorter"]:
    count, side, _ = images.shape
    if side % factor:
        raise DataError(
            f"images of {side} x {side} pixels cannot be shrunk by {factor}; choose a divisor"
        )
    squares = images.reshape(count, side // factor, factor, side // factor, factor)
    means: np.ndarray = np.round(squares.mean(axis=(2, 4)))
    return means.astype(np.uint8)
