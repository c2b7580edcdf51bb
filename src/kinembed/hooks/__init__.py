"""What happens around a run: it is tracked in MLflow, its results are announced, memory is kept.

No other run changes its data meanwhile, it reads what it wrote, and what it wrote says of what.

A dataset is tracked through the metadata of its catalog entry::

    metadata:
      announce: Report          # a line "Report: <path>" when the run has saved it
      announce_scores: true     # a line that says the mean scores, of a summary or a table
      announce_names: {absent: Absent}  # a line "Absent: <name> (<role>), ..." of the records there
      mlflow: {artifact: true}  # see kinembed.tracking.mlflow.Tracked
      cleared_after: [models]   # of checkpoints: they have served once one of these is saved
"""

from kinembed.hooks.checkpoints import CheckpointHook
from kinembed.hooks.claims import ClaimHook
from kinembed.hooks.configuration import ConfigurationHook
from kinembed.hooks.damage import DamageHook
from kinembed.hooks.log import LogHook
from kinembed.hooks.memory import MemoryHook
from kinembed.hooks.report import ReportHook
from kinembed.hooks.tracking import TrackingHook
from kinembed.hooks.versions import VersionHook

__all__ = [
    "CheckpointHook",
    "ClaimHook",
    "ConfigurationHook",
    "DamageHook",
    "LogHook",
    "MemoryHook",
    "ReportHook",
    "TrackingHook",
    "VersionHook",
]
