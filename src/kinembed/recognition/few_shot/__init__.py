"""What an LSTM that learned movement without labels is worth where few windows have one."""

from kinembed.recognition.few_shot.curve import few_shot_curve
from kinembed.recognition.few_shot.gains import paired_gains
from kinembed.recognition.few_shot.parameters import ClassifierParameters, FewShotParameters

__all__ = ["ClassifierParameters", "FewShotParameters", "few_shot_curve", "paired_gains"]
