"""The base of every typed parameter group: immutable, and a misspelt key is an error."""

from pydantic import BaseModel, ConfigDict


class Parameters(BaseModel):
    """A group of settings as it stands in a ``parameters_<stage>.yml``."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())
