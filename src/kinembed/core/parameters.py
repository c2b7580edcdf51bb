"""The base of every typed parameter group: immutable, and a misspelt key is an error."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeInt,
    StringConstraints,
    model_validator,
)

from kinembed.core import renames
from kinembed.core.limits import FASTEST, SLOWEST


def _names(value: object) -> object:
    if isinstance(value, int):  # YAML reads 86_05 as 8605
        raise ValueError("a name that is a number, too, needs quotes: \"'86_05'\"")
    return value.split() if isinstance(value, str) else value


def _several(value: object) -> object:
    return str(value).split() if isinstance(value, int | str) else value


Names = Annotated[list[str], BeforeValidator(_names)]
"""A list of names; or one string, split at spaces, because ``--params`` splits at commas."""
Seeds = Annotated[tuple[NonNegativeInt, ...], Field(min_length=1), BeforeValidator(_several)]
"""Seeds; or one number, or several in one string, because ``--params`` splits at commas."""
Steps = Seeds
"""Steps of training, written like seeds."""

FrameRate = Annotated[float, Field(ge=SLOWEST, le=FASTEST)]
"""Frames per second, in Hz."""

RowName = Annotated[str, StringConstraints(pattern=r"^[\w-]+$")]
"""The name of one of several settings that are tried: part of the names of files and runs."""


def checked_pattern(pattern: str, group: int | str) -> str:
    """Check a regular expression before it is applied to names, for validators of settings.

    Parameters
    ----------
    pattern : str
        The regular expression.
    group : int or str
        Number (from 1) or name of the group that it needs.

    Returns
    -------
    str
        `pattern` itself.

    Raises
    ------
    ValueError
        When it is no regular expression, or lacks the group.
    """
    try:
        known = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"expected a regular expression, but {error}") from error
    if group not in (*range(known.groups + 1), *known.groupindex):
        form = "(...)" if isinstance(group, int) else f"(?P<{group}>...)"
        raise ValueError(f"expected a regular expression with a group {form}, found none in it")
    return pattern


class Parameters(BaseModel):
    """A group of settings as it stands in a ``parameters_<stage>.yml``."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: Any) -> Any:
        """Settings by their present names; groups given in part are completed by our defaults."""
        if not isinstance(values, Mapping):
            return values
        defaults = {name: field.default for name, field in cls.model_fields.items()}
        return _completed(values, cls, defaults)


def _completed(
    values: Mapping[str, Any], group: type[Parameters], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """Settings by their present names.

    What a group within the group does not say is as the defaults of the outer group have it,
    which its own class may not know: windows have other lengths in other groups.
    """
    found = renames.present_names(values, [base.__name__ for base in group.__mro__])
    for name, value in found.items():
        default = defaults.get(name)
        if isinstance(default, Parameters) and isinstance(value, Mapping):
            settings = dict(default)
            found[name] = settings | _completed(value, type(default), settings)
    return found
