"""YAML that people write by hand, where a key that stands twice is a slip, not a wish."""

from collections.abc import Hashable
from typing import Any

import yaml

from kinembed.core.errors import FormatError
from kinembed.core.limits import DEEPEST


class _Loader(yaml.SafeLoader):
    """Plain values only, each written out, no deeper than ``DEEPEST``; every key once."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):  # a short text could stand for a huge one
            raise _error("write values out: * repeats another", event.start_mark)
        if self.depth == DEEPEST:
            raise _error(f"values lie more than {DEEPEST} deep in one another", event.start_mark)
        self.depth += 1
        node: yaml.Node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as problem:  # a date or a number that is none
            raise _error(f"{node.value!r} cannot be read: {problem}", node.start_mark) from problem

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise _error(f"the key {key.value!r} stands twice", key.start_mark)
            seen.add(str(key.value))
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def _error(problem: str, mark: yaml.Mark) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(None, None, problem, mark)


def load_yaml(text: str, *, file: str) -> Any:
    """Read a YAML file of plain values.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    object
        What the file holds; None if nothing.

    Raises
    ------
    FormatError
        When the text is not YAML, a key stands twice in a mapping, a value repeats another by
        ``*``, or values lie too deep in one another; with the line, if it is known.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 -- a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = None if mark is None else mark.line + 1
        raise FormatError(file, error.problem or "not YAML", line) from error
    except yaml.YAMLError as error:
        raise FormatError(file, f"not YAML ({error})") from error
