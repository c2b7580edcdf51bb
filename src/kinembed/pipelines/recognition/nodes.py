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
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.confusion import clip_confusions
from kinembed.report.plots.export import png
from kinembed.training.checkpoints import CheckpointFolder

# Kedro makes parameters of the class that a node names. The nodes that two pipelines share name
# none, so the node that trains decides.
Settings = TypeVar("Settings", bound=ClipTrainingParameters)


def collect_clips(
    expmaps: Mapping[str, Callable[[], Motion]], parameters: Settings, parallel: ParallelConfig
) -> Clips:
    """Collect the joint positions of every recording; no annotation is read.

    Parameters
    ----------
    expmaps : mapping of str to loader of Motion
        Trial -> its motion in exponential maps, or positions if those were recorded, all at one
        frame rate.
    parameters : ClipTrainingParameters
        Its ``frame_rate`` (Hz) is the rate that clips are brought to, its ``interval_frames`` the
        least length of the intervals into which longer recordings are cut; None: they stay whole.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    Clips
        Recordings, or their intervals ``<recording>#<number>``, in the order of names.

    Raises
    ------
    DataError
        When there is no recording, or recordings move different skeletons.
    """
    cut = partial(
        joint_clips,
        frame_rate=parameters.frame_rate,
        interval_frames=parameters.interval_frames,
    )
    mapped = map_partitions(cut, expmaps, config=parallel, description="joint positions")
    intervals = dict(chain.from_iterable(clips.items() for _, clips in mapped.stream()))
    return Clips.of(intervals, parameters.frame_rate)


def label_clips(
    clips: Clips, annotations: Mapping[str, Segmentation], parameters: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Divide the clips into those to train on and those to test on, with the behaviour of each.

    Parameters
    ----------
    clips : Clips
        Only the names are read.
    annotations : mapping of str to Segmentation
        Recording -> its annotated segments.
    parameters : ClipTrainingParameters
        Patterns of names of the recordings that are only tested on, and of those that are left out.

    Returns
    -------
    train : DataFrame
        Columns ``clip`` and ``behaviour``.
    test : DataFrame
        Columns ``clip`` and ``behaviour``.

    Raises
    ------
    DataError
        When all clips are left out, a clip has no annotation or several segments, or a behaviour
        has no clip to train on or none to test on.
    """
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
    """Train a network for each seed, from its last checkpoint if a run was killed.

    Parameters
    ----------
    clips : Clips
        Joint positions, shape (frames, joints, 3) for each clip, around the root.
    targets : DataFrame
        Columns ``clip`` and ``behaviour``, of clips to train on.
    checkpoints : CheckpointFolder
        Where trainings keep their checkpoints; a training that was interrupted continues from
        there.
    parameters : RecognitionParameters
        Network, optimisation and seeds.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of ActionClassifier
        ``seed_<seed>`` -> network, trained when it is asked for.

    Raises
    ------
    DataError
        When a clip is absent. Once computed, when all clips show one behaviour, a clip is shorter
        than the network's kernel, or a loss is not finite.
    CheckpointError
        Once computed, when a checkpoint is damaged.
    """
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
    """Recognise the behaviour of each clip by every network, those it was trained on included.

    Parameters
    ----------
    action_classifiers : mapping of str to loader of ActionClassifier
        ``seed_<seed>`` -> network.
    clips : Clips
        Joint positions, shape (frames, joints, 3) for each clip, around the root.

    Returns
    -------
    DataFrame
        Columns ``network``, ``clip``, ``recognised`` (behaviour) and ``probability``.

    Raises
    ------
    DataError
        When clips have another frame rate than a network was trained at, or are shorter than its
        kernel.
    """
    found = {name: recognise(load(), clips) for name, load in action_classifiers.items()}
    return pd.concat(found, names=["network"]).reset_index("network")


def score_recognised(
    recognised: pd.DataFrame, train: pd.DataFrame, test: pd.DataFrame
) -> pd.DataFrame:
    """Score every network on the clips that it is tested on, and on those that it was trained on.

    Parameters
    ----------
    recognised : DataFrame
        As of :func:`recognise_clips`.
    train : DataFrame
        Columns ``clip`` and ``behaviour``, of clips to train on.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of clips that are only tested on.

    Returns
    -------
    DataFrame
        Columns ``network``, ``part`` (test or train), ``clips`` (their number), ``accuracy`` and
        ``recall`` (mean over behaviours).

    Raises
    ------
    DataError
        When a network recognised nothing in a clip.
    """
    return score_recognitions({"test": test, "train": train}, recognised)


def draw_confusions(
    recognised: pd.DataFrame, test: pd.DataFrame, reporting: ReportParameters
) -> dict[str, bytes]:
    """Draw confusions of behaviours in test clips, a figure for each network.

    Parameters
    ----------
    recognised : DataFrame
        As of :func:`recognise_clips`.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of clips that are only tested on.
    reporting : ReportParameters
        Its ``note`` stands on every figure.

    Returns
    -------
    dict of str to bytes
        ``confusion_<network>.png``.

    Raises
    ------
    DataError
        When a network recognised nothing in a clip.
    """
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
