"""Preferred inputs of units: the input that excites a unit most, found by gradients.

Feichtenhofer, Pinz, Wildes & Zisserman (IJCV 2020, arXiv 1801.01415). In a few lines, for any
network, any of its layers, and one input or several::

    movement = BoundedInput.around("movement", clips, time=1, channels=0, joints=2)
    studied = NetworkUnderStudy(network.eval(), (movement,))
    largest = responses(studied, [layer], {"movement": clips})[layer].max(axis=0)
    found = maximise(studied, layer, [Target(unit=3, chi=1.0)], largest, AscentParameters())
    found.inputs["movement"], found.activations / largest[3]
"""

from kinembed.analysis.activation_maximisation.ascent import maximise
from kinembed.analysis.activation_maximisation.inputs import BoundedInput
from kinembed.analysis.activation_maximisation.measures import (
    class_answers,
    frequency_centroid,
    half_speed,
    input_drops,
    similarity,
    speed_similarities,
    temporal_variation,
)
from kinembed.analysis.activation_maximisation.motions import predictor_task
from kinembed.analysis.activation_maximisation.network_under_study import NetworkUnderStudy
from kinembed.analysis.activation_maximisation.objective import bound_gradient, variation_gradient
from kinembed.analysis.activation_maximisation.responses import fires, responses, unit_table
from kinembed.analysis.activation_maximisation.targets import (
    WHOLE,
    AscentParameters,
    Maximised,
    Target,
)
from kinembed.analysis.activation_maximisation.task import (
    HeldOut,
    MaximisationParameters,
    MaximisationTask,
)
from kinembed.analysis.activation_maximisation.unit_results import UnitResults, maximise_units

__all__ = [
    "WHOLE",
    "AscentParameters",
    "BoundedInput",
    "HeldOut",
    "MaximisationParameters",
    "MaximisationTask",
    "Maximised",
    "NetworkUnderStudy",
    "Target",
    "UnitResults",
    "bound_gradient",
    "class_answers",
    "fires",
    "frequency_centroid",
    "half_speed",
    "input_drops",
    "maximise",
    "maximise_units",
    "predictor_task",
    "responses",
    "similarity",
    "speed_similarities",
    "temporal_variation",
    "unit_table",
    "variation_gradient",
]
