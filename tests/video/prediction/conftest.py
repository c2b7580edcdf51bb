"""Synthetic bright squares that move, and networks that hardly learnt them."""

import numpy as np
import pytest
from helpers.squares import FLIGHTS, SMALL

from kinembed.io.sources.digits import Digits
from kinembed.video.prediction import HeldOutParameters, train_video_model
from kinembed.video.prediction.digit_source import DigitSource


@pytest.fixture(scope="session")
def digits():
    drawn = np.random.default_rng(0).integers(100, 256, (8, 4, 4)).astype(np.uint8)
    return Digits(drawn[:6], drawn[6:], "squares")


@pytest.fixture(scope="session")
def source(digits):
    return DigitSource(digits, FLIGHTS)


@pytest.fixture(scope="session")
def held_out():
    return HeldOutParameters(videos=5, roll_out=8)


@pytest.fixture(scope="session")
def model_of(source):
    def model(**network):
        chosen = SMALL.network.model_copy(update=network)
        parameters = SMALL.model_copy(update={"network": chosen, "seed": 2})
        return train_video_model(source, parameters, "a")

    return model
