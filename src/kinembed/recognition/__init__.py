"""Recognising what a clip shows: a supervised graph network, and how well it does on other clips.

Behaviours are what this network is trained for, so its training reads labels; nothing else in the
project does before scoring. Clips that are tested on lend it none.
"""

from kinembed.recognition.clips import Clips, JointClip, joint_clip
from kinembed.recognition.evaluation import (
    RecognitionScores,
    score_recognition,
    score_recognitions,
)
from kinembed.recognition.layers import LayerTables, clip_features, measure_layers
from kinembed.recognition.model import Recogniser, recognise, train_recogniser
from kinembed.recognition.parameters import RecognitionParameters
from kinembed.recognition.pieces import cut, trial_of
from kinembed.recognition.targets import Targets, clip_targets

__all__ = [
    "Clips",
    "JointClip",
    "LayerTables",
    "Recogniser",
    "RecognitionParameters",
    "RecognitionScores",
    "Targets",
    "clip_features",
    "clip_targets",
    "cut",
    "joint_clip",
    "measure_layers",
    "recognise",
    "score_recognition",
    "score_recognitions",
    "train_recogniser",
    "trial_of",
]
