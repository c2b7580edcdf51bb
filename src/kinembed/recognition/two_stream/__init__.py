"""Recognising what a clip shows from its pictures and their flow, by two streams."""

from kinembed.recognition.two_stream.maximisation import two_stream_task
from kinembed.recognition.two_stream.model import (
    TwoStreamClassifier,
    recognise_pictures,
    train_two_stream,
)
from kinembed.recognition.two_stream.parameters import TwoStreamParameters
from kinembed.recognition.two_stream.pictures import at_half_speed, draw_clips, network_inputs
from kinembed.recognition.two_stream.videos import (
    ActionVideoParameters,
    slowed,
    video_clips,
    videos_by_behaviour,
)

__all__ = [
    "ActionVideoParameters",
    "TwoStreamClassifier",
    "TwoStreamParameters",
    "at_half_speed",
    "draw_clips",
    "network_inputs",
    "recognise_pictures",
    "slowed",
    "train_two_stream",
    "two_stream_task",
    "video_clips",
    "videos_by_behaviour",
]
