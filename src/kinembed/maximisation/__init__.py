"""What a unit of a network looks for: the input that excites it most, found by gradients.

Feichtenhofer, Pinz, Wildes & Zisserman (IJCV 2020, arXiv 1801.01415). In a few lines, for any
network, any of its layers, and one input or several::

    movement = BoundedInput.around("movement", clips, time=1, channels=0, joints=2)
    specimen = Specimen(network.eval(), (movement,))
    largest = responses(specimen, [layer], {"movement": clips})[layer].max(axis=0)
    found = maximise(specimen, layer, [Aim(unit=3, chi=1.0)], largest, AscentParameters())
    found.inputs["movement"], found.activations / largest[3]
"""

from kinembed.maximisation.aims import WHOLE, Aim, AscentParameters, Maximised
from kinembed.maximisation.ascent import maximise
from kinembed.maximisation.inputs import BoundedInput
from kinembed.maximisation.measures import (
    class_answers,
    frequency_centroid,
    half_speed,
    input_drops,
    similarity,
    speed_similarities,
    temporal_variation,
)
from kinembed.maximisation.motions import motion_study
from kinembed.maximisation.objective import bound_gradient, variation_gradient
from kinembed.maximisation.responses import fires, responses, unit_table
from kinembed.maximisation.specimen import Specimen
from kinembed.maximisation.study import HeldOut, MaximisationParameters, Study
from kinembed.maximisation.survey import Survey, survey

__all__ = [
    "WHOLE",
    "Aim",
    "AscentParameters",
    "BoundedInput",
    "HeldOut",
    "MaximisationParameters",
    "Maximised",
    "Specimen",
    "Study",
    "Survey",
    "bound_gradient",
    "class_answers",
    "fires",
    "frequency_centroid",
    "half_speed",
    "input_drops",
    "maximise",
    "motion_study",
    "responses",
    "similarity",
    "speed_similarities",
    "survey",
    "temporal_variation",
    "unit_table",
    "variation_gradient",
]
