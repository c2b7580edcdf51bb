"""Which joints move along the components of a POD."""

import numpy as np
import pandas as pd

from kinembed.analysis.state_dynamics.pod import Pod
from kinembed.training.trained_model import TrainedModel

_UNITS = {
    **dict.fromkeys(("ex", "ey", "ez"), "rad"),
    **dict.fromkeys(("tx", "ty", "tz", "height"), "length"),
    "ground_speed": "length/s",
}
"""Of channels by the end of their names; lengths are in the skeleton's unit."""


def joint_changes(model: TrainedModel, pod: Pod) -> pd.DataFrame:
    """Compute what one standard deviation along each mode changes in the predicted frame.

    The readout is linear, so the predicted channels change by its weights times the mode,
    wherever the move begins. A residual network's readout is a change from frame to frame, and
    its units are per frame.

    Parameters
    ----------
    model : TrainedModel
        The network whose states were decomposed, with its standardiser.
    pod : Pod
        Modes of the states.

    Returns
    -------
    DataFrame
        A row for each component (from 1), joint and unit: ``component``, ``joint``, ``unit`` (rad,
        length or length/s, and per frame of a residual network) and ``change``, the norm over the
        joint's channels of that unit.
    """
    weights = model.network.readout.weight.detach().cpu().double().numpy()
    standardiser = model.standardiser
    changes = (pod.deviations[:, None] * pod.modes) @ weights.T * standardiser.std
    per = "/frame" if model.network.residual else ""
    split = [channel.rpartition(".") for channel in standardiser.channels]
    owners = pd.MultiIndex.from_tuples(
        [(joint, _UNITS[kind] + per) for joint, _, kind in split], names=["joint", "unit"]
    )
    squares = pd.DataFrame(changes.T**2, owners, np.arange(1, len(changes) + 1))
    norms = squares.groupby(level=["joint", "unit"], sort=False).sum() ** 0.5
    table = norms.reset_index().melt(["joint", "unit"], var_name="component", value_name="change")
    return table[["component", "joint", "unit", "change"]].astype({"component": np.int64})
