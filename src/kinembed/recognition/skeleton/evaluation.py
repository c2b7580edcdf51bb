"""How well behaviours are recognised."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sklearn.metrics import accuracy_score, confusion_matrix, recall_score

from kinembed.core.errors import DataError


@dataclass(frozen=True, eq=False)
class RecognitionScores:
    """Scores of some clips.

    Attributes
    ----------
    clips: how many there are.
    accuracy: share that is recognised.
    recall: mean over behaviours of the share of their clips that is recognised.
    confusion: counts; rows are what clips show, columns what they are taken for: the same names,
        then those that no clip shows.
    """

    clips: int
    accuracy: float
    recall: float
    confusion: pd.DataFrame

    def numbers(self) -> dict[str, float | int]:
        """All but the confusion."""
        return {"clips": self.clips, "accuracy": self.accuracy, "recall": self.recall}


def score_recognition(targets: pd.DataFrame, recognised: pd.DataFrame) -> RecognitionScores:
    """Compare columns ``clip``, ``behaviour`` with columns ``clip``, ``recognised``.

    Raises DataError for a clip that nothing was recognised in.
    """
    joined = targets.merge(recognised, on="clip", how="left", validate="one_to_one")
    absent = joined["clip"][joined["recognised"].isna()].tolist()
    if absent:
        raise DataError(f"nothing was recognised in {', '.join(absent)}; run the network on them")
    shown, taken = joined["behaviour"], joined["recognised"]
    known = sorted(set(shown))
    names = [*known, *sorted(set(taken) - set(known))]
    confusion = pd.DataFrame(confusion_matrix(shown, taken, labels=names), names, names)
    confusion.index.name = "behaviour"
    return RecognitionScores(
        clips=len(joined),
        accuracy=float(accuracy_score(shown, taken)),
        recall=float(recall_score(shown, taken, labels=known, average="macro", zero_division=0)),
        confusion=confusion.loc[known],
    )


def score_recognitions(
    targets: Mapping[str, pd.DataFrame], recognised: pd.DataFrame
) -> pd.DataFrame:
    """Columns ``network``, ``part``, ``clips``, ``accuracy``, ``recall``.

    `targets` are those of each part; `recognised` has a column ``network`` besides those of
    :func:`kinembed.recognition.skeleton.recognise`.
    """
    return pd.DataFrame(
        {"network": network, "part": part, **score_recognition(table, found).numbers()}
        for part, table in targets.items()
        for network, found in recognised.groupby("network", sort=False)
    )
