"""How well behaviours are recognised."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sklearn.metrics import accuracy_score, confusion_matrix, recall_score

from kinembed.core.errors import DataError


@dataclass(frozen=True, eq=False)
class RecognitionScores:
    """How well the behaviours of some clips are recognised.

    Attributes
    ----------
    clips : int
        Number of clips.
    accuracy : float
        Share of clips that is recognised, in [0, 1].
    recall : float
        Mean over behaviours of the share of their clips that is recognised, in [0, 1].
    confusion : DataFrame
        Counts of clips. Rows are the behaviours that clips show, columns those that a
        network assigns: the same names, then those that no clip shows.
    """

    clips: int
    accuracy: float
    recall: float
    confusion: pd.DataFrame

    def numbers(self) -> dict[str, float | int]:
        """Return all scores but the confusion.

        Returns
        -------
        dict of str to float or int
            ``clips``, ``accuracy``, ``recall``.
        """
        return {"clips": self.clips, "accuracy": self.accuracy, "recall": self.recall}


def score_recognition(targets: pd.DataFrame, recognised: pd.DataFrame) -> RecognitionScores:
    """Compare the behaviours that clips show with those that a network assigns.

    Parameters
    ----------
    targets : DataFrame
        Columns ``clip``, ``behaviour``; the clips to score.
    recognised : DataFrame
        Columns ``clip``, ``recognised``; further clips are ignored.

    Returns
    -------
    RecognitionScores
        Over the clips of `targets`.

    Raises
    ------
    DataError
        When a clip has no row in `recognised`.
    pandas.errors.MergeError
        When a clip stands twice in one of the tables.
    """
    joined = targets.merge(recognised, on="clip", how="left", validate="one_to_one")
    absent = joined["clip"][joined["recognised"].isna()].tolist()
    if absent:
        raise DataError(f"nothing was recognised in {', '.join(absent)}; run the network on them")
    shown, assigned = joined["behaviour"], joined["recognised"]
    known = sorted(set(shown))
    names = [*known, *sorted(set(assigned) - set(known))]
    confusion = pd.DataFrame(confusion_matrix(shown, assigned, labels=names), names, names)
    confusion.index.name = "behaviour"
    return RecognitionScores(
        clips=len(joined),
        accuracy=float(accuracy_score(shown, assigned)),
        recall=float(recall_score(shown, assigned, labels=known, average="macro", zero_division=0)),
        confusion=confusion.loc[known],
    )


def score_recognitions(
    targets: Mapping[str, pd.DataFrame], recognised: pd.DataFrame
) -> pd.DataFrame:
    """Score several networks on each set of clips.

    Parameters
    ----------
    targets : mapping of str to DataFrame
        Name of a set, such as ``test`` -> its table, with columns ``clip``, ``behaviour``.
    recognised : DataFrame
        Columns ``network``, ``clip``, ``recognised``
        (see :func:`kinembed.recognition.skeleton.recognise`).

    Returns
    -------
    DataFrame
        A row for each set and network. Columns ``network``, ``part``, ``clips``, ``accuracy``,
        ``recall``.

    Raises
    ------
    DataError
        When a network has no row for a clip.
    pandas.errors.MergeError
        When a clip stands twice in a set, or for one network.
    """
    return pd.DataFrame(
        {"network": network, "part": name, **score_recognition(table, found).numbers()}
        for name, table in targets.items()
        for network, found in recognised.groupby("network", sort=False)
    )
