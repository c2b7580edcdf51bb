"""Which baselines there are, and what each of them makes of a motion."""

from collections.abc import Callable
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
from kinembed.segmentation.embedding import all_cuts
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
_IN_PLACE_OF_STATES: dict[str, Callable[[Task, StageParameters], Int[np.ndarray, "frames"]]] = {
    "pose_as_states": pose_as_states,
    "window_as_states": window_as_states,
}
_OF_THE_NETWORK: dict[str, Callable[[Motion, int, StageParameters], Int[np.ndarray, "frames"]]] = {
    "untrained": untrained,
    "untrained_single_linkage": untrained_single_linkage,
}
_TRAINED: dict[str, Callable[[Motion, int, StageParameters], Int[np.ndarray, "frames"]]] = {
    "video_lstm": video_lstm,
}
BASELINES: tuple[str, ...] = (*_OF_CHANNELS, *_IN_PLACE_OF_STATES, *_OF_THE_NETWORK)
"""Names of all baselines, as they stand in tables of results."""
METHODS: tuple[str, ...] = (*BASELINES, *_TRAINED)
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
    of_motions = _OF_THE_NETWORK | _TRAINED
    if name in of_motions:
        return of_motions[name](motion, number, stages)
    if name in _IN_PLACE_OF_STATES:
        cuts = all_cuts(motion, stages.embedding)
        task = Task.of(motion, number, parameters, stages.features, cuts)
        return task.for_all_frames(_IN_PLACE_OF_STATES[name](task, stages))
    task = Task.of(motion, number, parameters, stages.features)
    return task.for_all_frames(_OF_CHANNELS[name](task))
