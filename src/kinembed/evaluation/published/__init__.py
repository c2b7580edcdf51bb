"""The protocols of the published program, for comparison with its results.

Su & Shlizerman, arXiv 1905.12176 (Frontiers in AI 2020). Both learn to predict motion, read the raw
decoder states of windows that advance by the target length, and cluster them (cosine distance,
single linkage) with the number of clusters given. They differ in where the sequence is cut.

| protocol | sequences | cuts | scored by |
|---|---|---|---|
| ``published_loss_cuts`` | clips joined as recorded | where prediction fails | every clip a class |
| ``published_annotated_cuts`` | continuous trials | at annotated boundaries | order of appearance |

The second one leaks: boundaries are what is hard to find, and it is given them. What it gives to
methods without any network, and what order of appearance does to the score of the very same
labels, stands beside its results.
"""

from kinembed.evaluation.published.parameters import PublishedParameters
from kinembed.evaluation.published.predict import (
    ANNOTATED_CUTS_METHODS,
    LOSS_CUTS_METHODS,
    predict_annotated_cuts,
    predict_loss_cuts,
)
from kinembed.evaluation.published.selection import annotated_entries

__all__ = [
    "ANNOTATED_CUTS_METHODS",
    "LOSS_CUTS_METHODS",
    "PublishedParameters",
    "annotated_entries",
    "predict_annotated_cuts",
    "predict_loss_cuts",
]
