"""The first part of a BVH file: which nodes there are, and what each of them has channels for."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kinembed.core.errors import FormatError
from kinembed.core.limits import MOST_JOINTS
from kinembed.io.formats.text import Line, read_numbers, shorten
from kinembed.motion.layouts.bones import END_SUFFIX

_CHANNEL = re.compile(r"([xyz])(position|rotation)")
_KINDS = {"position": "t", "rotation": "r"}


@dataclass(frozen=True)
class Node:
    """A joint or end site.

    Attributes
    ----------
    name : str
        As in the file; ``<parent>_end`` for an end site.
    parent : int
        Index of the parent; -1 for the root.
    line : int
        Line of the file where the node begins, from 1.
    offset : tuple of float, length 3
        From the parent's point, in the file's unit of length.
    channels : tuple of str
        Some of ``tx ty tz rx ry rz``, in the file's order.
    """

    name: str
    parent: int
    line: int
    offset: tuple[float, ...]
    channels: tuple[str, ...]

    @property
    def rotation_order(self) -> str:
        """Axes it turns about, leftmost factor first.

        Returns
        -------
        str
            Such as ``"zyx"``; empty for a node that does not turn.
        """
        return "".join(channel[1] for channel in self.channels if channel.startswith("r"))

    @property
    def positions(self) -> tuple[str, ...]:
        """The channels that move it against its parent.

        Returns
        -------
        tuple of str
            Some of ``tx ty tz``, in the file's order.
        """
        return tuple(channel for channel in self.channels if channel.startswith("t"))


def parse_hierarchy(lines: Sequence[Line], file: str) -> list[Node]:
    """Read the nodes of the lines from ``HIERARCHY`` up to ``MOTION``.

    Parameters
    ----------
    lines : sequence of Line
        ``HIERARCHY`` and what follows, without ``MOTION``.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of Node
        Joints and end sites in the file's order, the root first.

    Raises
    ------
    FormatError
        When braces do not match, or a node lacks its name, its offset or, unless it is an end site,
        its channels; with the line.
    """
    reader = _Reader(file)
    for line in _statements(lines[1:]):
        reader.read(line)
    return reader.finished(lines[-1])


def _statements(lines: Sequence[Line]) -> Iterator[Line]:
    """One keyword or brace each, however they are spread over lines."""
    for line in lines:
        for part in re.split(r"([{}])", line.text):
            if part.strip():
                yield Line(line.number, part.strip())


def _after_keyword(line: Line) -> str:
    return " ".join(line.text.split()[1:])


@dataclass
class _Draft:
    """A node of which not all has been read."""

    name: str
    parent: int
    line: int
    offset: tuple[float, ...] | None = None
    channels: tuple[str, ...] | None = None


class _Reader:
    """Takes statements one by one; ``_open`` are the nodes in whose braces the next one stands."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._drafts: list[_Draft] = []
        self._open: list[int] = []
        self._awaits_brace = False
        self._keywords: dict[str, Callable[[Line], None]] = {
            "ROOT": self._root,
            "JOINT": self._joint,
            "END": self._end_site,
            "OFFSET": self._offset,
            "CHANNELS": self._channels,
            "{": self._brace,
            "}": self._closing_brace,
        }

    def read(self, line: Line) -> None:
        word = line.text.split()[0].upper()
        if word not in self._keywords or self._awaits_brace != (word == "{"):
            expected = "{" if self._awaits_brace else "JOINT, End Site, OFFSET, CHANNELS or }"
            raise self._error(line, f"expected {expected}")
        if word != "ROOT" and not self._open and not self._awaits_brace:
            raise self._error(line, "expected this inside the braces of ROOT")
        self._keywords[word](line)

    def finished(self, last: Line) -> list[Node]:
        if not self._drafts or self._open or self._awaits_brace:
            problem = "the hierarchy ends before ROOT and the braces below it do"
            raise FormatError(self._file, problem, last.number)
        return [
            Node(draft.name, draft.parent, draft.line, draft.offset or (), draft.channels or ())
            for draft in self._drafts
        ]

    def _error(self, line: Line, expected: str) -> FormatError:
        return FormatError(self._file, f"{expected}, found {shorten(line.text)}", line.number)

    def _root(self, line: Line) -> None:
        if self._open:
            raise self._error(line, "expected JOINT inside the braces of a ROOT")
        self._begin(line, self._name(line), parent=-1)

    def _joint(self, line: Line) -> None:
        self._begin(line, self._name(line), parent=self._open[-1])

    def _end_site(self, line: Line) -> None:
        parent = self._open[-1]
        self._begin(line, self._drafts[parent].name + END_SUFFIX, parent=parent)
        self._drafts[-1].channels = ()

    def _name(self, line: Line) -> str:
        name = _after_keyword(line)
        if not name:
            raise self._error(line, "expected a name")
        return name

    def _begin(self, line: Line, name: str, *, parent: int) -> None:
        if len(self._drafts) == MOST_JOINTS:
            raise self._error(line, f"expected at most {MOST_JOINTS} joints")
        self._drafts.append(_Draft(name, parent, line.number))
        self._awaits_brace = True

    def _brace(self, _: Line) -> None:
        self._open.append(len(self._drafts) - 1)
        self._awaits_brace = False

    def _closing_brace(self, line: Line) -> None:
        draft = self._drafts[self._open.pop()]
        for keyword, value in (("OFFSET", draft.offset), ("CHANNELS", draft.channels)):
            if value is None:
                raise self._error(line, f"expected {keyword} of {draft.name!r}")

    def _offset(self, line: Line) -> None:
        what = "three numbers after OFFSET"
        numbers = read_numbers(line, _after_keyword(line), 3, file=self._file, what=what)
        self._drafts[self._open[-1]].offset = tuple(numbers)

    def _channels(self, line: Line) -> None:
        draft = self._drafts[self._open[-1]]
        if draft.channels is not None:
            raise self._error(line, f"expected no (more) CHANNELS of {draft.name!r}")
        count, *words = line.text.split()[1:] or [""]
        matches = [_CHANNEL.fullmatch(word.lower()) for word in words]
        channels = [f"{_KINDS[match[2]]}{match[1]}" for match in matches if match]
        if count != str(len(words)) or len(set(channels)) != len(words):
            what = "the number of channels and then each one's name (Xposition ... Zrotation), once"
            raise self._error(line, f"expected {what}")
        draft.channels = tuple(channels)
