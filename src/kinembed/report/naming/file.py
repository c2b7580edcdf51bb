"""What a person calls the clusters of a prediction: names, merges, splits.

A names file is YAML, such as::

    '86_03':                      # a sequence, or a model that several share
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
from kinembed.segmentation.predictions import NOT_SEEN_LABEL

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
    if name.casefold() == NOT_SEEN_LABEL:
        raise ValueError("this is what frames are called of which too little was seen")
    return name


Name = Annotated[str, BeforeValidator(_checked_name)]


def _checked_sequence(value: object) -> str:
    if not isinstance(value, str):  # YAML reads 86_05 as 8605
        raise ValueError("a sequence whose name is a number, too, needs quotes: \"'86_05'\"")
    return value


_Sequence = Annotated[str, BeforeValidator(_checked_sequence)]


class Split(Parameters):
    """Frames of a cluster that are another behaviour.

    Attributes
    ----------
    cluster : int
        Cluster as predicted, also if it is merged.
    name : str
        What these frames are called: 1 to 40 printable characters.
    start : int or None
        First frame; either this or `start_s` is set.
    start_s : float or None
        Start in seconds, rounded to the nearest frame.
    stop : int or None
        First frame after the split; None without `stop_s`: up to the last frame.
    stop_s : float or None
        End in seconds, rounded to the nearest frame.

    Raises
    ------
    pydantic.ValidationError
        When there is no start, two starts or two ends.
    """

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
        """Compute the range of frames that is split off.

        Parameters
        ----------
        frame_rate : float
            Frames per second of the sequence, in Hz.
        frame_count : int
            Frames of the sequence.

        Returns
        -------
        start : int
            First frame.
        stop : int
            Frame after the last. It may exceed `frame_count`.
        """
        start = _frame(self.start, self.start_s, frame_rate)
        stop = _frame(self.stop, self.stop_s, frame_rate)
        return start or 0, frame_count if stop is None else stop


class Naming(Parameters):
    """What the clusters of one prediction are called.

    Attributes
    ----------
    names : dict of int to str
        Cluster -> name.
    merge : list of list of int
        Groups of two or more clusters that are one; the first of each may have a name.
    split : list of Split
        Frames of clusters that are another behaviour; of overlapping ones the last counts.

    Raises
    ------
    pydantic.ValidationError
        When a cluster stands in `merge` twice, or one that is not the first of its group has a
        name.
    """

    names: dict[NonNegativeInt, Name] = Field({}, description="cluster -> name")
    merge: list[Annotated[list[NonNegativeInt], Field(min_length=2)]] = Field(
        [], description="groups of clusters that are one"
    )
    split: list[Split] = Field([], description="intervals of clusters that are something else")

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
    """What the clusters of one sequence are called, for each of its predictions.

    Attributes
    ----------
    given : Naming
        Names in the prediction with the number of clusters given.
    estimated : Naming
        Names in the prediction with the number of clusters estimated.
    """

    given: Naming = Naming()
    estimated: Naming = Naming()

    def named(self) -> dict[str, Naming]:
        """Select the predictions of which anything is named, merged or split.

        Returns
        -------
        dict of str to Naming
            ``given`` or ``estimated`` -> what its clusters are called.
        """
        variants = {"given": self.given, "estimated": self.estimated}
        return {name: naming for name, naming in variants.items() if naming != Naming()}


@dataclass(frozen=True)
class Names:
    """What a names file says.

    Attributes
    ----------
    file : str
        Its path, for messages of errors.
    sequences : mapping of str to SequenceNaming
        Sequence -> what its clusters are called.
    style_numbers : mapping of str to mapping of str to int
        Sequence that shares its clusters with others -> name -> number of its letter and colour,
        the same in all of them.
    """

    file: str = ""
    sequences: Mapping[str, SequenceNaming] = field(default_factory=dict)
    style_numbers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def parse_names(text: str, *, file: str) -> Names:
    """Read the names in a names file.

    Parameters
    ----------
    text : str
        Content of the file, in YAML; without content nothing is named.
    file : str
        Its path, for messages of errors.

    Returns
    -------
    Names
        The names of all sequences.

    Raises
    ------
    FormatError
        When the text is not YAML, or a key stands twice, is unknown or has a value that the module
        does not describe; with the line or the key.
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
    """Join the keys on the way to a value, for messages of errors.

    Parameters
    ----------
    *keys : str or int
        Keys and positions, from the outermost on. The mark ``"[key]"``, by which pydantic names the
        key of a mapping, is left out.

    Returns
    -------
    str
        Such as ``"sample.given.names.7"``, or ``"the file"`` without a key.
    """
    return ".".join(str(key) for key in keys if key != "[key]") or "the file"


def _message(message: str) -> str:
    return message.removeprefix("Value error, ")
