"""Accuracy on other clips by the number of labelled windows, with and without pre-training.

After Srivastava, Mansimov & Salakhutdinov (arXiv 1502.04681, figure 10), on joint positions of
recordings instead of video: a composite network learns all clips that may be learned from,
without labels; a classifier begins from its encoder, or from a new one, and learns from a few
windows. Both see the same windows in the same order, so their difference is one of pairs.
"""

import copy
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from kinembed.core.errors import DataError
from kinembed.networks.peephole_lstm import PeepholeLstm
from kinembed.recognition.few_shot.parameters import FewShotParameters
from kinembed.recognition.few_shot.training import fit_classifier, predict_classes
from kinembed.recognition.few_shot.windows import FrameFeatures
from kinembed.recognition.skeleton import Clips
from kinembed.video.prediction.training import fit_frame_features, initial_network

PRETRAINED = "pretrained"
SCRATCH = "scratch"
MIDDLE = 0.5


class Windows(NamedTuple):
    """Windows of clips and the class that each shows.

    Attributes
    ----------
    values : ndarray of float32, shape (windows, frames, channels)
        Standardised joint positions.
    classes : ndarray of int64, shape (windows,)
        Index of the behaviour among the sorted ones of training; -1 for a behaviour that is only
        tested on.
    """

    values: Float[np.ndarray, "windows frames channels"]
    classes: Int[np.ndarray, "windows"]


def few_shot_curve(
    clips: Clips,
    train_targets: pd.DataFrame,
    test_targets: pd.DataFrame,
    parameters: FewShotParameters,
    seed: int,
) -> pd.DataFrame:
    """Measure accuracy on the middle windows of test clips, by the number of labelled windows.

    For each number of labels and each draw, one classifier begins from an encoder that learned
    the training clips without labels, another from the same network before it learned. Both see
    the same windows in the same order (Srivastava et al., arXiv 1502.04681, figure 10).

    Parameters
    ----------
    clips : Clips
        Clips to train and to test on.
    train_targets : DataFrame
        Columns ``clip``, ``behaviour``: clips that networks learn from, with labels or without.
    test_targets : DataFrame
        Columns ``clip``, ``behaviour``: clips to test on. A behaviour that is only here is never
        recognised.
    parameters : FewShotParameters
        Numbers of labels, draws, and how networks are trained.
    seed : int
        Determines the networks, and together with the draw's number which windows have labels.
        First weights of the readout and the order of batches follow from the sum of both, so seed 0
        with draw 1 shares them with seed 1 and draw 0.

    Returns
    -------
    DataFrame
        A row for each number of labels, draw and start. Columns ``dataset``, ``seed``,
        ``labelled`` (windows of each behaviour), ``draw``, ``start`` (``pretrained`` or
        ``scratch``), ``windows`` (number tested on), ``accuracy`` (in [0, 1]).

    Raises
    ------
    DataError
        When a behaviour has fewer training clips than the largest number of labels, when no channel
        varies, or when a loss is not finite.
    KeyError
        When a target names a clip that `clips` lacks.
    """
    _check(train_targets, max(parameters.labelled))
    frame_features = FrameFeatures.of(clips, train_targets["clip"].tolist())
    frames = parameters.pretraining.windows.source
    behaviours = sorted(train_targets["behaviour"].unique())
    middle = np.full(len(test_targets), MIDDLE)
    tested = _windows(frame_features, test_targets, behaviours, frames, middle)
    encoders = _encoders(frame_features, train_targets["clip"].tolist(), parameters, seed)
    rows = []
    for labelled in parameters.labelled:
        for draw in range(parameters.draws):
            generator = np.random.default_rng([seed, labelled, draw])
            chosen = _drawn(train_targets, labelled, generator)
            along = generator.random(len(chosen))
            shown = _windows(frame_features, chosen, behaviours, frames, along)
            accuracies = _accuracies(encoders, shown, tested, parameters, seed, draw)
            row = {"dataset": parameters.dataset, "seed": seed, "labelled": labelled, "draw": draw}
            rows += [
                row | {"start": start, "windows": len(tested.classes), "accuracy": accuracy}
                for start, accuracy in accuracies.items()
            ]
    return pd.DataFrame(rows)


def _encoders(
    frame_features: FrameFeatures, names: list[str], parameters: FewShotParameters, seed: int
) -> dict[str, PeepholeLstm]:
    """One that learned the clips without labels, and the one that it began from."""
    training = parameters.pretraining.model_copy(update={"seed": seed})
    values, cuts = frame_features.joined(names, training.windows.total)
    learned = fit_frame_features(values, training, name=f"without labels, seed {seed}", cuts=cuts)
    begun = initial_network(values.shape[1], training)
    return {PRETRAINED: learned.network.encoder, SCRATCH: begun.encoder}


def _accuracies(
    encoders: Mapping[str, PeepholeLstm],
    shown: Windows,
    tested: Windows,
    parameters: FewShotParameters,
    seed: int,
    draw: int,
) -> dict[str, float]:
    found = {}
    for start, encoder in encoders.items():
        name = f"{len(shown.classes)} labels, draw {draw}, {start}"
        network = fit_classifier(
            copy.deepcopy(encoder), *shown, parameters.classifier, seed + draw, name=name
        )
        found[start] = float((predict_classes(network, tested.values) == tested.classes).mean())
    return found


def _drawn(targets: pd.DataFrame, labelled: int, generator: np.random.Generator) -> pd.DataFrame:
    """Some clips of each behaviour."""
    shuffled = targets.sample(frac=1, random_state=generator)
    return shuffled.groupby("behaviour", sort=True).head(labelled)


def _windows(
    frame_features: FrameFeatures,
    targets: pd.DataFrame,
    behaviours: list[str],
    frames: int,
    along: Float[np.ndarray, "clips"],
) -> Windows:
    """A window of each clip; a behaviour that is not among those has the class -1."""
    values = frame_features.windows(targets["clip"].tolist(), frames, along)
    codes = pd.Categorical(targets["behaviour"], behaviours).codes
    return Windows(values, codes.astype(np.int64))


def _check(targets: pd.DataFrame, labelled: int) -> None:
    counts = targets["behaviour"].value_counts()
    few = [f"{name} ({count})" for name, count in counts.items() if count < labelled]
    if few:
        raise DataError(
            f"{labelled} windows of each behaviour were to be labelled, but there are fewer clips "
            f"of {', '.join(few)} to learn from; lower few_shot.labelled"
        )
