"""Where the names on a page come from, in words: clusters were found without any name."""

from kinembed.motion.segments import FrameLabels

UNNAMED = (
    "Nobody has named these clusters yet: letters and numbers stand for them, and names.yml gives "
    "them names."
)
NAMED = (
    "The names come from names.yml, which a person wrote. A cluster that it leaves out shows its "
    "number."
)
MATCHED = (
    "The annotation was read for scoring only: “overlaps most with annotated …” says which "
    "annotated behaviour a finished cluster fits best, and a cluster has the colour of that "
    "behaviour."
)


def where_names_come_from(shown: FrameLabels, annotated: bool) -> str:
    """Say where the names of a sequence's clusters come from.

    Parameters
    ----------
    shown : ndarray of int or sequence of str, shape (frames,)
        Cluster of every frame, or its name where a person named any.
    annotated : bool
        Whether the sequence has an annotation.

    Returns
    -------
    str
        One sentence or several.
    """
    if isinstance(shown, list):
        return NAMED
    return f"{UNNAMED} {MATCHED}" if annotated else UNNAMED
