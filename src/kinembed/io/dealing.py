"""Every clip once: clips dealt like cards into sequences, each of one group (say, one actor).

Drawing (:mod:`kinembed.io.concatenation`) makes any number of sequences, in which clips return
and people mix; dealing uses all that was recorded, and a sequence is one body's.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import Field, NonNegativeInt, PositiveInt, field_validator

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters, checked_pattern
from kinembed.io.clip_labels import action_of


class DealParameters(Parameters):
    """How clips are dealt into sequences.

    Attributes
    ----------
    group_pattern : str
        Regular expression whose first group finds the actor (or day, or animal) in a clip's name.
    clips : int
        Clips in a sequence, about: as many sequences are made of a group as come nearest.
    seed : int
        Seed of the order of clips.

    Raises
    ------
    pydantic.ValidationError
        When `group_pattern` is no regular expression, or has no group.
    """

    group_pattern: str = Field(
        description="how a clip's name holds its actor, a regular expression; a sequence has clips "
        "of one actor alone",
    )
    clips: PositiveInt = Field(7, description="about how many clips in a sequence")
    seed: NonNegativeInt = Field(0, description="of the order of clips")

    @field_validator("group_pattern")
    @classmethod
    def _finds_a_group(cls, pattern: str) -> str:
        return checked_pattern(pattern, 1)


def deal(
    clips: Sequence[str], clip_pattern: str, parameters: DealParameters
) -> dict[str, list[str]]:
    """Deal all clips into sequences.

    Parameters
    ----------
    clips : sequence of str
        Names of clips.
    clip_pattern : str
        Regular expression whose group ``action`` is the action in a clip's name.
    parameters : DealParameters
        Groups, and size of sequences.

    Returns
    -------
    dict of str to list of str
        ``<group>_<number>`` -> its clips. Each clip comes once. Actions are spread over the
        sequences of a group, and neighbours differ in action where that is possible.

    Raises
    ------
    DataError
        When a name does not follow both patterns.
    """
    generator = np.random.default_rng(parameters.seed)
    actions = {clip: action_of(clip, clip_pattern) for clip in sorted(clips)}
    groups: dict[str, list[str]] = {}
    for clip in actions:
        groups.setdefault(_group_of(clip, parameters.group_pattern), []).append(clip)
    return {
        f"{group}_{number}": hand
        for group, own in sorted(groups.items())
        for number, hand in _hands(own, actions, parameters.clips, generator).items()
    }


def _group_of(clip: str, pattern: str) -> str:
    match = re.search(pattern, clip)
    if match is None or match[1] is None:
        raise DataError(
            f"concatenation.deal.group_pattern {pattern!r} finds no group in the name of clip "
            f"{clip!r}; say how names hold it"
        )
    return match[1]


def _hands(
    clips: Sequence[str], actions: Mapping[str, str], size: int, generator: np.random.Generator
) -> dict[str, list[str]]:
    """Sequences of one group by number; clips of one action go to different ones."""
    count = max(1, round(len(clips) / size))
    width = len(str(count - 1))
    shuffled = generator.permutation(np.array(clips)).tolist()
    by_action = sorted(shuffled, key=actions.__getitem__)
    return {
        f"{number:0{width}d}": _apart(by_action[number::count], actions, generator)
        for number in range(count)
    }


def _apart(
    clips: Sequence[str], actions: Mapping[str, str], generator: np.random.Generator
) -> list[str]:
    """Clips in random order; one of the action most of which is left follows another action."""
    left = generator.permutation(np.array(clips)).tolist()
    order: list[str] = []
    while left:
        counts = Counter(actions[clip] for clip in left)
        before = actions[order[-1]] if order else None
        others = [clip for clip in left if actions[clip] != before]
        order.append(max(others or left, key=lambda clip: counts[actions[clip]]))
        left.remove(order[-1])
    return order
