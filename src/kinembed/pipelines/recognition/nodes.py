"""Nodes of pipeline ``recognition``: clips, supervised action classifiers and their scores."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import chain
from typing import TypeVar

import pandas as pd

from kinembed.core.parallel import (
    MappedPartitions,
    ParallelConfig,
    loaders_of_seeds,
    map_partitions,
)
from kinembed.motion.motion import Motion, Segmentation
from kinembed.recognition.skeleton import (
    ActionClassifier,
    Clips,
    ClipTrainingParameters,
    RecognitionParameters,
    clip_targets,
    joint_clips,
    recognise,
    score_recognitions,
    train_action_classifier,
)
from kinembed.report.plots.confusion import clip_confusions
from kinembed.report.plots.export import png
from kinembed.report.sequence import ReportParameters
from kinembed.training.checkpoints import CheckpointFolder

# Kedro makes parameters of the class that a node names. The nodes that two pipelines share name
# none, so the node that trains decides.
Settings = TypeVar("Settings", bound=ClipTrainingParameters)


def collect_clips(
    expmaps: Mapping[str, Callable[[], Motion]], parameters: Settings, parallel: ParallelConfig
) -> Clips:
    """Joint positions of every recording; no annotation is read."""
    take = partial(
        joint_clips,
        frame_rate=parameters.frame_rate,
        interval_frames=parameters.interval_frames,
    )
    mapped = map_partitions(take, expmaps, config=parallel, description="joint positions")
    intervals = dict(chain.from_iterable(clips.items() for _, clips in mapped.stream()))
    return Clips.of(intervals, parameters.frame_rate)


def label_clips(
    clips: Clips, annotations: Mapping[str, Segmentation], parameters: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Targets to train on, and those to test on."""
    tested, left_out = parameters.test_clips, parameters.leave_out
    targets = clip_targets(clips.names, annotations, tested, left_out, parameters.group)
    return targets.train, targets.test


def train_action_classifiers(
    clips: Clips,
    targets: pd.DataFrame,
    checkpoints: CheckpointFolder,
    parameters: RecognitionParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[ActionClassifier]:
    """A network for each seed, from its last checkpoint if a run was killed."""
    train = partial(
        _train,
        clips=clips.only(targets["clip"].tolist()),
        labels=targets["behaviour"].tolist(),
        parameters=parameters,
        checkpoints=checkpoints,
    )
    seeds = loaders_of_seeds(parameters.seeds)
    return map_partitions(train, seeds, config=parallel, description="training")


def recognise_clips(
    action_classifiers: Mapping[str, Callable[[], ActionClassifier]], clips: Clips
) -> pd.DataFrame:
    """What every network takes each clip for, those it was trained on included."""
    found = {name: recognise(load(), clips) for name, load in action_classifiers.items()}
    return pd.concat(found, names=["network"]).reset_index("network")


def score_recognised(
    recognised: pd.DataFrame, train: pd.DataFrame, test: pd.DataFrame
) -> pd.DataFrame:
    """Scores of every network, of the clips it was tested on and of those it was trained on."""
    return score_recognitions({"test": test, "train": train}, recognised)


def draw_confusions(
    recognised: pd.DataFrame, test: pd.DataFrame, reporting: ReportParameters
) -> dict[str, bytes]:
    """What clips that were tested on are taken for, a figure for each network."""
    figures = clip_confusions(recognised, test, reporting.note)
    return {f"confusion_{network}.png": png(figure) for network, figure in figures.items()}


def _train(
    seed: int,
    clips: Clips,
    labels: list[str],
    parameters: RecognitionParameters,
    checkpoints: CheckpointFolder,
) -> ActionClassifier:
    return train_action_classifier(clips, labels, parameters, seed, checkpoints)
