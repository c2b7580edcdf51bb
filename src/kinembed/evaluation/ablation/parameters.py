"""What the rows of an ablation change, and which of them are run."""

from dataclasses import fields
from typing import Any

from pydantic import Field, field_validator, model_validator

from kinembed.core.parameters import Names, Parameters, RowName, Seeds
from kinembed.evaluation.baselines import METHODS, StageParameters


class AblationRow(Parameters):
    """What one row changes of each parameter group, or which baseline it is.

    Attributes
    ----------
    factor : str
        Rows of one factor stand together in the figure.
    features, training, embedding, clustering : dict of str to object
        Key -> changed value in the parameter group of that name; values may be nested.
    baseline : str or None
        Name of a method of :data:`kinembed.evaluation.baselines.METHODS`; None: the row changes
        parameters.
    seeds : tuple of int or None
        Seeds of the row; None: those of the ablation.
    sequences : list of str or None
        Names of sequences, ``*`` being anything; None: those of the ablation.
    """

    factor: str = Field("", description="rows of one factor stand together in the figure")
    features: dict[str, Any] = Field({})
    training: dict[str, Any] = Field({})
    embedding: dict[str, Any] = Field({})
    clustering: dict[str, Any] = Field({})
    baseline: str | None = None
    seeds: Seeds | None = Field(None, description="instead of the ablation's")
    sequences: Names | None = Field(None, description="instead of the ablation's; * is anything")

    @property
    def changes(self) -> dict[str, dict[str, Any]]:
        """What the row changes, by parameter group.

        Returns
        -------
        dict of str to dict
            Parameter group -> key -> value; groups without a change are absent.
        """
        groups = {group.name: getattr(self, group.name) for group in fields(StageParameters)}
        return {name: changed for name, changed in groups.items() if changed}

    @field_validator("baseline")
    @classmethod
    def _is_known(cls, name: str | None) -> str | None:
        if name is not None and name not in METHODS:
            raise ValueError(f"expected a baseline ({', '.join(METHODS)})")
        return name

    @model_validator(mode="after")
    def _says_one_thing(self) -> "AblationRow":
        if self.baseline is not None and self.changes:
            raise ValueError("a row is a baseline or changes parameters, not both")
        if any("seed" in changed for changed in self.changes.values()):
            raise ValueError("seeds are set by ablation.seeds, or by seeds of the row")
        return self


class AblationParameters(Parameters):
    """Which rows are tried, with which seeds, on which sequences.

    Attributes
    ----------
    rows : dict of str to AblationRow
        Name of a row -> what it changes, or which baseline it is.
    only : list of str or None
        Names of rows to run, ``*`` being anything; None: all.
    seeds : tuple of int
        Seeds with which each row is run.
    sequences : list of str or None
        Names of sequences, ``*`` being anything; None: all.
    estimate : bool
        Whether the number of clusters is also estimated where one is given; of baselines by those
        alone that stand instead of states.
    """

    rows: dict[RowName, AblationRow] = Field(
        description="by name: what each changes, or which baseline it is"
    )
    only: Names | None = Field(None, description="names of rows to run, * is anything; null: all")
    seeds: Seeds = Field((0, 1, 2), description="each row is run with each of them")
    sequences: Names | None = Field(None, description="names, * is anything; null: all")
    estimate: bool = Field(
        False, description="estimate the number of clusters also where one is given"
    )
