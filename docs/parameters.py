"""Writes parameters.md, the page of all settings, from the classes: python docs/parameters.py."""

import enum
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from kedro.validation.type_extractor import TypeExtractor
from pydantic.fields import FieldInfo

from kinembed.core.parameters import Parameters
from kinembed.parameter_names import group_class
from kinembed.pipeline_registry import register_pipelines

PAGE = Path(__file__).with_name("parameters.md")
HEAD = """# Parameters

Every setting with its default, from the classes that read them. An experiment changes a setting in
`conf/<experiment>/parameters.yml`, a command with `--params <group>.<name>=<value>`. A setting in
*italics* has no default: an experiment or a pipeline sets it. `null` means none.

<!-- Written by docs/parameters.py; do not edit. -->
"""
HEADING = "| name | default | unit | range | meaning |\n|---|---|---|---|---|\n"
# By the end of a setting's name.
UNITS = {
    "_s": "s",
    "rate_hz": "Hz",
    "frame_rate": "Hz",
    "_frames": "frames",
    "boundary_tolerance": "frames",
    "source": "frames",
    "target": "frames",
    "azimuth": "degrees",
    "pixels": "pixels",
    "side": "pixels",
    "thickness": "pixels",
    "slowest": "pixels per frame",
    "fastest": "pixels per frame",
}
SIGNS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def groups() -> dict[str, type[Parameters]]:
    """Every group of parameters with its class, as the nodes of all pipelines read them."""
    return TypeExtractor(dict(register_pipelines())).extract_types_from_pipelines()


def page() -> str:
    """The page: a table for each group."""
    sections = [_section(name, group) for name, group in sorted(groups().items())]
    return "\n".join([HEAD, *sections])


def _section(name: str, group: type[Parameters]) -> str:
    meaning = (group.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    rows = "\n".join(_rows(group, "", None))
    return f"## {name}\n\n{' '.join(meaning.split())}\n\n{HEADING}{rows}\n"


def _rows(group: type[Parameters], prefix: str, defaults: Parameters | None) -> Iterator[str]:
    """A row for each setting; those of a group within the group have dotted names."""
    for name, field in group.model_fields.items():
        default = field.default if defaults is None else getattr(defaults, name)
        inner = group_class(field.annotation)
        if inner is not None:
            found = default if isinstance(default, Parameters) else None
            yield from _rows(inner, f"{prefix}{name}.", found)
        else:
            needed = field.is_required() and defaults is None
            shown = f"*{prefix}{name}*" if needed else f"`{prefix}{name}`"
            value = "" if needed else f"`{_value(default)}`"
            cells = (shown, value, _unit(name, field), _range(field), _meaning(group, name))
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _value(default: Any) -> str:
    """A default as it is written in YAML."""
    if isinstance(default, enum.Enum):
        return str(default.value)
    if isinstance(default, list | tuple):
        return f"[{', '.join(map(_value, default))}]"
    if isinstance(default, float):
        return f"{default:g}"
    plain = {None: "null", True: "true", False: "false"}
    if default is None or isinstance(default, bool):
        return plain[default]
    return '""' if default == "" else str(default)


def _unit(name: str, field: FieldInfo) -> str:
    """What a number counts, if its name says it."""
    if not any(kind in str(field.annotation) for kind in ("int", "float")):
        return ""
    return next((unit for end, unit in UNITS.items() if name.endswith(end)), "")


def _range(field: FieldInfo) -> str:
    """What a setting may be: choices, or bounds."""
    return ", ".join(dict.fromkeys([*_choices(field.annotation), *_bounds(field)]))


def _choices(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        yield from (str(member.value) for member in annotation)
    elif annotation is NoneType:
        yield "null"
    else:
        for part in get_args(annotation):
            yield from _choices(part)
            yield from _limits(getattr(part, "__metadata__", ()))


def _bounds(field: FieldInfo) -> Iterator[str]:
    yield from _limits(field.metadata)


def _limits(constraints: Any) -> Iterator[str]:
    for constraint in constraints:
        inner = getattr(constraint, "metadata", ())
        yield from _limits(inner)
        for name, sign in SIGNS.items():
            limit = getattr(constraint, name, None)
            if limit is not None:
                yield f"{sign} {limit:g}"


def _meaning(group: type[Parameters], name: str) -> str:
    """A setting's description; a class that only changes a default has that of its base."""
    fields = (getattr(base, "model_fields", {}).get(name) for base in group.__mro__)
    return next((field.description for field in fields if field and field.description), "")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
