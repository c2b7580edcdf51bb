"""What a network is to recognise, and which clips it is only tested on.

Columns of a table of targets: ``clip``, ``behaviour``.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

import pandas as pd

from kinembed.errors import DataError
from kinembed.motion import Segmentation


class Targets(NamedTuple):
    """A table of targets to learn from, and one to be tested on."""

    train: pd.DataFrame
    test: pd.DataFrame


def clip_targets(
    clips: Sequence[str], annotations: Mapping[str, Segmentation], test_clips: Sequence[str]
) -> Targets:
    """The behaviour of each clip; those that match a pattern of `test_clips` are tested on.

    Raises DataError unless each clip shows one behaviour and each behaviour has a clip to learn
    from and another to be tested on.
    """
    table = pd.DataFrame(
        {"clip": clips, "behaviour": [_behaviour(clip, annotations) for clip in clips]}
    )
    tested = table["clip"].map(
        lambda clip: any(fnmatchcase(clip, pattern) for pattern in test_clips)
    )
    targets = Targets(*(table[part].reset_index(drop=True) for part in (~tested, tested)))
    _check_behaviours(targets)
    return targets


def _behaviour(clip: str, annotations: Mapping[str, Segmentation]) -> str:
    if clip not in annotations:
        raise DataError(
            f"clip {clip!r} has no annotation; give it one, or say in ingestion.clip_pattern how "
            "its name holds its action"
        )
    behaviours = annotations[clip].behaviours
    if len(behaviours) != 1:
        raise DataError(
            f"{clip!r} shows {len(behaviours)} segments ({', '.join(behaviours)}), but what is "
            "recognised is a clip of one behaviour; cut it first"
        )
    return behaviours[0]


def _check_behaviours(targets: Targets) -> None:
    train, test = (part["behaviour"].value_counts() for part in targets)
    lacking = sorted(set(train.index) ^ set(test.index))
    if lacking:
        named = ", ".join(
            f"{name} ({train.get(name, 0)} to train on, {test.get(name, 0)} to test on)"
            for name in lacking
        )
        raise DataError(
            "each behaviour needs a clip to train on and another to test on, which "
            f"recognition.test_clips chooses by name; these lack one: {named}"
        )
