"""Series that all methods get: trials of subject 86, and the four channels that tsseg has of it."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from results_check import SEQUENCES, run
from subject_86 import TUNING

from kinembed.evaluation.baselines import BaselineParameters
from kinembed.evaluation.baselines.task import Task
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion, Representation, Segmentation
from kinembed.motion.skeleton import Skeleton
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.stages import StageParameters
from kinembed.training.motion_prediction import TrainingParameters

TRIALS, FOUR = "subject 86", "subject 86, four channels"
FRAME_RATE = 120.0
"""Of the series in tsseg, in Hz: they have as many frames as the trials."""


@dataclass(frozen=True, eq=False)
class Series:
    """A recording as kinembed sees it, and its annotation, which is for scores alone."""

    data: str
    motion: Motion
    features: FeatureParameters
    annotation: Segmentation

    @property
    def name(self) -> str:
        """Name of the recording."""
        return self.motion.trial

    @property
    def number(self) -> int:
        """Behaviours that a person distinguishes."""
        return self.annotation.number_of_behaviours

    @property
    def stages(self) -> StageParameters:
        """Settings of the preset ``fast``, with the number of behaviours."""
        clustering = ClusteringParameters(number=self.number)
        return StageParameters(
            self.features, TrainingParameters(), EmbeddingParameters(), clustering
        )

    @property
    def channels(self) -> np.ndarray:
        """Standardised channels, a row per frame."""
        return Task.of([self.motion], 1, BaselineParameters(), self.features).poses


def trials() -> Iterator[Series]:
    """The trials of the mirror, those that had no part in any choice first."""
    context = run("cmu86", SEQUENCES, "sequences,sequence_annotations", "", "peers")
    sequences, annotations = map(context.catalog.load, ("sequences", "sequence_annotations"))
    features = FeatureParameters.model_validate(context.params["features"])
    for name in in_order(sequences):
        yield Series(TRIALS, sequences[name](), features, annotations[name])


def four_channels(python: Path) -> Iterator[Series]:
    """The labelled series that tsseg carries; none where it is not installed."""
    found = subprocess.run([python, "-c", FOLDER], capture_output=True, text=True, check=False)
    if found.returncode:
        return
    files = {path.stem: path for path in Path(json.loads(found.stdout)).glob("86_*.csv")}
    for name in in_order(files):
        table = np.loadtxt(files[name], delimiter=",")
        yield series_of_table(name, table[:, :-1], table[:, -1].astype(int))


FOLDER = """
import json, os, importlib.util
print(json.dumps(os.path.dirname(importlib.util.find_spec("tsseg").origin) + "/data/mocap"))
"""


def in_order(names) -> list[str]:
    """Names of recordings, tuning ones last."""
    return sorted(names, key=lambda name: (name in TUNING, name))


def series_of_table(name: str, values: np.ndarray, labels: np.ndarray) -> Series:
    """Take a plain table of channels for rotations of as many joints, of which the first is none.

    No length of a bone is used: features are the channels as they are.
    """
    joints = tuple(f"channel{number}" for number in range(values.shape[1]))
    count = len(joints)
    skeleton = Skeleton(
        joints, (-1, *[0] * (count - 1)), np.zeros((count, 3)), np.tile(np.eye(3), (count, 1, 1)),
        ("x",) * count,
    )  # fmt: skip
    names = tuple(f"{joint}.ex" for joint in joints)
    motion = Motion(values, names, skeleton, FRAME_RATE, name, Representation.EXPMAP)
    features = FeatureParameters.model_validate({"root": "absolute"})
    return Series(FOUR, motion, features, annotation_of(name, labels))


def annotation_of(name: str, labels: np.ndarray) -> Segmentation:
    """Segments of equal labels; a boundary is right within half a second, as no range is given."""
    changes = np.flatnonzero(np.diff(labels)) + 1
    margin = round(FRAME_RATE / 2)
    ranges = np.stack([changes - margin, changes, changes + margin], axis=1)
    behaviours = tuple(str(labels[start]) for start, _ in pairwise([0, *changes, len(labels)]))
    return Segmentation(behaviours, ranges, len(labels), name)
