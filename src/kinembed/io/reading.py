"""Reading all files of an experiment: recordings of every individual, and every problem at once."""

import logging
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from kinembed.core.errors import DataError, FormatError, KinembedError, NotAskedForError
from kinembed.core.listing import listed
from kinembed.core.parallel import MappedPartitions, ParallelConfig, loaders_of, map_partitions
from kinembed.io.formats.reader import read_motions
from kinembed.io.ingestion import IngestionParameters, MotionFiles, motion_files
from kinembed.motion.motion import Motion
from kinembed.motion.positions import picture_plane

logger = logging.getLogger(__name__)

LEFT_OUT = "Left out, because it cannot be read"
"""Begins the line of the log on a damaged file; the command counts these lines."""
NAMED_PROBLEMS = 20
"""Problems that a message lists, at most."""


@dataclass(frozen=True)
class Problem:
    """Why a file could not be read.

    Attributes
    ----------
    error : FormatError
        What is wrong, with the file's name and what to do.
    """

    error: FormatError


def read_file(
    trial: str, files: MotionFiles, parameters: IngestionParameters
) -> list[Motion] | Problem:
    """Read the recordings in the file of one trial.

    Parameters
    ----------
    trial : str
        Name of the trial.
    files : MotionFiles
        Its files.
    parameters : IngestionParameters
        What files do not say.

    Returns
    -------
    list of Motion or Problem
        A recording of each individual, as the file has it; or why there is none.
    """
    try:
        return read_motions(
            files.motion,
            trial=trial,
            skeleton_path=files.skeleton,
            frame_rate=parameters.frame_rate,
            positions=parameters.positions,
        )
    except FormatError as problem:
        return Problem(problem)


@dataclass(frozen=True, eq=False)
class Recordings:
    """Recordings of many files, read when asked for.

    Attributes
    ----------
    files : MappedPartitions
        Trial to what :func:`read_file` returns.
    view_is_assumed : bool
        Whether recordings in two dimensions are read as seen from above, since no view is set.
    leave_out : bool
        Whether files that cannot be read are named in the log and left out, where others remain.
    """

    files: MappedPartitions[list[Motion] | Problem]
    view_is_assumed: bool
    leave_out: bool = False

    def stream(self) -> Generator[tuple[str, Motion], None, None]:
        """Read all files, a bounded number in memory at a time.

        At the end the log names the recordings whose view was assumed, those whose names differ in
        capitals alone, and the files that hold no individual that is asked for: they are left out
        where others do.

        Yields
        ------
        tuple of str and Motion
            Name of a recording and the recording, as files are done.

        Raises
        ------
        FormatError
            At the end, when one file could not be read, or holds a recording whose name another
            has.
        DataError
            At the end, when several could not: all of them are named.
        """
        problems, above = [], []
        owners: dict[str, str] = {}
        for trial, found in self.files.stream():
            if isinstance(found, Problem):
                problems.append(found.error)
                continue
            for motion in found:
                if motion.trial in owners:
                    problems.append(self._twice(motion.trial, owners[motion.trial], trial))
                    continue
                owners[motion.trial] = trial
                if self.view_is_assumed and picture_plane(motion) == "top":
                    above.append(motion.trial)
                yield motion.trial, motion
        _say_what_is_assumed(above)
        _say_what_differs_in_capitals(owners)
        if owners:
            problems = self._that_end_the_run(problems)
        if problems:
            raise _together(sorted(problems, key=str), len(self.files))

    def _that_end_the_run(self, problems: list[FormatError]) -> list[FormatError]:
        """Where some recordings could be read; the log names the other problems."""
        rest = _without_left_out(problems)
        return _leave_out_damaged(rest) if self.leave_out else rest

    def _twice(self, recording: str, one: str, other: str) -> FormatError:
        first, second = sorted(self.files.loaders[trial][0]().motion for trial in (one, other))
        where = "this file" if first == second else first
        problem = f"the recording {recording!r} is also in {where}; rename one of the two"
        return FormatError(second, problem)


def recordings_in(
    files: pd.DataFrame, parameters: IngestionParameters, parallel: ParallelConfig
) -> Recordings:
    """Prepare to read every file.

    Parameters
    ----------
    files : DataFrame
        As :func:`kinembed.io.ingestion.file_table` returns it.
    parameters : IngestionParameters
        What files do not say.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    Recordings
        Recordings as their files have them; nothing is read yet.
    """
    loaders = loaders_of(motion_files(files))
    read = partial(read_file, parameters=parameters)
    found = map_partitions(read, loaders, config=parallel, description="reading", with_name=True)
    damaged = parameters.damaged == "leave_out"
    return Recordings(found, parameters.positions.view_is_assumed, damaged)


def _say_what_is_assumed(above: list[str]) -> None:
    if above:
        logger.warning(
            "Taken as seen from above: %s. If the camera stood at the side, rearing and jumps are "
            "lost: set ingestion.positions.view=side",
            listed(sorted(above)),
            extra={"markup": False},
        )


def _say_what_differs_in_capitals(recordings: Iterable[str]) -> None:
    """Ann and ann may be one animal, and are one file where capitals do not count."""
    alike: dict[str, list[str]] = {}
    for name in sorted(recordings):
        alike.setdefault(name.casefold(), []).append(name)
    for names in alike.values():
        if len(names) > 1:
            logger.warning(
                "Names that differ in capitals alone are different recordings: %s. If they are "
                "one, write them alike in the file; if not, rename one of them",
                listed(names),
                extra={"markup": False},
            )


def _without_left_out(problems: list[FormatError]) -> list[FormatError]:
    for one in sorted(problems, key=str):
        if isinstance(one, NotAskedForError):
            logger.warning("Left out: %s", one, extra={"markup": False})
    return [one for one in problems if not isinstance(one, NotAskedForError)]


def _leave_out_damaged(problems: list[FormatError]) -> list[FormatError]:
    for one in sorted(problems, key=str):
        logger.error("%s: %s", LEFT_OUT, one, extra={"markup": False})
    return []


def _together(problems: list[FormatError], files: int) -> KinembedError:
    """One error of all problems; one alone stays as it is."""
    if len(problems) == 1:
        return problems[0]
    listed = "".join(f"\n- {problem}" for problem in problems[:NAMED_PROBLEMS])
    more = len(problems) - NAMED_PROBLEMS
    rest = f"\n- and {more} more" if more > 0 else ""
    return DataError(f"{len(problems)} of {files} files could not be read:{listed}{rest}")
