"""What an LSTM that learned movement without labels is worth where few windows have one."""

from kinembed.few_labels.curve import few_label_curve
from kinembed.few_labels.gains import paired_gains
from kinembed.few_labels.parameters import ClassifierParameters, FewLabelParameters

__all__ = ["ClassifierParameters", "FewLabelParameters", "few_label_curve", "paired_gains"]
