"""What a person calls the clusters of a prediction: names, merges, splits.

A names file is YAML, such as::

    '86_03':                      # a sequence
      given:                      # its prediction: number of clusters given, or estimated
        names: {0: walk, 2: hop}
        merge: [[1, 4]]
        split:
          - {cluster: 2, name: kneel, start_s: 12.5}

Conventions
-----------
* Clusters are those of the prediction, which stays as it is: names change what is shown.
* Clusters of one name are one behaviour; ``merge`` joins clusters, and only the first of a group
  can be named. A cluster without a name goes by its number, a group by its numbers.
* A split calls the frames of a cluster from ``start`` to before ``stop`` (frames), or from
  ``start_s`` to ``stop_s`` (seconds, to the nearest frame), something else; without an end it
  reaches to the last frame. Where splits overlap, the later one in the list holds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from kinembed.core.errors import FormatError
from kinembed.core.parameters import Parameters
from kinembed.io.formats.yaml_text import load_yaml

LONGEST_NAME = 40
_UNNAMED = re.compile(r"clusters? [0-9]", re.IGNORECASE)


def _checked_name(value: object) -> str:
    """Any text that can be printed, also ``<script>``: it is escaped where it is shown."""
    if not isinstance(value, str):
        raise ValueError(f"a name that is not read as text needs quotes: '{value}'")
    name = value.strip()
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise ValueError(f"a name has 1 to {LONGEST_NAME} printable characters, in one line")
    if _UNNAMED.match(name):
        raise ValueError("this is what clusters without a name are called")
    return name


Name = Annotated[str, BeforeValidator(_checked_name)]


def _checked_sequence(value: object) -> str:
    if not isinstance(value, str):  # YAML reads 86_05 as 8605
        raise ValueError("a sequence whose name is a number, too, needs quotes: \"'86_05'\"")
    return value


_Sequence = Annotated[str, BeforeValidator(_checked_sequence)]


class Split(Parameters):
    """Frames of a cluster that are another behaviour."""

    cluster: NonNegativeInt = Field(description="as predicted, also if it is merged")
    name: Name
    start: NonNegativeInt | None = Field(None, description="first frame; or start_s")
    start_s: NonNegativeFloat | None = Field(None, description="seconds")
    stop: NonNegativeInt | None = Field(None, description="first frame no longer meant; or stop_s")
    stop_s: NonNegativeFloat | None = Field(None, description="seconds")

    @model_validator(mode="after")
    def _one_start(self) -> "Split":
        if (self.start is None) == (self.start_s is None):
            raise ValueError("say where it starts, either as start (frame) or as start_s (seconds)")
        if self.stop is not None and self.stop_s is not None:
            raise ValueError("say where it stops either as stop (frame) or as stop_s (seconds)")
        return self

    def frames(self, frame_rate: float, frame_count: int) -> tuple[int, int]:
        """First frame and the one after the last; ``frame_rate`` is in Hz."""
        start = _frame(self.start, self.start_s, frame_rate)
        stop = _frame(self.stop, self.stop_s, frame_rate)
        return start or 0, frame_count if stop is None else stop


class Naming(Parameters):
    """What the clusters of one prediction are called."""

    names: dict[NonNegativeInt, Name] = Field({}, description="cluster -> name")
    merge: list[Annotated[list[NonNegativeInt], Field(min_length=2)]] = Field(
        [], description="groups of clusters that are one"
    )
    split: list[Split] = Field([], description="parts of clusters that are something else")

    @model_validator(mode="after")
    def _groups_are_apart(self) -> "Naming":
        merged = [cluster for group in self.merge for cluster in group]
        twice = sorted({cluster for cluster in merged if merged.count(cluster) > 1})
        if twice:
            raise ValueError(f"merge names cluster {twice[0]} twice; join its groups to one")
        for group in self.merge:
            named = [cluster for cluster in group[1:] if cluster in self.names]
            if named:
                raise ValueError(
                    f"cluster {named[0]} is merged into cluster {group[0]}: name that one"
                )
        return self


class SequenceNaming(Parameters):
    """What the clusters of one sequence are called, for each of its predictions."""

    given: Naming = Naming()
    estimated: Naming = Naming()

    def named(self) -> dict[str, Naming]:
        """Variant -> what its clusters are called, where anything is."""
        variants = {"given": self.given, "estimated": self.estimated}
        return {name: naming for name, naming in variants.items() if naming != Naming()}


@dataclass(frozen=True)
class Names:
    """A names file: sequence -> what its clusters are called. `file` is named in errors."""

    file: str = ""
    sequences: Mapping[str, SequenceNaming] = field(default_factory=dict)


def parse_names(text: str, *, file: str) -> Names:
    """The names in a names file; one without content names nothing.

    Raises FormatError, with the file and the line or the key, for what is not YAML, a key that
    stands twice or is unknown, and values that are not what the module describes.
    """
    content = load_yaml(text, file=file)
    if content is None:
        return Names(file)
    try:
        sequences = TypeAdapter(dict[_Sequence, SequenceNaming]).validate_python(content)
    except ValidationError as error:
        problems = [f"{key(*one['loc'])}: {_message(one['msg'])}" for one in error.errors()]
        raise FormatError(file, "; ".join(problems)) from error
    return Names(file, sequences)


def _frame(frame: int | None, seconds: float | None, frame_rate: float) -> int | None:
    return round(seconds * frame_rate) if seconds is not None else frame


def key(*keys: str | int) -> str:
    """Keys on the way to a value; pydantic marks the keys of a mapping themselves."""
    return ".".join(str(key) for key in keys if key != "[key]") or "the file"


def _message(message: str) -> str:
    return message.removeprefix("Value error, ")
