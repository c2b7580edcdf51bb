"""What a network is to recognise, and which clips it is only tested on.

Columns of a table of targets: ``clip``, ``behaviour``, ``part`` (``train`` or ``test``).
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import pandas as pd

from kinembed.errors import DataError
from kinembed.motion import Segmentation

TRAIN, TEST = "train", "test"


def clip_targets(
    clips: Sequence[str], annotations: Mapping[str, Segmentation], test_clips: Sequence[str]
) -> pd.DataFrame:
    """Behaviour and part of each clip; those that match a pattern of `test_clips` are tested on.

    Raises DataError unless each clip shows one behaviour and each behaviour has a clip to learn
    from and another to be tested on.
    """
    targets = pd.DataFrame(
        {
            "clip": clips,
            "behaviour": [_behaviour(clip, annotations) for clip in clips],
            "part": [_part(clip, test_clips) for clip in clips],
        }
    )
    _check_behaviours(targets)
    return targets


def part_of(targets: pd.DataFrame, part: str) -> pd.DataFrame:
    """Rows of the part to train on, or of that to test on."""
    return targets[targets["part"] == part].reset_index(drop=True)


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


def _part(clip: str, test_clips: Sequence[str]) -> str:
    return TEST if any(fnmatchcase(clip, pattern) for pattern in test_clips) else TRAIN


def _check_behaviours(targets: pd.DataFrame) -> None:
    counts = pd.crosstab(targets["behaviour"], targets["part"])
    counts = counts.reindex(columns=[TRAIN, TEST], fill_value=0)
    wrong = counts[(counts == 0).any(axis=1)]
    if len(wrong):
        named = ", ".join(
            f"{name} ({row[TRAIN]} to train on, {row[TEST]} to test on)"
            for name, row in wrong.iterrows()
        )
        raise DataError(
            "each behaviour needs a clip to train on and another to test on, which "
            f"recognition.test_clips chooses by name; these lack one: {named}"
        )
