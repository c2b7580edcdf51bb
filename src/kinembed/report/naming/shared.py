"""Names of a vocabulary that recordings share: written once, under the name of their model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kinembed.core.errors import FormatError
from kinembed.report.naming.file import Names, Naming, SequenceNaming, key
from kinembed.report.naming.labels import label_of, mentioned_clusters

REFITTED = (
    "After a new run a number may mean another behaviour: find all of them in the report before "
    "you correct the file"
)


def names_of_recordings(
    names: Names,
    recordings: Mapping[str, Sequence[str]],
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
) -> Names:
    """Give each recording the names of the model that it shares; names of its own come first.

    Parameters
    ----------
    names : Names
        The names of a names file, by recording or by shared model.
    recordings : mapping of str to sequence of str
        Model -> its recordings.
    predictions : mapping of str to callable
        Recording -> loader of its prediction; only those of named models are loaded.

    Returns
    -------
    Names
        By recording; of a shared model's names each recording has those of its clusters.

    Raises
    ------
    FormatError
        When a cluster is named that no recording has, or a model's cluster is split; with file and
        key.
    """
    shared = [
        model for model in names.sequences if tuple(recordings.get(model, (model,))) != (model,)
    ]
    of_each = {name: one for name, one in names.sequences.items() if name not in shared}
    styles: dict[str, dict[str, int]] = {}
    for model in shared:
        tables = {name: predictions[name]() for name in recordings[model]}
        for variant, naming in names.sequences[model].named().items():
            _check(naming, variant, tables, names.file, model)
        for name, table in tables.items():
            of_each.setdefault(name, _of_clusters(names.sequences[model], table))
            styles[name] = styles_of_names(names.sequences[model])
    return replace(names, sequences=of_each, style_numbers=styles)


def styles_of_names(naming: SequenceNaming) -> dict[str, int]:
    """Give names of clusters a style that does not depend on which of them a recording shows.

    Parameters
    ----------
    naming : SequenceNaming
        What the clusters of a model are called.

    Returns
    -------
    dict of str to int
        Name -> number of its style: the first of the clusters that it names.
    """
    styles: dict[str, int] = {}
    for one in naming.named().values():
        for cluster, name in sorted(one.names.items()):
            styles.setdefault(name, cluster)
    return styles


def _check(
    naming: Naming, variant: str, tables: Mapping[str, pd.DataFrame], file: str, model: str
) -> None:
    known = {
        int(one) for table in tables.values() for one in table.get(variant, pd.Series()).unique()
    }
    for keys, cluster in mentioned_clusters(naming):
        if keys[0] == "split":
            problem = "a split needs frames: write it under the name of a recording"
        elif cluster not in known:
            there = ", ".join(map(str, sorted(one for one in known if one >= 0)))
            problem = f"no recording has a cluster {cluster}; there are {there}. {REFITTED}"
        else:
            continue
        raise FormatError(file, f"{key(model, variant, *keys)}: {problem}")


def _of_clusters(naming: SequenceNaming, predictions: pd.DataFrame) -> SequenceNaming:
    """Those of the names that mean clusters of a recording."""
    return SequenceNaming(
        **{
            variant: _known(one, set(predictions[variant].unique().tolist()))
            for variant, one in naming.named().items()
        }
    )


def _known(naming: Naming, clusters: set[int]) -> Naming:
    """A group of which one cluster is left is that cluster, under the name of the group."""
    groups = [[one for one in group if one in clusters] for group in naming.merge]
    heads = {group[0]: whole[0] for group, whole in zip(groups, naming.merge, strict=True) if group}
    alone = {one: one for one in naming.names if one in clusters and one not in heads}
    return Naming(
        names={
            one: label_of(head, naming)
            for one, head in (alone | heads).items()
            if head in naming.names
        },
        merge=[group for group in groups if len(group) > 1],
    )
