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
    """Measure how fast an input changes: mean over locations of the norm of the change, in time.

    Parameters
    ----------
    given : BoundedInput
        The input: its axes, and the largest bound, which is the unit.
    values : ndarray of float, shape (inputs, ...)
        Inputs of two frames or more, in the input's unit.
    frame_rate : float
        Frames a second, in Hz.

    Returns
    -------
    ndarray of float, shape (inputs,)
        Bounds a second.
    """
    changes = np.diff(values.astype(np.float64), axis=given.time + 1)
    norms = np.linalg.norm(changes, axis=given.channels + 1)
    return np.asarray(norms.reshape(len(values), -1).mean(axis=1) * frame_rate / given.scale)


def frequency_centroid(given: BoundedInput, values: Values, frame_rate: float) -> Measure:
    """Find the mean frequency along time, weighted by power, of what is not constant.

    Parameters
    ----------
    given : BoundedInput
        The input, whose axis of time is read.
    values : ndarray of float, shape (inputs, ...)
        Inputs.
    frame_rate : float
        Frames a second, in Hz.

    Returns
    -------
    ndarray of float, shape (inputs,)
        Hz, from 0 to half of the frame rate; nan for an input that does not change.
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
    """Which classes the network assigns to inputs.

    Attributes
    ----------
    probabilities : ndarray of float, shape (inputs,)
        Probability of the class that each input was found for, 0 to 1.
    runners_up : ndarray of int, shape (inputs,)
        Index of the likeliest of the other classes.
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
    """Classify inputs that were each found for one class.

    Parameters
    ----------
    studied : NetworkUnderStudy
        Network in evaluation mode and its inputs; the network is moved to the device.
    classifier : str
        Name of a layer of logits (batch, classes).
    inputs : Mapping of str to ndarray of float, shape (inputs, ...)
        Input name -> inputs that were found.
    classes : ndarray of int, shape (inputs,)
        Index of the class that each input was found for.
    device : {"auto", "cpu", "cuda", "mps"}, optional
        Where the network runs.

    Returns
    -------
    ClassAnswers
        Probability of that class, and the likeliest of the others.

    Raises
    ------
    DataError
        When an input is absent, the layer does not exist or is not used, or the network is in
        training mode.
    """
    plain = replace(studied, to_locations=None)
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
    """Measure the share of a unit's activation that is lost where one input stays at its centre.

    Parameters
    ----------
    studied : NetworkUnderStudy
        Network in evaluation mode and its inputs; the network is moved to the device.
    layer : str
        Name of the layer that the units belong to.
    inputs : Mapping of str to ndarray of float, shape (inputs, ...)
        Input name -> inputs that were found.
    units : ndarray of int, shape (inputs,)
        Index of the unit that each input was found for.
    device : {"auto", "cpu", "cuda", "mps"}, optional
        Where the network runs.

    Returns
    -------
    dict of str to ndarray of float, shape (inputs,)
        Name of the input at its centre -> share that is lost: 1 where nothing is left, negative
        where the activation rises, nan where it is 0 with all inputs.

    Raises
    ------
    DataError
        When an input is absent, the layer does not exist or is not used, or the network is in
        training mode.
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
    """Show the middle half of each clip for as long as the whole.

    Frames between recorded ones are interpolated linearly. Where an input holds velocities, their
    values must be halved besides.

    Parameters
    ----------
    given : BoundedInput
        The input, whose axis of time is read.
    values : ndarray of float, shape (inputs, ...)
        Clips.

    Returns
    -------
    ndarray of float, shape (inputs, ...)
        Clips of the same shape and type at half speed.
    """
    frames = given.shape[given.time]
    at = (frames - 1) / 4 + np.arange(frames) / 2
    before = at.astype(int)
    after = np.minimum(before + 1, frames - 1)
    weight = (at - before).reshape(-1, *[1] * (len(given.shape) - given.time - 1))
    early, late = (values.take(index, axis=given.time + 1) for index in (before, after))
    return np.asarray(early + (late - early) * weight, dtype=values.dtype)


def similarity(one: Responses, other: Responses) -> float:
    """Compute the mean cosine of two sets of responses to the same clips, about their mean.

    The mean is that over all clips of both; without it, responses resemble one another because
    all are positive. Clips whose responses are the mean itself count as 0.

    Parameters
    ----------
    one, other : ndarray of float, shape (clips, units)
        Responses of one layer, clip by clip.

    Returns
    -------
    float
        -1 to 1; 1 where responses have the same direction.
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
    """Measure how alike layers respond to clips and to the same clips at half speed.

    Parameters
    ----------
    studied : NetworkUnderStudy
        Network in evaluation mode and its inputs; the network is moved to the device.
    layers : sequence of str
        Names of the layers.
    clips : Mapping of str to ndarray of float, shape (clips, ...)
        Input name -> clips.
    slower : Mapping of str to ndarray of float, shape (clips, ...)
        Input name -> the same clips at half speed.
    device : {"auto", "cpu", "cuda", "mps"}, optional
        Where the network runs.

    Returns
    -------
    dict of str to float
        Layer -> similarity, -1 to 1 (see :func:`similarity`).

    Raises
    ------
    DataError
        When an input is absent, a layer does not exist or is not used, or the network is in
        training mode.
    """
    normal = responses(studied, layers, clips, device=device)
    slow = responses(studied, layers, slower, device=device)
    return {layer: similarity(normal[layer], slow[layer]) for layer in layers}
