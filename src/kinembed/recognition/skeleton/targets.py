"""What a network is to recognise, and which clips it is only tested on.

Columns of a table of targets: ``clip``, ``behaviour``.
"""

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import NamedTuple

import pandas as pd

from kinembed.core.errors import DataError
from kinembed.motion.motion import Segmentation
from kinembed.recognition.skeleton.intervals import trial_of


class Targets(NamedTuple):
    """Behaviours of the clips to train on, and of those to test on.

    Attributes
    ----------
    train : DataFrame
        Columns ``clip``, ``behaviour``.
    test : DataFrame
        Columns ``clip``, ``behaviour``.
    """

    train: pd.DataFrame
    test: pd.DataFrame


def clip_targets(
    clips: Sequence[str],
    annotations: Mapping[str, Segmentation],
    test_clips: Sequence[str],
    leave_out: Sequence[str] = (),
    group: str = "recognition",
) -> Targets:
    """Divide annotated clips into training and test clips.

    All intervals of a trial are in one set and have its annotation.

    Parameters
    ----------
    clips : sequence of str
        Names of clips, which may be intervals of trials.
    annotations : mapping of str to Segmentation
        Trial -> what it shows: one behaviour.
    test_clips : sequence of str
        Names or patterns of trials to test on; ``*`` stands for anything.
    leave_out : sequence of str
        Names or patterns of trials that are not used.
    group : str
        Where the settings stand, for messages.

    Returns
    -------
    Targets
        Clips that are not left out, with their behaviours.

    Raises
    ------
    DataError
        When a clip has no annotation or one of several segments, when every clip is left out, or
        when a behaviour has no clip to train on or none to test on.
    """
    shown = partial(_behaviour, annotations=annotations)
    return named_targets(clips, shown, test_clips, leave_out, group)


def named_targets(
    clips: Sequence[str],
    behaviour_of: Callable[[str], str],
    test_clips: Sequence[str],
    leave_out: Sequence[str] = (),
    group: str = "recognition",
) -> Targets:
    """Divide clips into training and test clips, their behaviours given by a function.

    Parameters
    ----------
    clips : sequence of str
        Names of clips, which may be intervals of trials.
    behaviour_of : callable
        From the name of a clip to its behaviour.
    test_clips : sequence of str
        Names or patterns of trials to test on; ``*`` stands for anything.
    leave_out : sequence of str
        Names or patterns of trials that are not used.
    group : str
        Where the settings stand, for messages.

    Returns
    -------
    Targets
        Clips that are not left out, with their behaviours.

    Raises
    ------
    DataError
        When every clip is left out, or a behaviour has no clip to train on or none to test on.
    """
    kept = [clip for clip in clips if not _matches(clip, leave_out)]
    if not kept:
        raise DataError(f"{group}.leave_out leaves out every clip; name fewer")
    table = pd.DataFrame({"clip": kept, "behaviour": [behaviour_of(clip) for clip in kept]})
    tested = table["clip"].map(lambda clip: _matches(clip, test_clips))
    targets = Targets(*(table[of_set].reset_index(drop=True) for of_set in (~tested, tested)))
    _check_behaviours(targets, group)
    return targets


def _matches(clip: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(trial_of(clip), pattern) for pattern in patterns)


def _behaviour(clip: str, annotations: Mapping[str, Segmentation]) -> str:
    trial = trial_of(clip)
    if trial not in annotations:
        raise DataError(
            f"clip {clip!r} has no annotation; give it one, or say in ingestion.clip_pattern how "
            "its name holds its action"
        )
    behaviours = annotations[trial].behaviours
    if len(behaviours) != 1:
        raise DataError(
            f"{clip!r} shows {len(behaviours)} segments ({', '.join(behaviours)}), but what is "
            "recognised is a clip of one behaviour; cut it first"
        )
    return behaviours[0]


def _check_behaviours(targets: Targets, group: str) -> None:
    train, test = (one["behaviour"].value_counts() for one in targets)
    lacking = sorted(set(train.index) ^ set(test.index))
    if lacking:
        named = ", ".join(
            f"{name} ({train.get(name, 0)} to train on, {test.get(name, 0)} to test on)"
            for name in lacking
        )
        raise DataError(
            "each behaviour needs a clip to train on and another to test on, which "
            f"{group}.test_clips chooses by name; these lack one: {named}; choose others, or "
            f"name those clips in {group}.leave_out"
        )
