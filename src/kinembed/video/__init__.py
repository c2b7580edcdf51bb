"""Encoder-decoder LSTMs that learn synthetic videos, and how well they do on unseen ones."""

from kinembed.video.baselines import score_baselines
from kinembed.video.evaluation import describe_runs, score_network
from kinembed.video.model import VideoModel, train_video_model
from kinembed.video.parameters import HeldOutParameters, VideoParameters, VideoRow
from kinembed.video.percepts import PerceptModel, train_percepts
from kinembed.video.roll_outs import RollOut, input_filters, peak_table, roll_out
from kinembed.video.strips import example_strips, long_strips
from kinembed.video.training import VideoTrainingParameters

__all__ = [
    "HeldOutParameters",
    "PerceptModel",
    "RollOut",
    "VideoModel",
    "VideoParameters",
    "VideoRow",
    "VideoTrainingParameters",
    "describe_runs",
    "example_strips",
    "input_filters",
    "long_strips",
    "peak_table",
    "roll_out",
    "score_baselines",
    "score_network",
    "train_percepts",
    "train_video_model",
]
