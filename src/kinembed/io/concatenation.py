"""Sequences: what a model is trained on, a trial as it is or clips of several actions in a row.

Clips of single actions are drawn at random and joined (protocol (i) of Su & Shlizerman). By
default each clip goes on where the one before it ended, so that no jump of the root gives the
boundary away; ``as_recorded`` keeps the published jumps, and with ``blend`` no joint jumps either.
Or all clips are dealt into sequences, each once (:mod:`kinembed.io.dealing`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from jaxtyping import Float, Int
from pydantic import (
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    StringConstraints,
    model_validator,
)

from kinembed.core.errors import DataError
from kinembed.core.parameters import Names, Parameters
from kinembed.io.clip_labels import action_of
from kinembed.io.dealing import DealParameters, deal
from kinembed.motion.motion import Motion, Segmentation
from kinembed.motion.skeleton import Skeleton
from kinembed.motion.transitions import blended
from kinembed.motion.visibility import joined

Plan = dict[str, list[str]]
"""Names of sequences, each with the trials it is made of."""


class DrawParameters(Parameters):
    """Which clips make a sequence.

    Attributes
    ----------
    sequences : int
        Number of sequences that are drawn.
    actions : int or list of str
        Number of distinct actions in a sequence, or their names.
    clips : int
        Clips in a sequence, at least as many as actions.
    leave_out : list of str
        Actions that are never drawn at random.
    seed : int
        Seed of all draws of this kind.
    """

    sequences: PositiveInt = Field(1, description="how many sequences are drawn")
    actions: PositiveInt | Names = Field(
        5, description="how many distinct actions in a sequence, or their names"
    )
    clips: PositiveInt = Field(5, description="how many clips in a sequence")
    leave_out: Names = Field([], description="actions that are never drawn at random")
    seed: NonNegativeInt = 0


DrawName = Annotated[str, StringConstraints(pattern=r"^[\w-]+$")]


class ConcatenationParameters(Parameters):
    """How trials become sequences; without `draw` and `deal` every trial is a sequence.

    Attributes
    ----------
    draw : DrawParameters or dict of str to DrawParameters, or None
        One kind of draw, or several by name.
    deal : DealParameters or None
        Every clip once, in sequences of one actor each. None, and nothing drawn: every trial is a
        sequence.
    join : {"continue", "blend", "as_recorded"}
        Whether clips continue over the ground where the one before ended, also turn to its heading
        and go over into one another, or jump as recorded.
    blend_s : float
        Duration of a blend in seconds, half of it in either clip.
    frame_step : int
        Every n-th frame is kept.
    boundary_tolerance : int
        Frames to either side within which a boundary between clips counts as found.

    Raises
    ------
    pydantic.ValidationError
        When clips are both drawn and dealt.
    """

    draw: DrawParameters | dict[DrawName, DrawParameters] | None = Field(
        None, description="one kind of draw, or several by name"
    )
    deal: DealParameters | None = Field(None, description="every clip once, by actor")
    join: Literal["continue", "blend", "as_recorded"] = Field(
        "continue",
        description="whether clips continue where the one before ended, also go over into one "
        "another (rotations only), or jump",
    )
    blend_s: PositiveFloat = Field(0.5, description="duration of a blend, half in either clip")
    frame_step: PositiveInt = Field(1, description="every n-th frame is kept")
    boundary_tolerance: NonNegativeInt = Field(
        60, description="frames within which a boundary between clips counts as found"
    )

    @model_validator(mode="after")
    def _is_drawn_or_dealt(self) -> "ConcatenationParameters":
        if self.draw is not None and self.deal is not None:
            raise ValueError("clips are drawn or dealt: set draw or deal, not both")
        return self


def plan_sequences(
    trials: Sequence[str], clip_pattern: str | None, parameters: ConcatenationParameters
) -> Plan:
    """Choose the trials that each sequence is made of.

    Parameters
    ----------
    trials : sequence of str
        Names of all trials.
    clip_pattern : str or None
        Regular expression whose group ``action`` is the action in a clip's name. None suffices
        where nothing is drawn.
    parameters : ConcatenationParameters
        What is drawn.

    Returns
    -------
    dict of str to list of str
        Name of a sequence to its trials: each trial by itself, or ``<kind>_<number>`` for what was
        drawn, or ``<group>_<number>`` for what was dealt. No clip comes twice in a sequence unless
        its action has too few.

    Raises
    ------
    DataError
        When clips are drawn without a pattern, a name does not follow it, an action is unknown (the
        known ones are listed), too few exist, or a sequence has fewer clips than actions.
    """
    if parameters.deal is not None:
        return deal(trials, _needed(clip_pattern, "deal"), parameters.deal)
    if parameters.draw is not None:
        return _all_drawn(trials, _needed(clip_pattern, "draw"), parameters.draw)
    return {trial: [trial] for trial in trials}


def concatenate(
    motions: Sequence[Motion], name: str, parameters: ConcatenationParameters
) -> Motion:
    """Join the motions of a sequence.

    Parameters
    ----------
    motions : sequence of Motion
        At least one, in the order of the sequence.
    name : str
        Name of the sequence.
    parameters : ConcatenationParameters
        Every n-th frame is kept of each motion, and how one continues the other.

    Returns
    -------
    Motion
        One motion at the lower frame rate, with the skeleton of the first.

    Raises
    ------
    DataError
        When skeletons, channels or frame rates differ, or clips of positions are to be blended.
    """
    first = motions[0]
    for motion in motions[1:]:
        if _body(motion) != _body(first):
            raise DataError(f"{name}: {motion.trial} moves another skeleton than {first.trial}")
        if motion.frame_rate != first.frame_rate:
            raise DataError(
                f"{name}: {motion.trial} runs at {motion.frame_rate:g} Hz, "
                f"{first.trial} at {first.frame_rate:g} Hz"
            )
    parts = [motion.every(parameters.frame_step) for motion in motions]
    intervals = _intervals(parts, parameters)
    return replace(
        first,
        values=np.vstack(intervals),
        frame_rate=first.frame_rate / parameters.frame_step,
        trial=name,
        visibility=joined([part.visibility for part in parts], intervals),
        file_frames=_joined_numbers(parts),
    )


def concatenate_annotations(
    plan: Plan, annotations: Mapping[str, Segmentation], parameters: ConcatenationParameters
) -> dict[str, Segmentation]:
    """Join the annotations of all sequences whose trials are all annotated.

    Parameters
    ----------
    plan : dict of str to list of str
        Name of a sequence to its trials.
    annotations : mapping of str to Segmentation
        Trial to its annotation.
    parameters : ConcatenationParameters
        Every n-th frame is kept, and the tolerance of boundaries between clips.

    Returns
    -------
    dict of str to Segmentation
        Name of a sequence to its annotation. A behaviour that goes on across a join is one segment.

    Raises
    ------
    DataError
        When a segment has no frame among those that are kept.
    """
    of_clips = _annotated(plan, annotations)
    return {name: _joined(of_clips[name], name, parameters) for name in of_clips}


def concatenate_clip_classes(
    plan: Plan, annotations: Mapping[str, Segmentation], parameters: ConcatenationParameters
) -> dict[str, Segmentation]:
    """Join annotations with every segment of every clip a class of its own, even if it recurs.

    That is how protocol (i) of Su & Shlizerman (arXiv 1905.12176) scores concatenated clips.

    Parameters
    ----------
    plan : dict of str to list of str
        Name of a sequence to its trials.
    annotations : mapping of str to Segmentation
        Trial to its annotation.
    parameters : ConcatenationParameters
        Every n-th frame is kept, and the tolerance of boundaries between clips.

    Returns
    -------
    dict of str to Segmentation
        Name of a sequence to its annotation; behaviours are ``<clip>.<segment> <behaviour>``, with
        numbers from 1.

    Raises
    ------
    DataError
        When a segment has no frame among those that are kept.
    """
    of_clips = _annotated(plan, annotations)
    return {name: _joined(_own_classes(of_clips[name]), name, parameters) for name in of_clips}


def _needed(clip_pattern: str | None, how: str) -> str:
    if clip_pattern is None:
        raise DataError(f"concatenation.{how} needs ingestion.clip_pattern to tell clips' actions")
    return clip_pattern


def _all_drawn(
    trials: Sequence[str], clip_pattern: str, draw: DrawParameters | Mapping[str, DrawParameters]
) -> Plan:
    """All sequences of all kinds of draw."""
    clips: dict[str, list[str]] = {}
    for trial in sorted(trials):
        clips.setdefault(action_of(trial, clip_pattern), []).append(trial)
    draws = {"draw": draw} if isinstance(draw, DrawParameters) else draw
    return {
        name: drawn
        for kind, one in draws.items()
        for name, drawn in _drawn(kind, clips, one).items()
    }


def _drawn(kind: str, clips: Mapping[str, list[str]], draw: DrawParameters) -> Plan:
    """All sequences of one kind of draw, named after it."""
    generator = np.random.default_rng(draw.seed)
    width = len(str(draw.sequences - 1))
    return {
        f"{kind}_{number:0{width}d}": _draw(clips, draw, generator)
        for number in range(draw.sequences)
    }


def _draw(
    clips: Mapping[str, list[str]], draw: DrawParameters, generator: np.random.Generator
) -> list[str]:
    """Every action once, then actions at random, in random order; no clip twice if it can be."""
    actions = _actions(clips, draw, generator)
    extra = generator.choice(actions, draw.clips - len(actions)).tolist()
    order = generator.permutation([*actions, *extra]).tolist()
    decks: dict[str, list[str]] = {action: [] for action in actions}
    drawn = []
    for action in order:
        if not decks[action]:
            decks[action] = generator.permutation(clips[action]).tolist()
        drawn.append(decks[action].pop())
    return drawn


def _actions(
    clips: Mapping[str, list[str]], draw: DrawParameters, generator: np.random.Generator
) -> list[str]:
    known = ", ".join(clips)
    if isinstance(draw.actions, list):
        unknown = [action for action in draw.actions if action not in clips]
        if unknown:
            raise DataError(f"unknown actions {', '.join(unknown)}; known are {known}")
        chosen = draw.actions
    else:
        candidates = [action for action in clips if action not in draw.leave_out]
        if draw.actions > len(candidates):
            raise DataError(
                f"draw.actions asks for {draw.actions} distinct actions, "
                f"but there are {len(candidates)}: {', '.join(candidates)}"
            )
        chosen = generator.choice(candidates, draw.actions, replace=False).tolist()
    if draw.clips < len(chosen):
        raise DataError(
            f"draw.clips is {draw.clips}, fewer than the {len(chosen)} actions asked for"
        )
    return chosen


def _joined_numbers(parts: Sequence[Motion]) -> Int[np.ndarray, "frames"] | None:
    """Numbers of frames in the file of the only recording; several have no common count."""
    return parts[0].file_frames if len(parts) == 1 else None


def _body(motion: Motion) -> tuple[tuple[str, ...], Skeleton | None]:
    """What clips must have in common; the rest pose of one that does not turn is its own."""
    return motion.channels, motion.skeleton if motion.skeleton.turns else None


def _intervals(
    parts: Sequence[Motion], parameters: ConcatenationParameters
) -> list[Float[np.ndarray, "_ channels"]]:
    """Values of each part, as they are joined."""
    if parameters.join == "blend":
        rate = parts[0].frame_rate / parameters.frame_step
        return blended(parts, round(parameters.blend_s * rate))
    intervals = [part.values for part in parts]
    if parameters.join == "continue":
        return _continued(intervals, _ground_channels(parts[0]))
    return intervals


def _ground_channels(motion: Motion) -> list[list[int]]:
    """Columns that move over the ground, along x and along z, those of the root first."""
    return [
        [index for index, channel in enumerate(motion.channels) if channel.endswith(f".{axis}")]
        for axis in ("tx", "tz")
    ]


def _continued(
    intervals: list[Float[np.ndarray, "_ channels"]], ground: list[list[int]]
) -> list[Float[np.ndarray, "_ channels"]]:
    """Intervals shifted over the ground so that the root starts where it ended in the one
    before.
    """
    shifted = [intervals[0]]
    for interval in intervals[1:]:
        moved = interval.copy()
        for columns in ground:
            moved[:, columns] += shifted[-1][-1, columns[0]] - interval[0, columns[0]]
        shifted.append(moved)
    return shifted


def _annotated(
    plan: Plan, annotations: Mapping[str, Segmentation]
) -> dict[str, list[Segmentation]]:
    """Annotations of the trials of every sequence whose trials are all annotated."""
    return {
        name: [annotations[trial] for trial in trials]
        for name, trials in plan.items()
        if all(trial in annotations for trial in trials)
    }


def _own_classes(of_clips: Sequence[Segmentation]) -> list[Segmentation]:
    """Behaviours numbered by clip and by segment in it, so that no two are the same."""
    return [
        replace(
            annotated,
            behaviours=tuple(
                f"{clip}.{segment} {behaviour}"
                for segment, behaviour in enumerate(annotated.behaviours, start=1)
            ),
        )
        for clip, annotated in enumerate(of_clips, start=1)
    ]


def _joined(
    of_clips: Sequence[Segmentation], name: str, parameters: ConcatenationParameters
) -> Segmentation:
    """Annotations one after another; a behaviour that goes on across a join is one segment."""
    step = parameters.frame_step
    counts = [-(-annotated.frame_count // step) for annotated in of_clips]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    behaviours: list[str] = []
    boundaries: list[Int[np.ndarray, 3]] = []
    for annotated, offset in zip(of_clips, offsets, strict=False):
        rows = -(-annotated.boundaries // step) + offset
        join = offset + parameters.boundary_tolerance * np.array([[-1, 0, 1]])
        for behaviour, row in zip(annotated.behaviours, np.vstack([join, rows]), strict=True):
            if behaviours and behaviours[-1] == behaviour:
                continue
            behaviours.append(behaviour)
            boundaries.append(row)
    later = np.array(boundaries[1:], dtype=np.int64).reshape(-1, 3)
    return Segmentation(tuple(behaviours), later, int(offsets[-1]), name)
