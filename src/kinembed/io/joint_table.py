"""Which joints recordings share, by name, and how well each of them was seen.

Order, prefixes of subjects (``Ann:LASI``) and namespaces (``mixamorig:Hips``) do not matter. What
is decided for one recording holds for all: an experiment works with the same joints throughout.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from kinembed.core.errors import DataError
from kinembed.core.listing import NAMED, listed
from kinembed.core.percentages import percent
from kinembed.motion.harmonise import harmonise
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.positions import PositionParameters
from kinembed.motion.visibility import Point, gaps

logger = logging.getLogger(__name__)

COLUMNS = (
    "recording",
    "file_joint",
    "joint",
    "used",
    "seen_share",
    "interpolated_share",
    "masked_share",
    "longest_gap_s",
    "why_not_used",
)


def joints_seen(motion: Motion) -> pd.DataFrame:
    """Measure how well each joint of a recording was seen.

    Parameters
    ----------
    motion : Motion
        A recording as its file has it.

    Returns
    -------
    DataFrame
        A row per joint in the file's order, with columns recording, file_joint, seen_share,
        interpolated_share, masked_share (of the frames, 0 to 1) and longest_gap_s.
    """
    joints = motion.skeleton.joints
    points = (
        np.full((len(motion), len(joints)), Point.SEEN, dtype=np.int8)
        if motion.visibility is None
        else motion.visibility.points
    )
    longest = np.zeros(len(joints))
    for joint, _, length in gaps(points == Point.SEEN).tolist():
        longest[joint] = max(longest[joint], length / motion.frame_rate)
    return pd.DataFrame(
        {
            "recording": motion.trial,
            "file_joint": list(joints),
            "seen_share": (points == Point.SEEN).mean(axis=0),
            "interpolated_share": (points == Point.INTERPOLATED).mean(axis=0),
            "masked_share": (points == Point.MASKED).mean(axis=0),
            "longest_gap_s": longest,
        }
    )


def agree_on_joints(
    measured: Iterable[pd.DataFrame], parameters: PositionParameters
) -> pd.DataFrame:
    """Decide which joints all recordings are worked on with.

    Parameters
    ----------
    measured : iterable of DataFrame
        Of each recording, as :func:`joints_seen` returns it.
    parameters : PositionParameters
        Names to use, joints to leave out, and whether common joints suffice.

    Returns
    -------
    DataFrame
        A row per recording and joint, with the columns of ``COLUMNS``: `joint` is the name to use,
        and those with `used` are the same joints, in the same order, for every recording.

    Raises
    ------
    DataError
        When two joints of a recording get one name, recordings have different joints and
        `parameters.joints` is ``"same"``, or no joint remains.
    """
    tables = sorted(measured, key=lambda one: str(one["recording"].iloc[0]))
    table = pd.concat([_named(one, parameters.rename) for one in tables], ignore_index=True)
    table["why_not_used"] = ""
    _leave_out(table, parameters)
    _keep_shared(table, parameters.joints)
    _leave_out_unseen(table, parameters.least_seen_share)
    table["used"] = table["why_not_used"] == ""
    if not table["used"].any():
        raise DataError(_none_remains(table, parameters.least_seen_share))
    _say_what_is_left_out(table)
    return _in_one_order(table)[list(COLUMNS)]


def in_table(motion: Motion, rows: pd.DataFrame, parameters: PositionParameters) -> Motion:
    """Bring a recording to the joints that its rows of the table name.

    Parameters
    ----------
    motion : Motion
        A recording as its file has it.
    rows : DataFrame
        Its rows of :func:`agree_on_joints`, of the joints that are used.
    parameters : PositionParameters
        Unit of length, and when a frame is not used.

    Returns
    -------
    Motion
        As :func:`kinembed.motion.harmonise.harmonise` returns it.

    Raises
    ------
    DataError
        When no frame may be used, or joints of a body that turns are left out.
    """
    return harmonise(motion, rows["file_joint"].tolist(), rows["joint"].tolist(), parameters)


def for_joints(motion: Motion, joints: Sequence[str], parameters: PositionParameters) -> Motion:
    """Bring a recording to the joints that a model was trained on.

    Parameters
    ----------
    motion : Motion
        A recording as its file has it.
    joints : sequence of str
        Joints of the model's skeleton.
    parameters : PositionParameters
        Names to use, unit of length, and when a frame is not used.

    Returns
    -------
    Motion
        Of these joints, in this order; of all its joints where one of them is absent, which the
        model refuses by name.

    Raises
    ------
    DataError
        When two joints get one name, or no frame may be used.
    """
    rows = _named(joints_seen(motion), parameters.rename).set_index("joint")["file_joint"]
    if motion.representation is Representation.POSITIONS and set(joints) <= set(rows.index):
        rows = rows[list(joints)]
    return harmonise(motion, rows.tolist(), rows.index.tolist(), parameters)


def without_prefix(joints: Sequence[str]) -> list[str]:
    """Take a prefix off that all names share: of a subject or a namespace.

    Parameters
    ----------
    joints : sequence of str
        Names as a file has them.

    Returns
    -------
    list of str
        Names after their last colon, where what stands before it is the same for all.
    """
    prefixes = {name.rpartition(":")[0] for name in joints}
    if len(prefixes) != 1:
        return list(joints)
    return [name.rpartition(":")[2] for name in joints]


def _named(one: pd.DataFrame, rename: Mapping[str, str]) -> pd.DataFrame:
    short = without_prefix(one["file_joint"].tolist())
    names = [
        rename.get(name, rename.get(bare, bare))
        for name, bare in zip(one["file_joint"], short, strict=True)
    ]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(
            f"{one['recording'].iloc[0]}: {', '.join(twice)} would name several joints; change "
            "ingestion.positions.rename"
        )
    return one.assign(joint=names)


def _leave_out(table: pd.DataFrame, parameters: PositionParameters) -> None:
    for pattern in parameters.leave_out:
        fits = table["joint"].map(lambda name, one=pattern: fnmatchcase(name, one))
        if not fits.any():
            logger.warning(
                "No recording has a joint %s (ingestion.positions.leave_out); joints are %s",
                pattern,
                listed(table["joint"]),
            )
        table.loc[fits, "why_not_used"] = "left out"


def _keep_shared(table: pd.DataFrame, joints: str) -> None:
    """Mark what not all recordings have; raise where all must have the same."""
    candidates = table[table["why_not_used"] == ""]
    recordings = table["recording"].nunique()
    counts = candidates.groupby("joint")["recording"].nunique()
    some = sorted(counts[counts < recordings].index)
    if not some:
        return
    if joints == "same":
        raise DataError(_different(candidates, some))
    table.loc[table["joint"].isin(some), "why_not_used"] = "not in all recordings"


def _different(candidates: pd.DataFrame, some: Sequence[str]) -> str:
    every = sorted(set(candidates["recording"]))
    owners = candidates.groupby("joint")["recording"].agg(set)
    lacking = {joint: sorted(set(every) - owners[joint]) for joint in some}
    described = "; ".join(
        f"{joint} is not in {listed(names)}" for joint, names in list(lacking.items())[:NAMED]
    )
    more = f"; and {len(some) - NAMED} more joints" if len(some) > NAMED else ""
    return f"the recordings have different joints: {described}{more}. {_remedy(candidates)}"


def _remedy(candidates: pd.DataFrame) -> str:
    """What to do about different joints: one file may hold a body and an object."""
    joints = candidates.groupby("recording")["joint"].agg(frozenset)
    of_file = joints.groupby([name.partition("/")[0] for name in joints.index])
    mixed = [name for _, one in of_file if len(set(one)) > 1 for name in one.index]
    ways = [
        "name joints alike by ingestion.positions.rename",
        "leave some out by ingestion.positions.leave_out",
    ]
    if frozenset.intersection(*joints):
        ways.insert(0, "set ingestion.positions.joints=common to work with those that all share")
    if mixed:
        choice = "choose individuals of the same joints by ingestion.positions.individuals"
        ways.insert(0, f"{choice} (in one file are {listed(mixed)})")
    return f"You can {', '.join(ways[:-1])}, or {ways[-1]}"


def _leave_out_unseen(table: pd.DataFrame, least: float) -> None:
    candidates = table[table["why_not_used"] == ""]
    worst = candidates.groupby("joint")["seen_share"].min()
    hardly = worst[worst < least].index
    table.loc[table["joint"].isin(hardly) & (table["why_not_used"] == ""), "why_not_used"] = (
        "hardly ever seen"
    )


def _none_remains(table: pd.DataFrame, least: float) -> str:
    reasons = ", ".join(sorted(set(table["why_not_used"])))
    problem = f"no joint remains ({reasons}); the joints are {listed(table['joint'])}"
    hardly = table[(table["why_not_used"] == "hardly ever seen") & (table["seen_share"] < least)]
    if hardly.empty:
        return problem
    shares = hardly.groupby("recording")["seen_share"].agg(["size", "mean"])
    worst = shares.sort_values(["size", "mean"], ascending=[False, True], kind="stable")
    named = [
        f"{name} ({count} of them, in {percent(share)} of the frames)"
        for name, count, share in worst.itertuples()
    ]
    return (
        f"{problem}. They are hardly seen in {listed(named)}: leave such files out, or lower "
        f"ingestion.positions.least_seen_share ({least:g})"
    )


def _say_what_is_left_out(table: pd.DataFrame) -> None:
    for why, rows in table[~table["used"]].groupby("why_not_used"):
        level = logging.INFO if why == "left out" else logging.WARNING
        where = rows.sort_values("seen_share").iloc[0]
        detail = (
            f": {where['joint']} is seen in {percent(where['seen_share'])} of the frames of "
            f"{where['recording']} (ingestion.positions.least_seen_share)"
            if why == "hardly ever seen"
            else ""
        )
        logger.log(level, "Joints that are %s: %s%s", why, listed(rows["joint"]), detail)


def _in_one_order(table: pd.DataFrame) -> pd.DataFrame:
    """Recordings by name, the joints of each in the order of the first recording."""
    first = table[table["recording"] == table["recording"].iloc[0]]
    order = {joint: rank for rank, joint in enumerate(first["joint"])}
    last = len(order)
    ranks = table["joint"].map(lambda joint: order.get(joint, last))
    return (
        table.assign(rank=ranks)
        .sort_values(["recording", "rank", "joint"], kind="stable")
        .reset_index(drop=True)
    )
