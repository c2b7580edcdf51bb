"""The three kinds of data that video networks learn: where each comes from, and its windows."""

import torch

from kinembed.core.errors import SourceError
from kinembed.io.sources.digits import Digits, find_digits
from kinembed.io.sources.frame_features import FrameFeatures, find_frame_features
from kinembed.io.sources.videos import VideoFiles, find_videos
from kinembed.video.prediction.digit_source import DigitParameters, DigitSource
from kinembed.video.prediction.frame_feature_source import (
    FrameFeatureParameters,
    FrameFeatureSource,
)
from kinembed.video.prediction.parameters import VideoParameters
from kinembed.video.prediction.patch_source import PatchParameters, PatchSource
from kinembed.video.prediction.sources import WindowSource

VideoData = Digits | VideoFiles | FrameFeatures


def collect_data(parameters: VideoParameters, made: FrameFeatures) -> VideoData:
    """What ``video.data`` asks for; `made` are frame features of recordings, none if there are
    none.

    Raises SourceError when it is not there, FormatError when a file of it is damaged, and DataError
    when it is too short or too small: before anything is trained.
    """
    data = _found(parameters, made)
    source, windows = source_of(data, parameters), parameters.training.windows
    source.training(windows, 1, torch.device("cpu"))
    if parameters.predicting():
        longer = windows.model_copy(update={"target": parameters.held_out.roll_out})
        source.held_out(longer, 1)
    return data


def source_of(data: VideoData, parameters: VideoParameters) -> WindowSource:
    """Windows of the data; raises DataError as each source does."""
    match data:
        case Digits():
            return DigitSource(data, parameters.digits)
        case VideoFiles():
            return PatchSource(data, parameters.patches)
    return FrameFeatureSource(data, parameters.frame_features)


def _found(parameters: VideoParameters, made: FrameFeatures) -> VideoData:
    match parameters.data:
        case "digits":
            return _digits(parameters.digits)
        case "patches":
            return _videos(parameters.patches)
    return _frame_features(parameters.frame_features, made)


def _digits(parameters: DigitParameters) -> Digits:
    return find_digits(parameters.folder, parameters.mirror).shrunk(parameters.shrink)


def _videos(parameters: PatchParameters) -> VideoFiles:
    folder = parameters.folder
    if folder is None:
        if parameters.mirror is None:
            raise SourceError(
                "no folder of videos is named: set the variable KINEMBED_VIDEOS, or "
                "KINEMBED_MIRROR to a mirror that holds video/"
            )
        folder = parameters.mirror / "video"
    size, rate = parameters.shorter_side, parameters.frame_rate
    return find_videos(folder, parameters.videos or ["*"], shorter_side=size, frame_rate=rate)


def _frame_features(parameters: FrameFeatureParameters, made: FrameFeatures) -> FrameFeatures:
    if parameters.folder is not None:
        return find_frame_features(parameters.folder)
    if not made.values:
        raise SourceError(
            "there are no frame features: run --pipelines ingestion,expmap,frame_features "
            "first, or name a folder of .npy files in the variable KINEMBED_FRAME_FEATURES"
        )
    return made
