"""From a folder to labels in ten lines, in the manner of scikit-learn."""

from kinembed.estimator.discovery import BehaviourDiscovery
from kinembed.estimator.recordings import read

__all__ = ["BehaviourDiscovery", "read"]
