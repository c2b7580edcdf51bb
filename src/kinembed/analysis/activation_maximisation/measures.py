"""What an input that was found, or a layer, is like: in numbers.

Conventions: values are (inputs, ...), with axes as :class:`BoundedInput` names them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy.special import softmax

from kinembed.analysis.activation_maximisation.inputs import BoundedInput
from kinembed.analysis.activation_maximisation.network_under_study import NetworkUnderStudy
from kinembed.analysis.activation_maximisation.responses import Inputs, Responses, responses
from kinembed.training.devices import DeviceName

Values = Float[np.ndarray, "inputs ..."]
Measure = Float[np.ndarray, "inputs"]


def temporal_variation(given: BoundedInput, values: Values, frame_rate: float) -> Measure:
    """How fast an input changes: mean over places of the norm of the change, in bounds a second.

    The bound is the largest of the input's.
    """
    changes = np.diff(values.astype(np.float64), axis=given.time + 1)
    norms = np.linalg.norm(changes, axis=given.channels + 1)
    return np.asarray(norms.reshape(len(values), -1).mean(axis=1) * frame_rate / given.scale)


def frequency_centroid(given: BoundedInput, values: Values, frame_rate: float) -> Measure:
    """Mean frequency (Hz) along time, weighted by power, of what is not constant.

    Frequencies go up to half of the frame rate (Hz); nan for an input that does not change.
    """
    series = np.moveaxis(values.astype(np.float64), given.time + 1, 1)
    series = series.reshape(*series.shape[:2], -1)
    varying = series - series.mean(axis=1, keepdims=True)
    power = np.square(np.abs(np.fft.rfft(varying, axis=1))).sum(axis=2)
    power[:, 0] = 0.0
    total = power.sum(axis=1)
    still = total <= np.finfo(np.float32).eps ** 2 * np.square(series).sum(axis=(1, 2))
    frequencies = np.fft.rfftfreq(series.shape[1], 1 / frame_rate)
    return np.where(still, np.nan, power @ frequencies / np.where(still, 1.0, total))


class ClassAnswers(NamedTuple):
    """What inputs are taken for.

    Attributes
    ----------
    probabilities: of the class that each was found for.
    runners_up: number of the class that is likeliest besides.
    """

    probabilities: Measure
    runners_up: Int[np.ndarray, "inputs"]


def class_answers(
    studied: NetworkUnderStudy,
    classifier: str,
    inputs: Inputs,
    classes: Int[np.ndarray, "inputs"],
    *,
    device: DeviceName = "auto",
) -> ClassAnswers:
    """What each input, found for one of the classes, is taken for.

    `classifier` is a layer of logits (batch, classes).
    """
    plain = replace(studied, to_places=None)
    logits = responses(plain, [classifier], inputs, device=device)[classifier]
    rows = np.arange(len(classes))
    probabilities = softmax(logits, axis=1)[rows, classes]
    others = logits.copy()
    others[rows, classes] = -np.inf
    return ClassAnswers(probabilities, others.argmax(axis=1))


def input_drops(
    studied: NetworkUnderStudy,
    layer: str,
    inputs: Inputs,
    units: Int[np.ndarray, "inputs"],
    *,
    device: DeviceName = "auto",
) -> dict[str, Measure]:
    """Share of a unit's activation that is lost where one of the inputs stays at its centre.

    By the name of that input; there is a unit for each of the inputs that were found. nan for one
    that does not excite its unit.
    """
    rows = np.arange(len(units))
    whole = responses(studied, [layer], inputs, device=device)[layer][rows, units]
    drops = {}
    for one in studied.inputs:
        still = np.zeros_like(inputs[one.name]) + np.asarray(one.centre, np.float32)
        without = responses(studied, [layer], {**inputs, one.name: still}, device=device)
        kept = np.full_like(whole, np.nan)
        np.divide(without[layer][rows, units], whole, out=kept, where=whole != 0)
        drops[one.name] = 1 - kept
    return drops


def half_speed(given: BoundedInput, values: Values) -> Values:
    """The middle half of each clip, shown for as long as the whole: places between frames, evenly.

    Of an input that holds velocities the values themselves are to be halved besides.
    """
    frames = given.shape[given.time]
    at = (frames - 1) / 4 + np.arange(frames) / 2
    before = at.astype(int)
    after = np.minimum(before + 1, frames - 1)
    weight = (at - before).reshape(-1, *[1] * (len(given.shape) - given.time - 1))
    early, late = (values.take(index, axis=given.time + 1) for index in (before, after))
    return np.asarray(early + (late - early) * weight, dtype=values.dtype)


def similarity(one: Responses, other: Responses) -> float:
    """Mean cosine of two sets of responses to the same clips, after their mean is taken away.

    The mean is that over all clips of both; without it, responses resemble one another because
    all are positive. Clips whose responses are the mean itself count as 0.
    """
    mean = np.concatenate([one, other]).mean(axis=0)
    first, second = one - mean, other - mean
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    products = (first * second).sum(axis=1)
    return float(np.mean(products / np.where(lengths > 0, lengths, 1.0)))


def speed_similarities(
    studied: NetworkUnderStudy,
    layers: Sequence[str],
    clips: Inputs,
    slower: Mapping[str, Values],
    *,
    device: DeviceName = "auto",
) -> dict[str, float]:
    """How alike layers respond to clips and to the same at half speed (see :func:`similarity`)."""
    normal = responses(studied, layers, clips, device=device)
    slow = responses(studied, layers, slower, device=device)
    return {layer: similarity(normal[layer], slow[layer]) for layer in layers}
