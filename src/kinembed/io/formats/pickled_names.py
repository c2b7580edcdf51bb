"""Names that pandas and PyTables store pickled, read without running what a pickle may run.

Of a pickle's steps only those are known that build lists and tuples of texts; ``pickletools`` of
the standard library names the steps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pickletools import genops
from typing import Any

from kinembed.core.errors import FormatError

_MARK = object()


def pickled_names(pickled: bytes, *, file: str) -> list[tuple[str, ...]]:
    """Read the names of columns from a pickled list of tuples.

    Parameters
    ----------
    pickled : bytes
        The pickled value.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of tuple of str
        A tuple per column.

    Raises
    ------
    FormatError
        When it is cut off, or is not a list of tuples of texts.
    """
    try:
        found = _value(pickled)
    except Exception as problem:  # a broken pickle lets the stack run empty, and more
        raise FormatError(file, f"expected names of columns, but {problem}") from problem
    named = isinstance(found, list) and all(
        isinstance(one, tuple) and all(isinstance(name, str) for name in one) for one in found
    )
    if not named:
        raise FormatError(file, "expected names of columns as texts, found something else")
    return list(found)


def _value(pickled: bytes) -> Any:
    machine = _Machine([], {})
    for operation, argument, _ in genops(pickled):
        if operation.name == "STOP":
            return machine.stack.pop()
        if operation.name not in _STEPS:
            raise ValueError(f"they hold more than texts ({operation.name})")
        machine.argument = argument
        _STEPS[operation.name](machine)
    raise ValueError("they are cut off")


@dataclass
class _Machine:
    """What a pickle's steps work on: a stack, values to come back to, and the step's argument."""

    stack: list[Any]
    kept: dict[int, Any]
    argument: Any = None

    def keep(self) -> None:
        index = len(self.kept) if self.argument is None else int(self.argument)
        self.kept[index] = self.stack[-1]

    def come_back(self) -> None:
        self.stack.append(self.kept[int(self.argument)])

    def push(self) -> None:
        self.stack.append(self.argument)

    def mark(self) -> None:
        self.stack.append(_MARK)

    def empty_list(self) -> None:
        self.stack.append([])

    def empty_tuple(self) -> None:
        self.stack.append(())

    def make_list(self) -> None:
        self.stack.append(self.since_mark())

    def make_tuple(self) -> None:
        self.stack.append(tuple(self.since_mark()))

    def append(self) -> None:
        item = self.stack.pop()
        self.stack[-1].append(item)

    def extend(self) -> None:
        items = self.since_mark()
        self.stack[-1].extend(items)

    def last(self, count: int) -> None:
        items = tuple(self.stack[len(self.stack) - count :])
        del self.stack[len(self.stack) - count :]
        self.stack.append(items)

    def pass_over(self) -> None:
        self.argument = None

    def since_mark(self) -> list[Any]:
        start = max(index for index, one in enumerate(self.stack) if one is _MARK)
        found = self.stack[start + 1 :]
        del self.stack[start:]
        return found


_STEPS: dict[str, Callable[[_Machine], None]] = {
    "MARK": _Machine.mark,
    "LIST": _Machine.make_list,
    "TUPLE": _Machine.make_tuple,
    "TUPLE1": lambda machine: machine.last(1),
    "TUPLE2": lambda machine: machine.last(2),
    "TUPLE3": lambda machine: machine.last(3),
    "EMPTY_LIST": _Machine.empty_list,
    "EMPTY_TUPLE": _Machine.empty_tuple,
    "APPEND": _Machine.append,
    "APPENDS": _Machine.extend,
    "MEMOIZE": _Machine.keep,
    "PROTO": _Machine.pass_over,
    "FRAME": _Machine.pass_over,
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), _Machine.keep),
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), _Machine.come_back),
    **dict.fromkeys(("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "STRING"), _Machine.push),
}
