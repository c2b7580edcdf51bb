"""Nodes of namespace ``two_stream``: networks that see pictures of clips, and their flow."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain

import pandas as pd

from kinembed.core.parallel import (
    MappedPartitions,
    ParallelConfig,
    loaders_of,
    loaders_of_seeds,
    map_partitions,
)
from kinembed.pipelines.recognition.nodes import draw_confusions
from kinembed.recognition.skeleton import Clips, named_targets, trial_of
from kinembed.recognition.two_stream import (
    ActionVideoParameters,
    TwoStreamClassifier,
    TwoStreamParameters,
    at_half_speed,
    draw_clips,
    recognise_pictures,
    slowed,
    train_two_stream,
    video_clips,
    videos_by_behaviour,
)
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.export import png
from kinembed.report.plots.pictures import clip_strip
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.video.stick_figures import PictureClips


def draw_pictures(
    clips: Clips, train: pd.DataFrame, test: pd.DataFrame, parameters: TwoStreamParameters
) -> tuple[PictureClips, PictureClips, PictureClips]:
    """Draw stick figures and their flow, of clips to train on and of clips held out.

    Parameters
    ----------
    clips : Clips
        Joint positions, shape (frames, joints, 3) for each clip, around the root.
    train : DataFrame
        Columns ``clip`` and ``behaviour``, of clips to train on.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of clips that are only tested on.
    parameters : TwoStreamParameters
        Its ``figures`` say how stick figures are drawn.

    Returns
    -------
    pictures : PictureClips
        Clips to train on.
    held_out : PictureClips
        Clips that are only tested on.
    slower : PictureClips
        The clips held out at half speed.

    Raises
    ------
    DataError
        When a clip of a table of targets is absent.
    """
    seen, held_out = (clips.only(table["clip"].tolist()) for table in (train, test))
    positions = (seen, held_out, at_half_speed(held_out))
    drawn = tuple(draw_clips(one, parameters.figures) for one in positions)
    return drawn[0], drawn[1], drawn[2]


def collect_videos(
    parameters: TwoStreamParameters, videos: ActionVideoParameters, parallel: ParallelConfig
) -> tuple[PictureClips, PictureClips, PictureClips, pd.DataFrame, pd.DataFrame]:
    """Read videos, to use instead of what :func:`draw_pictures` draws.

    Their folders name the behaviours.

    Parameters
    ----------
    parameters : TwoStreamParameters
        Size of pictures (pixels), frame rate (Hz), length of intervals (frames), and patterns of
        names of the videos that are tested on or left out.
    videos : ActionVideoParameters
        Folder of videos.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    pictures : PictureClips
        Clips to train on.
    held_out : PictureClips
        Clips that are only tested on.
    slower : PictureClips
        The clips held out at half speed.
    train : DataFrame
        Columns ``clip`` and ``behaviour``, of the clips to train on.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of the clips held out.

    Raises
    ------
    SourceError
        When no folder is named, or it holds no video.
    FormatError
        When a video is damaged or too short.
    DataError
        When a video cannot be brought to about the frame rate, or a behaviour has no clip to train
        on or none to test on.
    """
    paths = videos_by_behaviour(videos.folder)
    cut = partial(
        video_clips,
        pixels=parameters.figures.pixels,
        frame_rate=parameters.frame_rate,
        interval_frames=parameters.interval_frames,
    )
    mapped = map_partitions(
        cut, loaders_of(paths), config=parallel, description="videos", with_name=True
    )
    found = dict(chain.from_iterable(clips.items() for _, clips in mapped.stream()))
    train, test = named_targets(
        sorted(found),
        lambda clip: paths[trial_of(clip)].parent.name,
        parameters.test_clips,
        parameters.leave_out,
        parameters.group,
    )
    seen, held_out = (
        PictureClips(tuple(names), tuple(found[name] for name in names), parameters.frame_rate)
        for names in (train["clip"].tolist(), test["clip"].tolist())
    )
    slower = replace(held_out, clips=tuple(map(slowed, held_out.clips)))
    return seen, held_out, slower, train, test


def train_two_streams(
    pictures: PictureClips,
    train: pd.DataFrame,
    held_out: PictureClips,
    checkpoints: CheckpointFolder,
    parameters: TwoStreamParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[TwoStreamClassifier]:
    """Train a network for each seed, from its last checkpoint if a run was killed.

    Parameters
    ----------
    pictures : PictureClips
        Clips to train on.
    train : DataFrame
        Columns ``clip`` and ``behaviour``, in the order of `pictures`.
    held_out : PictureClips
        Clips that are only tested on; their names alone are read, and stored with the networks.
    checkpoints : CheckpointFolder
        Where trainings keep their checkpoints; a training that was interrupted continues from
        there.
    parameters : TwoStreamParameters
        Network, optimisation and seeds.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of TwoStreamClassifier
        ``seed_<seed>`` -> network, trained when it is asked for.

    Raises
    ------
    DataError
        Once computed, when all clips show one behaviour, or a loss is not finite.
    CheckpointError
        Once computed, when a checkpoint is damaged.
    """
    fit = partial(
        _train,
        pictures=pictures,
        labels=train["behaviour"].tolist(),
        held_out=held_out.names,
        parameters=parameters,
        checkpoints=checkpoints,
    )
    seeds = loaders_of_seeds(parameters.seeds)
    return map_partitions(fit, seeds, config=parallel, description="training")


def recognise_clips_in_pictures(
    networks: Mapping[str, Callable[[], TwoStreamClassifier]],
    pictures: PictureClips,
    held_out: PictureClips,
) -> pd.DataFrame:
    """Recognise the behaviour of each clip by every network, those it was trained on included.

    Parameters
    ----------
    networks : mapping of str to loader of TwoStreamClassifier
        ``seed_<seed>`` -> network.
    pictures : PictureClips
        Clips that networks were trained on.
    held_out : PictureClips
        Clips that are only tested on.

    Returns
    -------
    DataFrame
        Columns ``network``, ``clip``, ``recognised`` (behaviour) and ``probability``.

    Raises
    ------
    DataError
        When clips have another frame rate than a network was trained at.
    """
    found = {
        name: pd.concat([recognise_pictures(load(), clips) for clips in (pictures, held_out)])
        for name, load in networks.items()
    }
    return pd.concat(found, names=["network"]).reset_index("network")


def draw_figures(
    recognised: pd.DataFrame,
    test: pd.DataFrame,
    held_out: PictureClips,
    reporting: ReportParameters,
) -> dict[str, bytes]:
    """Draw confusions of behaviours in held-out clips, by network, and a clip of each behaviour.

    Parameters
    ----------
    recognised : DataFrame
        As of :func:`recognise_clips_in_pictures`.
    test : DataFrame
        Columns ``clip`` and ``behaviour``, of clips that are only tested on.
    held_out : PictureClips
        Clips of `test`.
    reporting : ReportParameters
        Its ``note`` stands on every figure.

    Returns
    -------
    dict of str to bytes
        ``confusion_<network>.png`` and ``clip_<behaviour>.png``, of the first clip of the
        behaviour.

    Raises
    ------
    DataError
        When a network recognised nothing in a clip, or a clip is absent.
    """
    figures = draw_confusions(recognised, test, reporting)
    first = test.drop_duplicates("behaviour")
    for clip, behaviour in zip(first["clip"], first["behaviour"], strict=True):
        (pictures,) = held_out.only([clip]).clips
        strip = clip_strip(pictures, title=behaviour, note=reporting.note)
        figures[f"clip_{behaviour}.png"] = png(strip)
    return figures


def _train(
    seed: int,
    pictures: PictureClips,
    labels: list[str],
    held_out: tuple[str, ...],
    parameters: TwoStreamParameters,
    checkpoints: CheckpointFolder,
) -> TwoStreamClassifier:
    return train_two_stream(
        pictures, labels, parameters, seed, held_out=held_out, checkpoints=checkpoints
    )
