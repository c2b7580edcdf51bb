"""An ablation: many settings tried on the same sequences with the same seeds.

Each setting is a row that names only what it changes, or a baseline. Rows that ask for the same
training share it, so what comes after training is varied at little cost; rows that ask for the
same embedding share that too.
"""

from kinembed.evaluation.ablation.parameters import AblationParameters
from kinembed.evaluation.ablation.planning import Run, Unit, plan
from kinembed.evaluation.ablation.scores import describe_runs, score_runs
from kinembed.evaluation.ablation.units import Joined, Outcome, join, run_unit

__all__ = [
    "AblationParameters",
    "Joined",
    "Outcome",
    "Run",
    "Unit",
    "describe_runs",
    "join",
    "plan",
    "run_unit",
    "score_runs",
]
