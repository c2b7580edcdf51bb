"""What the states of a network say: where they travel, where they settle and what they move.

Su & Shlizerman (arXiv 1905.12176): in the proper orthogonal decomposition (POD) of the states, the
encoder's form an initial transient and the decoder's settle on one attractor per movement.

Conventions
-----------
* Windows are grouped by predicted clusters: a window belongs to the cluster that all its frames
  have, else to none (:data:`~kinembed.analysis.state_dynamics.states.MIXED`). No annotation is
  needed.
* Steps of a window count from 0: first the source frames (``encoder``), then the target
  frames (``decoder``). Components count from 1, as figures name them.
* ``both`` is the POD of encoder and decoder states together, ``decoder`` that of the decoder's.
* Distances are Euclidean, between states as they are, not between projections.
"""

from kinembed.analysis.state_dynamics.attractors import cluster_distances, settling
from kinembed.analysis.state_dynamics.joints import joint_changes
from kinembed.analysis.state_dynamics.pod import Pod, average_trajectories, fit_pod
from kinembed.analysis.state_dynamics.states import (
    MIXED,
    WindowStates,
    window_clusters,
    window_states,
)
from kinembed.analysis.state_dynamics.tables import (
    Interpretation,
    InterpretationParameters,
    interpret,
)

__all__ = [
    "MIXED",
    "Interpretation",
    "InterpretationParameters",
    "Pod",
    "WindowStates",
    "average_trajectories",
    "cluster_distances",
    "fit_pod",
    "interpret",
    "joint_changes",
    "settling",
    "window_clusters",
    "window_states",
]
