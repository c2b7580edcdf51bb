"""The three kinds of data that video networks learn: where each comes from, and its windows."""

import torch

from kinembed.core.errors import SourceError
from kinembed.io.sources.digits import Digits, find_digits
from kinembed.io.sources.films import Films, find_films
from kinembed.io.sources.percepts import Percepts, find_percepts
from kinembed.video.prediction.digit_source import DigitParameters, DigitSource
from kinembed.video.prediction.parameters import VideoParameters
from kinembed.video.prediction.patch_source import PatchParameters, PatchSource
from kinembed.video.prediction.percept_source import PerceptParameters, PerceptSource
from kinembed.video.prediction.sources import WindowSource

VideoData = Digits | Films | Percepts


def collect_data(parameters: VideoParameters, made: Percepts) -> VideoData:
    """What ``video.data`` asks for; `made` are percepts of recordings, none if there are none.

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
        case Films():
            return PatchSource(data, parameters.patches)
    return PerceptSource(data, parameters.percepts)


def _found(parameters: VideoParameters, made: Percepts) -> VideoData:
    match parameters.data:
        case "digits":
            return _digits(parameters.digits)
        case "patches":
            return _films(parameters.patches)
    return _percepts(parameters.percepts, made)


def _digits(parameters: DigitParameters) -> Digits:
    return find_digits(parameters.folder, parameters.mirror).shrunk(parameters.shrink)


def _films(parameters: PatchParameters) -> Films:
    folder = parameters.folder
    if folder is None:
        if parameters.mirror is None:
            raise SourceError(
                "no folder of films is named: set the variable KINEMBED_VIDEOS, or KINEMBED_MIRROR "
                "to a mirror that holds video/"
            )
        folder = parameters.mirror / "video"
    size, rate = parameters.shorter_side, parameters.frame_rate
    return find_films(folder, parameters.films or ["*"], shorter_side=size, frame_rate=rate)


def _percepts(parameters: PerceptParameters, made: Percepts) -> Percepts:
    if parameters.folder is not None:
        return find_percepts(parameters.folder)
    if not made.values:
        raise SourceError(
            "there are no percepts: run --pipelines ingestion,expmap,percepts first, or name a "
            "folder of .npy files in the variable KINEMBED_PERCEPTS"
        )
    return made
