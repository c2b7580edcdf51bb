"""Full names of settings, and which of them a misspelt one may mean."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import partial
from types import NoneType
from typing import Any, get_args

from kedro.framework.project import pipelines
from kedro.validation.type_extractor import TypeExtractor
from pydantic import BaseModel

from kinembed.core.listing import listed


def setting_names() -> list[str]:
    """Find the names of all settings of the project that runs; its pipelines are imported for it.

    Returns
    -------
    list of str
        Dotted names, such as ``ingestion.positions.frame_rate``; empty outside a project.
    """
    groups = TypeExtractor(dict(pipelines)).extract_types_from_pipelines()
    return list(names_within(groups))


def names_within(groups: Mapping[str, Any]) -> Iterator[str]:
    """Name the settings of groups, at any depth.

    Parameters
    ----------
    groups : mapping of str to type
        Name of a setting, or of a group -> its type; that of a group is a class of pydantic's.

    Yields
    ------
    str
        Dotted names of the settings that are no groups.
    """
    for name, kind in groups.items():
        group = group_class(kind)
        if group is None:
            yield name
        else:
            fields = {key: field.annotation for key, field in group.model_fields.items()}
            yield from (f"{name}.{inner}" for inner in names_within(fields))


def group_class(kind: Any) -> type[BaseModel] | None:
    """Find the class of a setting that is a group.

    Parameters
    ----------
    kind : type
        Type of a setting; a group may be optional.

    Returns
    -------
    type of BaseModel or None
        The class of the group; None for a setting that is a value.
    """
    kinds = [one for one in get_args(kind) or (kind,) if one is not NoneType]
    single = kinds[0] if len(kinds) == 1 else None
    return single if isinstance(single, type) and issubclass(single, BaseModel) else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """Say which setting a misspelt name may mean: its last part is looked up first.

    Parameters
    ----------
    name : str
        What was typed, dotted or not.
    known : iterable of str
        Full names.

    Returns
    -------
    str
        ``did you mean 'ingestion.positions.frame_rate'?``, with each name that ends so where
        `name` has no dots; empty where no name is similar.
    """
    near = _nearest(name, list(known))
    return f"did you mean {listed(map(repr, near))}?" if near else ""


def _nearest(name: str, known: list[str]) -> list[str]:
    lasts = [one.rpartition(".")[2] for one in known]
    similar = get_close_matches(name.rpartition(".")[2], lasts, n=1)
    full = [one for one, last in zip(known, lasts, strict=True) if last in similar]
    if full and "." in name:
        return [max(full, key=partial(_likeness, name))]
    return similar if similar and similar[0] in full else full


def _likeness(name: str, other: str) -> tuple[int, float]:
    """Groups that both name count more than how the rest is spelt."""
    shared = set(name.split(".")) & set(other.split("."))
    return len(shared), SequenceMatcher(None, name, other).ratio()
