"""Images of digits: which are found, and that they are the published ones."""

import gzip
import struct

import numpy as np
import pytest
from sklearn.datasets import load_digits

from kinembed.core.errors import DataError, FormatError, SourceError
from kinembed.io.sources.digits import SIDE, Digits, find_digits

TEST_IMAGES = "t10k-images-idx3-ubyte.gz"
TRAIN_IMAGES = "train-images-idx3-ubyte.gz"


def put(folder, name, images):
    folder.mkdir(exist_ok=True, parents=True)
    head = struct.pack(">BBBBIII", 0, 0, 8, 3, *images.shape)
    (folder / name).write_bytes(gzip.compress(head + images.tobytes()))


def test_without_mnist_they_are_scikit_learns_and_say_so(tmp_path):
    digits = find_digits(mirror=tmp_path)
    assert digits.source == "scikit-learn's digits, enlarged, 1,498 training images"
    assert digits.train.shape == (1498, SIDE, SIDE)
    assert digits.test.shape == (299, SIDE, SIDE)
    assert digits.train.max() == 255
    assert digits.train.dtype == np.uint8
    small = load_digits().images[:1498]
    np.testing.assert_allclose(digits.train.mean((1, 2)) / 255, small.mean((1, 2)) / 16, atol=0.02)
    corners = digits.train[:, ::27, ::27] / 255 * 16
    np.testing.assert_allclose(corners, small[:, ::7, ::7], atol=0.05)


def test_mnist_is_found_in_the_mirror_and_is_the_published_one(mirror):
    digits = find_digits(mirror=mirror)
    assert digits.source == "MNIST, 10,000 training images"
    assert digits.train.shape == digits.test.shape == (10_000, SIDE, SIDE)
    assert digits.test[0].any(axis=1).argmax() == 7  # the first test digit, a seven, begins there
    assert find_digits(folder=mirror / "mnist").source == digits.source
    both = np.concatenate([digits.train, digits.test]).reshape(20_000, -1)
    assert len(np.unique(both, axis=0)) == 20_000  # no test digit is trained on


def test_a_named_folder_must_have_the_images(tmp_path):
    message = f"expected {TRAIN_IMAGES} or train10k-images-idx3-ubyte.gz in "
    with pytest.raises(SourceError, match=message):
        find_digits(folder=tmp_path)


def test_other_images_under_the_published_name_are_refused(tmp_path):
    put(tmp_path, TRAIN_IMAGES, np.zeros((2, SIDE, SIDE), np.uint8))
    message = f"{TRAIN_IMAGES} is not the published file: expected sha256 440fcabf"
    with pytest.raises(SourceError, match=message):
        find_digits(folder=tmp_path)


def test_images_of_another_size_are_refused(tmp_path):
    put(tmp_path / "mnist", TRAIN_IMAGES, np.zeros((2, SIDE, 20), np.uint8))
    with pytest.raises(
        FormatError, match="expected images of 28 x 28, found shape \\(2, 28, 20\\)"
    ):
        find_digits(mirror=tmp_path)


def test_a_download_that_was_cut_off_is_one_error(tmp_path, mirror):
    whole = (mirror / "mnist" / TEST_IMAGES).read_bytes()
    (tmp_path / TRAIN_IMAGES).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FormatError, match=f"{TRAIN_IMAGES}: expected a file that can be read"):
        find_digits(folder=tmp_path)


def test_shrunk_digits_are_means_of_squares():
    images = np.arange(2 * 16, dtype=np.uint8).reshape(2, 4, 4) * 8
    shrunk = Digits(images, images[:1], "made up").shrunk(2)
    assert (shrunk.train.shape, shrunk.test.shape) == ((2, 2, 2), (1, 2, 2))
    assert shrunk.train[1, 0].tolist() == [148, 164]
    assert shrunk.source == "made up, 2 training images"
    with pytest.raises(DataError, match="4 x 4 pixels cannot be shrunk by 3"):
        Digits(images, images, "made up").shrunk(3)
