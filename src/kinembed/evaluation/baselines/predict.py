"""Which baselines there are, and what each of them makes of one recording or of several."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from jaxtyping import Int

from kinembed.core.errors import DataError
from kinembed.evaluation.baselines.change_points import pose_change_points, window_change_points
from kinembed.evaluation.baselines.frames import (
    constant,
    pose_gmm,
    window3_kmeans,
    window_single_linkage,
    window_spectral,
    window_ward,
)
from kinembed.evaluation.baselines.hidden_markov import sticky_hmm
from kinembed.evaluation.baselines.parameters import BaselineParameters
from kinembed.evaluation.baselines.substitutes import pose_as_states, window_as_states
from kinembed.evaluation.baselines.task import Task
from kinembed.evaluation.baselines.untrained import untrained, untrained_single_linkage
from kinembed.evaluation.baselines.video import video_lstm
from kinembed.motion.motion import Motion
from kinembed.segmentation.embedding import cuts_of_all
from kinembed.segmentation.stages import StageParameters

_OF_CHANNELS: dict[str, Callable[[Task], Int[np.ndarray, "frames"]]] = {
    "constant": constant,
    "pose_gmm": pose_gmm,
    "window_ward": window_ward,
    "window_spectral": window_spectral,
    "window_single_linkage": window_single_linkage,
    "window3_kmeans": window3_kmeans,
    "changepoints_window_3": partial(window_change_points, penalty=3.0),
    "changepoints_window_5": partial(window_change_points, penalty=5.0),
    "changepoints_pose_3": partial(pose_change_points, penalty=3.0),
    "changepoints_pose_5": partial(pose_change_points, penalty=5.0),
    "sticky_hmm": sticky_hmm,
}
_INSTEAD_OF_STATES: dict[
    str,
    Callable[[Task, Sequence[int | None], StageParameters], list[Int[np.ndarray, "frames"]]],
] = {
    "pose_as_states": pose_as_states,
    "window_as_states": window_as_states,
}
_OF_MOTIONS: dict[
    str,
    Callable[
        [Sequence[Motion], Sequence[int | None], StageParameters],
        list[Int[np.ndarray, "frames"]],
    ],
] = {"untrained": untrained}
_OF_ONE_MOTION: dict[str, Callable[[Motion, int, StageParameters], Int[np.ndarray, "frames"]]] = {
    "untrained_single_linkage": untrained_single_linkage,
    "video_lstm": video_lstm,
}
ESTIMATING: tuple[str, ...] = (*_INSTEAD_OF_STATES, *_OF_MOTIONS)
"""Those that can estimate the number of clusters, as the network that they stand in for."""
TOGETHER: tuple[str, ...] = (*_OF_CHANNELS, *ESTIMATING)
"""Those that can cluster several recordings together."""
BASELINES: tuple[str, ...] = (*TOGETHER, "untrained_single_linkage")
"""Names of all baselines, as they stand in tables of results."""
METHODS: tuple[str, ...] = (*BASELINES, "video_lstm")
"""Those, and networks of other systems, each of which is trained before it answers."""


def predict(
    name: str,
    motion: Motion,
    number: int,
    parameters: BaselineParameters,
    stages: StageParameters,
) -> Int[np.ndarray, "frames"]:
    """Predict the cluster of every frame by the method of that name.

    Parameters
    ----------
    name : str
        One of :data:`METHODS`.
    motion : Motion
        Sequence in exponential maps or positions.
    number : int
        Clusters to find, at least 1. Baselines of change points give fewer where they find fewer
        segments, and a state of the hidden Markov model may be left empty.
    parameters : BaselineParameters
        Settings of the simple baselines.
    stages : StageParameters
        Settings of the network that is compared. All baselines get its features; ``untrained`` ones
        have its architecture, ``..._as_states`` are clustered like it, ``video_lstm`` is trained as
        long, too.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance; -2 where too little was
        seen.

    Raises
    ------
    DataError
        When the name is unknown, the motion is in Euler angles or does not move, or as many
        clusters are asked for as rows are clustered. For networks also when the motion is shorter
        than a window or the loss is not finite.
    """
    if name not in METHODS:
        raise DataError(f"expected a baseline ({', '.join(METHODS)}), not {name!r}")
    if name in _OF_ONE_MOTION:
        return _OF_ONE_MOTION[name](motion, number, stages)
    ((labels,),) = predict_together(name, [motion], [number], parameters, stages)
    return labels


def predict_together(
    name: str,
    motions: Sequence[Motion],
    numbers: Sequence[int | None],
    parameters: BaselineParameters,
    stages: StageParameters,
) -> list[list[Int[np.ndarray, "_"]]]:
    """Cluster several recordings together; no window or segment reaches from one into another.

    Parameters
    ----------
    name : str
        One of :data:`TOGETHER`.
    motions : sequence of Motion
        Sequences in exponential maps or positions, of the same joints; at least one.
    numbers : sequence of int or None
        Numbers of clusters to find in all of them, as in :func:`predict`; None: estimated, by one
        of :data:`ESTIMATING`.
    parameters, stages
        As in :func:`predict`.

    Returns
    -------
    list of list of ndarray of int, each of shape (frames,)
        For each number the cluster of every frame of each recording; -2 where too little was seen.

    Raises
    ------
    DataError
        When recordings have different joints, no number is given to a method that cannot estimate
        it, or as in :func:`predict`.
    """
    if name not in TOGETHER:
        raise DataError(f"expected one of {', '.join(TOGETHER)}, not {name!r}")
    ends = np.cumsum([len(motion) for motion in motions])
    found = _labels(name, motions, numbers, parameters, stages)
    return [np.split(labels, ends[:-1]) for labels in found]


def _labels(
    name: str,
    motions: Sequence[Motion],
    numbers: Sequence[int | None],
    parameters: BaselineParameters,
    stages: StageParameters,
) -> list[Int[np.ndarray, "frames"]]:
    """Clusters of the frames of all motions, one after the other."""
    if name in _OF_MOTIONS:
        return _OF_MOTIONS[name](motions, numbers, stages)
    given = [number for number in numbers if number is not None]
    if name in _INSTEAD_OF_STATES:
        cuts = cuts_of_all(motions, stages.embedding)
        task = Task.of(motions, max(given, default=1), parameters, stages.features, cuts)
        found = _INSTEAD_OF_STATES[name](task, numbers, stages)
    elif len(given) < len(numbers):
        raise DataError(f"{name} needs a number of clusters; {', '.join(ESTIMATING)} do not")
    else:
        task = Task.of(motions, max(given), parameters, stages.features)
        found = [_OF_CHANNELS[name](replace(task, number=number)) for number in given]
    return [task.for_all_frames(labels) for labels in found]
