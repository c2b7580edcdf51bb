"""YAML that people write by hand, where a key that stands twice is a slip, not a wish."""

from collections.abc import Hashable
from typing import Any

import yaml

from kinembed.core.errors import FormatError


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Plain values only, and every key of a mapping once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                problem = f"the key {key.value!r} stands twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(str(key.value))
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


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
        When the text is not YAML, or a key stands twice in a mapping; with the line, if it is
        known.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 -- a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = None if mark is None else mark.line + 1
        raise FormatError(file, error.problem or "not YAML", line) from error
    except yaml.YAMLError as error:
        raise FormatError(file, f"not YAML ({error})") from error
