"""What a run reads and writes while it lives, so that no other run changes it meanwhile.

Claims are files in one folder beside the data. That a run lives shows in a lock that its process
holds and that the system frees when the process ends, however it ends. Locks may not reach other
machines on shared storage: there a claim counts until its heartbeat is SILENCE_S old, by the clock
of the storage.
"""

import logging
import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from uuid import getnode

from filelock import FileLock, Timeout
from pydantic import ValidationError

from kinembed.core.atomic_files import write_bytes
from kinembed.core.errors import KinembedError
from kinembed.core.listing import listed
from kinembed.core.parameters import Parameters

HEARTBEAT_S = 15.0
SILENCE_S = 120.0
"""Seconds without a heartbeat after which a run on another machine counts as dead."""

BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Where Linux names the running system, which containers of one machine share."""


class Claim(Parameters):
    """What one run uses.

    Attributes
    ----------
    run : str
        Id of the run.
    host : str
        Name of its machine, for messages.
    machine : str
        What tells running systems apart.
    pid : int
        Its process.
    since : str
        When it started, by its own clock.
    reads : frozenset of str
        Paths that must not change while it lives.
    latest : frozenset of str
        Versioned paths whose latest version it looks up at its start.
    writes : frozenset of str
        Paths that it writes.
    """

    run: str
    host: str
    machine: str
    pid: int
    since: str
    reads: frozenset[str] = frozenset()
    latest: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()

    def conflicts(self, other: "Claim") -> list[str]:
        """Find the paths over which this run cannot start beside another.

        Parameters
        ----------
        other : Claim
            What a living run uses.

        Returns
        -------
        list of str
            Paths that one of them writes while the other uses them, in alphabetical order.
        """
        disturbed = self.writes & (other.writes | other.reads)
        changing = (self.reads | self.latest) & other.writes
        return sorted(disturbed | changing)


@dataclass(frozen=True)
class HeldClaim:
    """The claim of a run that lives in this process.

    Attributes
    ----------
    file : Path
        Where the claim is written.
    lock : FileLock
        Held while the run lives.
    ended : Event
        Set when the run ends, for the thread of the heartbeat.
    """

    file: Path
    lock: FileLock
    ended: Event

    def check(self) -> None:
        """Check that no other run has declared this one dead.

        Raises
        ------
        KinembedError
            When another run has: this process was suspended for longer than SILENCE_S.
        """
        if not self.file.exists():
            raise KinembedError(
                f"run {self.file.stem} gave no sign of life for over {SILENCE_S:.0f} s, and "
                "another run on this data has started; run the same command again"
            )

    def release(self) -> None:
        """Withdraw the claim; its files go."""
        self.ended.set()
        if not self.file.parent.is_dir():  # somebody removed the data
            self.lock.release()
            return
        with alone(self.file.parent):
            self.lock.release()
            _withdraw(self.file)


def this_machine() -> str:
    """Tell running systems apart; a restart makes another one.

    Returns
    -------
    str
        The id of the boot where the system has one, else the address of the network card.
    """
    return BOOT.read_text().strip() if BOOT.exists() else f"{platform.node()}-{getnode()}"


def claim_of(run: str, **used: frozenset[str]) -> Claim:
    """Claim for a run of this process, from now.

    Parameters
    ----------
    run : str
        Id of the run.
    **used : frozenset of str
        Paths under ``reads``, ``latest`` and ``writes``, as :class:`Claim` means them.

    Returns
    -------
    Claim
        Not taken yet.
    """
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return Claim(
        run=run, host=platform.node(), machine=this_machine(), pid=os.getpid(), since=since, **used
    )


def alone(folder: Path) -> FileLock:
    """A lock under which claims are made; whoever holds it only reads claims or clears up.

    Parameters
    ----------
    folder : Path
        Where claims lie.

    Returns
    -------
    FileLock
        To be held for moments.
    """
    return FileLock(folder / "lock")


def take(folder: Path, claim: Claim) -> HeldClaim:
    """Claim what a run uses, unless another run stands in the way.

    Parameters
    ----------
    folder : Path
        Where claims lie; it is made when it is absent.
    claim : Claim
        What the run uses.

    Returns
    -------
    HeldClaim
        To be released when the run ends.

    Raises
    ------
    KinembedError
        When a living run writes what this one uses, or uses what this one writes.
    OSError
        When the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{claim.run}.json"
    with alone(folder):
        for other in _living(folder):
            paths = claim.conflicts(other)
            if paths or other.run == claim.run:
                raise KinembedError(_refusal(other, paths or [str(file)]))
        lock = FileLock(_lock_file(file))
        lock.acquire(timeout=0)
        write_bytes(file, claim.model_dump_json(indent=1).encode())
    held = HeldClaim(file, lock, Event())
    Thread(target=_beat, args=(held,), daemon=True, name="heartbeat").start()
    return held


def _living(folder: Path) -> Iterator[Claim]:
    """Claims of runs that live; the others are withdrawn, with a line."""
    for file in sorted(folder.glob("[!.]*.json")):
        claim = _read(file)
        if _lives(folder, file, claim):
            yield claim
            continue
        _log(
            f"Run {claim.run} ({_whose(claim)}) ended without a word. What it stored is kept, what "
            "it was writing is cleared up by a run that writes the same; its data is free."
        )
        _withdraw(file)


def _withdraw(file: Path) -> None:
    file.unlink(missing_ok=True)
    _lock_file(file).unlink(missing_ok=True)


def _lives(folder: Path, file: Path, claim: Claim) -> bool:
    """A held lock lives; a free one tells of this machine alone."""
    try:
        with FileLock(_lock_file(file), timeout=0):
            here = claim.machine == this_machine()
    except Timeout:
        return True
    return not here and _age_s(folder, file) < SILENCE_S


def _age_s(folder: Path, file: Path) -> float:
    """Since the last heartbeat: both times are the storage's, whatever the clocks of its users."""
    probe = folder / "lock"
    os.utime(probe)
    return probe.stat().st_mtime - file.stat().st_mtime


def _read(file: Path) -> Claim:
    try:
        return Claim.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise KinembedError(
            f"{file}: not the claim of a run ({error.error_count()} errors); delete it when no "
            "other run uses this data"
        ) from error


def _refusal(other: Claim, paths: list[str]) -> str:
    return (
        f"run {other.run} ({_whose(other)}) still runs and uses {listed(paths)}; wait until it "
        "has ended, or name another folder for this run's data in the variable KINEMBED_DATA"
    )


def _whose(claim: Claim) -> str:
    return f"process {claim.pid} on {claim.host}, since {claim.since}"


def _lock_file(file: Path) -> Path:
    return file.with_suffix(".lock")


def _beat(held: HeldClaim) -> None:
    while not held.ended.wait(HEARTBEAT_S):
        with suppress(OSError):  # taken over, or the storage is away: `check` tells
            os.utime(held.file)


def _log(line: str) -> None:
    logging.getLogger(__name__).warning(line, extra={"markup": False})
