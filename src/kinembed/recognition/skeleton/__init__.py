"""Recognising what a clip shows: a supervised graph network, and how well it does on other clips.

Behaviours are what this network is trained for, so its training reads labels; nothing else in the
project does before scoring. Test clips never contribute labels.
"""

from kinembed.recognition.skeleton.clips import Clips, JointClip, joint_clip
from kinembed.recognition.skeleton.dataset_map import DatasetMap, map_dataset
from kinembed.recognition.skeleton.evaluation import (
    RecognitionScores,
    score_recognition,
    score_recognitions,
)
from kinembed.recognition.skeleton.intervals import cut, joint_clips, trial_of
from kinembed.recognition.skeleton.layers import LayerTables, clip_features, measure_layers
from kinembed.recognition.skeleton.maps import (
    ClipMaps,
    MapParameters,
    class_maps,
    clip_maps,
    gradcam_table,
)
from kinembed.recognition.skeleton.maximisation import action_classifier_task
from kinembed.recognition.skeleton.model import (
    ActionClassifier,
    recognise,
    recognised,
    train_action_classifier,
)
from kinembed.recognition.skeleton.parameters import ClipTrainingParameters, RecognitionParameters
from kinembed.recognition.skeleton.targets import Targets, clip_targets, named_targets
from kinembed.recognition.skeleton.transfer import TransferParameters, transfer_curve
from kinembed.recognition.skeleton.typical_maps import typical_maps

__all__ = [
    "ActionClassifier",
    "ClipMaps",
    "ClipTrainingParameters",
    "Clips",
    "DatasetMap",
    "JointClip",
    "LayerTables",
    "MapParameters",
    "RecognitionParameters",
    "RecognitionScores",
    "Targets",
    "TransferParameters",
    "action_classifier_task",
    "class_maps",
    "clip_features",
    "clip_maps",
    "clip_targets",
    "cut",
    "gradcam_table",
    "joint_clip",
    "joint_clips",
    "map_dataset",
    "measure_layers",
    "named_targets",
    "recognise",
    "recognised",
    "score_recognition",
    "score_recognitions",
    "train_action_classifier",
    "transfer_curve",
    "trial_of",
    "typical_maps",
]
