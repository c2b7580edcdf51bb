"""Frame features: windows within sequences, some of which are held out."""

import numpy as np
import pytest
import torch
from helpers.squares import SMALL

from kinembed.core.errors import DataError
from kinembed.io.sources.frame_features import FrameFeatures
from kinembed.video.prediction.frame_feature_source import (
    FrameFeatureParameters,
    FrameFeatureSource,
)
from kinembed.video.prediction.training import fit

CPU = torch.device("cpu")
WINDOWS = SMALL.windows  # 4 + 3


def frame_features(**lengths):
    """Feature 0 counts frames, feature 1 says which sequence it is, feature 2 never varies."""
    return FrameFeatures(
        {
            name: np.column_stack(
                [np.arange(frames), np.full(frames, 100.0 * number), np.ones(frames)]
            ).astype(np.float32)
            for number, (name, frames) in enumerate(lengths.items())
        },
        "counts",
        ("frame", "sequence", "nothing"),
    )


def test_no_window_crosses_two_sequences():
    source = FrameFeatureSource(
        frame_features(a=9, b=12, c=30), FrameFeatureParameters(held_out=["c"])
    )
    assert (source.name, source.frame_shape) == ("counts", (2,))
    assert source.channels == ("frame", "sequence")
    drawn = torch.cat(source.training(WINDOWS, 200, CPU)(0), 1)
    assert drawn.shape == (200, 7, 2)
    steps = drawn[..., 0].diff(dim=1)
    torch.testing.assert_close(steps, steps[:1, :1].expand_as(steps), rtol=1e-4, atol=1e-5)
    assert (drawn[..., 1].std(dim=1) < 1e-6).all()
    assert len(drawn[:, 0, 1].unique()) == 2


def test_values_are_standardised_by_what_is_trained_on():
    source = FrameFeatureSource(
        frame_features(a=9, b=12, c=30), FrameFeatureParameters(held_out=["c"])
    )
    known = np.concatenate([*source.known.values()])
    np.testing.assert_allclose(known.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(known.std(axis=0), 1, rtol=1e-5)
    assert list(source.tried) == ["c"]
    assert source.tried["c"][:, 1].min() > known[:, 1].max()
    held_out = source.held_out(WINDOWS, 9)
    assert torch.equal(held_out.source, source.held_out(WINDOWS, 9).source)


def test_sequences_shorter_than_a_window_are_named():
    given = frame_features(a=9, short=6, c=30, tried=5)
    source = FrameFeatureSource(given, FrameFeatureParameters(held_out=["tried", "c"]))
    with pytest.raises(DataError, match=r"a window of 4 \+ 3: short \(6\), tried \(5\); shorten"):
        source.training(WINDOWS, 5, CPU)
    with pytest.raises(
        DataError, match=r"no held-out video has 4 \+ 40 frames, the longest has 30"
    ):
        source.held_out(WINDOWS.model_copy(update={"target": 40}), 5)
    left = FrameFeatureParameters(held_out=["c"], leave_out=["short", "t*"])
    assert FrameFeatureSource(given, left).training(WINDOWS, 5, CPU)(0).source.shape == (5, 4, 1)


@pytest.mark.parametrize(
    ("held_out", "message"),
    [
        ([], "video.frame_features.held_out: nothing fits none of the sequences a, b"),
        (["c", "d*"], "video.frame_features.held_out: c or d. fits none of the sequences a, b"),
        (["*"], "video.frame_features.held_out: nothing is left to train on"),
    ],
)
def test_some_are_held_out_and_some_are_not(held_out, message):
    with pytest.raises(DataError, match=message):
        FrameFeatureSource(frame_features(a=9, b=9), FrameFeatureParameters(held_out=held_out))


def test_values_outside_the_unit_interval_are_refused_by_cross_entropy():
    source = FrameFeatureSource(frame_features(a=9, b=12), FrameFeatureParameters(held_out=["b"]))
    with pytest.raises(DataError, match=r"cross-entropy needs values in \[0, 1\], found -"):
        fit(source, SMALL, name="a")
