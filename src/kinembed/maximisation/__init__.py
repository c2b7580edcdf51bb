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
from kinembed.maximisation.objective import bound_penalty, total_variation
from kinembed.maximisation.specimen import Specimen

__all__ = [
    "WHOLE",
    "Aim",
    "AscentParameters",
    "BoundedInput",
    "Maximised",
    "Specimen",
    "bound_penalty",
    "maximise",
    "total_variation",
]
