"""How well behaviours are recognised."""

from dataclasses import dataclass

import pandas as pd
from sklearn.metrics import accuracy_score, confusion_matrix, recall_score

from kinembed.errors import DataError


@dataclass(frozen=True, eq=False)
class RecognitionScores:
    """Scores of some clips.

    Attributes
    ----------
    clips: how many there are.
    accuracy: share that is recognised.
    recall: mean over behaviours of the share of their clips that is recognised.
    confusion: counts; rows are what clips show, columns what they are taken for.
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
    known, names = sorted(set(shown)), sorted({*shown, *taken})
    confusion = pd.DataFrame(confusion_matrix(shown, taken, labels=names), names, names)
    confusion.index.name = "behaviour"
    return RecognitionScores(
        clips=len(joined),
        accuracy=float(accuracy_score(shown, taken)),
        recall=float(recall_score(shown, taken, labels=known, average="macro", zero_division=0)),
        confusion=confusion.loc[known],
    )
