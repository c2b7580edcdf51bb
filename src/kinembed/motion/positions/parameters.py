"""What files of joint positions do not say, and what is done about what was not seen."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import Field, NonNegativeFloat, field_validator

from kinembed.core.errors import NotAskedForError
from kinembed.core.parameters import FrameRate, Names, Parameters
from kinembed.motion.positions.recorded import Up


class PositionParameters(Parameters):
    """What files of joint positions do not say, and what is done where a joint was not seen."""

    frame_rate: FrameRate | None = Field(None, description="Hz, of files that do not state it")
    frame_rates: dict[str, FrameRate] = Field(
        {}, description="Hz by pattern of recordings' names, before `frame_rate`: {'cam2_*': 60}"
    )
    up: Up | None = Field(
        None,
        description="the axis that points up, in three dimensions; null: what the file says, else "
        "y in tables and z in C3D",
    )
    view: Literal["top", "side"] | None = Field(
        None, description="of a camera, in two dimensions; null: top, with a warning"
    )
    columns: Names | None = Field(
        None, description="names of the joints, in order, of CSV tables without a header"
    )
    individuals: Names = Field(
        ["*"], description="patterns of the individuals that are read, * stands for anything"
    )
    tracks: Literal["separate", "merge"] = Field(
        "separate", description="merge: the tracks of a file belong to one individual"
    )
    least_confidence: float = Field(0.6, ge=0, le=1, description="what is less counts as not seen")
    longest_gap_s: NonNegativeFloat = Field(
        0.25, description="shorter gaps are interpolated, longer ones masked"
    )
    most_masked_share: float = Field(
        0.4, ge=0, lt=1, description="share of joints; a frame with more masked is not used"
    )
    least_seen_share: float = Field(
        0.1,
        ge=0,
        le=1,
        description="share of frames; a joint that any recording sees less is left out of all",
    )
    leave_out: Names = Field([], description="patterns of joints that are not read")
    rename: dict[str, str] = Field({}, description="names of joints in files: names to use")
    joints: Literal["same", "common"] = Field(
        "same", description="common: work with the joints that all recordings have"
    )
    scale: Literal["body", "file"] = Field(
        "body", description="unit of length: the size of each body, or that of the file"
    )

    @field_validator("rename")
    @classmethod
    def _new_names_are_not_empty(cls, names: dict[str, str]) -> dict[str, str]:
        empty = [joint for joint, name in names.items() if not name.strip()]
        if empty:
            raise ValueError(
                f"the new name of {', '.join(empty)} is empty; to do without a joint, list it in "
                "leave_out"
            )
        return names

    @property
    def view_is_assumed(self) -> bool:
        """Whether nothing says from where a camera saw what was recorded in two dimensions.

        Returns
        -------
        bool
            True: it is assumed to be above.
        """
        return self.view is None and self.up is None

    def asked_for(self, names: Sequence[str], *, file: str) -> list[int]:
        """Choose the individuals that are read.

        Parameters
        ----------
        names : sequence of str
            Individuals of a file; ``""`` for one without a name, which is read if it is alone.
        file : str
            Name of the file, for messages.

        Returns
        -------
        list of int
            Indices in `names`, at least one.

        Raises
        ------
        NotAskedForError
            When no individual is asked for.
        """
        if list(names) == [""]:
            return [0]
        patterns = self.individuals
        chosen = [
            index
            for index, name in enumerate(names)
            if any(fnmatchcase(name, pattern) for pattern in patterns)
        ]
        if not chosen:
            raise NotAskedForError(
                file,
                f"no individual fits ingestion.positions.individuals ({', '.join(patterns)}); "
                f"there are {', '.join(names) or 'none'}",
            )
        return chosen
