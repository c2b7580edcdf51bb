"""Encoder-decoder LSTMs that learn videos of any kind, and how well they do on unseen ones."""

from kinembed.video.prediction.baselines import score_baselines
from kinembed.video.prediction.data import VideoData, collect_data, source_of
from kinembed.video.prediction.evaluation import describe_runs, score_network
from kinembed.video.prediction.frame_features import FrameFeatureModel, train_frame_features
from kinembed.video.prediction.model import VideoModel, train_video_model
from kinembed.video.prediction.parameters import HeldOutParameters, VideoParameters, VideoRow
from kinembed.video.prediction.roll_outs import RollOut, input_filters, peak_table, roll_out
from kinembed.video.prediction.sources import WindowSource
from kinembed.video.prediction.strips import example_strips, long_strips
from kinembed.video.prediction.training import VideoTrainingParameters

__all__ = [
    "FrameFeatureModel",
    "HeldOutParameters",
    "RollOut",
    "VideoData",
    "VideoModel",
    "VideoParameters",
    "VideoRow",
    "VideoTrainingParameters",
    "WindowSource",
    "collect_data",
    "describe_runs",
    "example_strips",
    "input_filters",
    "long_strips",
    "peak_table",
    "roll_out",
    "score_baselines",
    "score_network",
    "source_of",
    "train_frame_features",
    "train_video_model",
]
