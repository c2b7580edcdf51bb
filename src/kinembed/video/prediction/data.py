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
    """Find the data that ``video.data`` asks for, and check that windows can be drawn from it.

    Parameters
    ----------
    parameters : VideoParameters
        Which data, where it is, and how long windows and roll-outs are.
    made : FrameFeatures
        Frame features of recordings; without sequences where there are none.

    Returns
    -------
    Digits, VideoFiles or FrameFeatures
        The data, whole.

    Raises
    ------
    SourceError
        When the data is not there, or a file of MNIST is not the published one.
    FormatError
        When a file is damaged.
    DataError
        When videos are shorter than a window or, if a network predicts, all held-out ones than a
        roll-out; when videos or frames are too small, or nothing is held out or left to train on.
    """
    data = _found(parameters, made)
    source, windows = source_of(data, parameters), parameters.training.windows
    source.training(windows, 1, torch.device("cpu"))
    if parameters.predicting():
        longer = windows.model_copy(update={"target": parameters.held_out.roll_out})
        source.held_out(longer, 1)
    return data


def source_of(data: VideoData, parameters: VideoParameters) -> WindowSource:
    """Make the source of windows that suits the data.

    Parameters
    ----------
    data : Digits, VideoFiles or FrameFeatures
        As :func:`collect_data` returns it.
    parameters : VideoParameters
        Settings of all kinds of data.

    Returns
    -------
    WindowSource
        Draws windows of the data.

    Raises
    ------
    DataError
        When a video is smaller than a patch, no sequence is held out, or none is left to train on.
    """
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
