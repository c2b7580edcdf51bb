"""The peers: what each is given, and which program runs it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """A method of others.

    Attributes
    ----------
    name : str
        As in the table.
    program : str
        File beside this one that runs it, in an environment of its own.
    package : str
        What that environment must have.
    variants : tuple of bool
        Whether the number of clusters is given; both where the method can estimate it, too.
    rate_hz : float or None
        Frames per second that it gets; None: all.
    components : int or None
        Principal components that it gets where there are more channels; None: the channels.
    """

    name: str
    program: str
    package: str
    variants: tuple[bool, ...]
    rate_hz: float | None = None
    components: int | None = None


BOTH, GIVEN, ESTIMATED = (True, False), (True,), (False,)
PEERS = (
    Peer("tw_finch", "tw_finch.py", "sklearn", GIVEN, rate_hz=30),
    Peer("e2usd", "in_tsseg.py", "tsseg", BOTH),
    Peer("hdp_hsmm", "in_tsseg.py", "tsseg", ESTIMATED, components=10),
    Peer("aligned_cluster_analysis", "aligned_clusters.py", "sklearn", GIVEN, rate_hz=10),
    Peer("motion_words", "motion_words.py", "torch", GIVEN, rate_hz=30),
    Peer("ticc", "in_tsseg.py", "tsseg", GIVEN, rate_hz=10, components=10),
    Peer("time2state", "in_tsseg.py", "tsseg", ESTIMATED),
    Peer("clap", "in_tsseg.py", "tsseg", ESTIMATED, rate_hz=30, components=10),
)
