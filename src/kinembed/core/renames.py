"""Earlier names of settings: accepted for one release, with a warning that tells the new one."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

# By the class of the group: earlier name -> name.
PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "ClipTrainingParameters": {"piece_frames": "interval_frames"},
    "ClusteringParameters": {
        "change_s": "transition_penalty_s",
        "evidence_changes": "separation_threshold",
        "whole_pieces": "one_cluster_per_interval",
    },
    "EmbeddingParameters": {"leap": "discontinuity_threshold"},
    "PatchParameters": {"films": "videos"},
    "PositionParameters": {"individual": "individuals"},
    "ReportParameters": {"film_s_per_cluster": "animation_s_per_cluster"},
    "ToySource": {"stretches": "intervals", "stretch_s": "interval_s"},
    "VideoParameters": {"percepts": "frame_features"},
}
# By the class of the group and the name of the setting: earlier value -> value.
VALUES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("ClusteringParameters", "method"): {"switching": "kernel_segmentation"},
    ("VideoParameters", "data"): {"percepts": "frame_features"},
}
# Groups of parameters.
GROUPS: Mapping[str, str] = {
    "benchmark": "baseline_comparison",
    "few_labels": "few_shot",
    "films": "videos",
    "labelling": "cluster_model",
    "sweep": "ablation",
}

# Groups that are not read any more, and what to do instead.
GONE: Mapping[str, str] = dict.fromkeys(
    ("stopping", "early_stopping"),
    "networks train for all steps; pipeline separability_study compares criteria of stopping",
)
# Experiments: a folder of conf/.
EXPERIMENTS: Mapping[str, str] = {
    "frame_features": "hdm05",
    "moving_digits": "sample",
    "percepts": "hdm05",
    "skeleton": "cmu_actions",
    "two_stream": "hdm05",
    "two_stream_films": "videos",
    "two_stream_videos": "videos",
    "video_patches": "videos",
}

# The classes of groups, for those with settings that have earlier names.
CLASSES: Mapping[str, str] = {
    "clustering": "ClusteringParameters",
    "embedding": "EmbeddingParameters",
    "patches": "PatchParameters",
    "recognition": "ClipTrainingParameters",
    "reporting": "ReportParameters",
    "two_stream": "ClipTrainingParameters",
    "video": "VideoParameters",
}
Settings = dict[str, Any]


def has_earlier_names(values: Settings) -> bool:
    """Tell whether any group, or setting of a group, stands under an earlier name.

    Parameters
    ----------
    values : dict
        Groups of settings by name, nested to any depth.

    Returns
    -------
    bool
        True if a key at any depth is an earlier name of a setting, or a group that is renamed or
        gone.
    """
    known = {*GROUPS, *GONE, *(earlier for names in PARAMETERS.values() for earlier in names)}
    return any(
        name in known or (isinstance(value, dict) and has_earlier_names(value))
        for name, value in values.items()
    )


def under_present_names(values: Settings, shipped: Settings) -> Settings:
    """Parameters of an experiment with present names, of groups and of what is in them.

    Parameters
    ----------
    values : dict
        Groups of parameters: those that the project ships, changed by an experiment.
    shipped : dict
        The groups as the project ships them.

    Returns
    -------
    dict
        The parameters; what stood under an earlier name stands under the present one, and groups
        that are not read any more are left out. Each warns with a FutureWarning.

    Raises
    ------
    ValueError
        When an experiment sets both names of one setting.
    """
    groups = dict(_moved(values, shipped, GROUPS, "parameters"))
    for name in groups.keys() & GONE.keys():
        del groups[name]
        warnings.warn(f"{name} is not read any more: {GONE[name]}", FutureWarning, stacklevel=2)
    return {name: _within(name, value, shipped.get(name)) for name, value in groups.items()}


def _within(name: str, value: Any, shipped: Any) -> Any:
    """A value of any kind, with present names in all groups that it holds."""
    if not isinstance(value, dict):
        return value
    shipped = shipped if isinstance(shipped, dict) else {}
    moved = _moved(value, shipped, PARAMETERS.get(CLASSES.get(name, ""), {}), name)
    return {key: _within(key, inner, shipped.get(key)) for key, inner in moved.items()}


def _moved(values: Settings, shipped: Settings, names: Mapping[str, str], group: str) -> Settings:
    """Values under their present names; those that are as shipped give way to earlier names."""
    earlier = {key: value for key, value in values.items() if key in names}
    if not earlier:
        return values
    kept = {
        key: value
        for key, value in values.items()
        if not (key in map(names.get, earlier) and value == shipped.get(key))
    }
    found = renamed(kept, names, group)
    return {
        key: shipped.get(key, {}) | value if key in GROUPS.values() else value
        for key, value in found.items()
    }


def renamed(values: Mapping[str, Any], names: Mapping[str, str], group: str) -> dict[str, Any]:
    """Values under their present names.

    Parameters
    ----------
    values : Mapping of str to object
        Settings by name, present or earlier.
    names : Mapping of str to str
        Earlier name -> present name.
    group : str
        What the settings belong to, for messages.

    Returns
    -------
    dict of str to object
        The settings by their present names, in their order; each earlier name warns with a
        FutureWarning.

    Raises
    ------
    ValueError
        When a setting stands under both of its names.
    """
    for earlier, name in names.items():
        if earlier in values:
            if name in values:
                raise ValueError(
                    f"{group}: {earlier!r} is the earlier name of {name!r}, and both are set; "
                    f"keep {name!r} alone"
                )
            warn(f"{group}: {earlier!r} is now called {name!r}")
    return {names.get(key, key): value for key, value in values.items()}


def present_names(values: Mapping[str, Any], groups: Sequence[str]) -> dict[str, Any]:
    """Settings of a group under their present names, and so their values.

    Parameters
    ----------
    values : Mapping of str to object
        Settings by name, present or earlier.
    groups : sequence of str
        Name of the group's class, then those of the classes that it derives from.

    Returns
    -------
    dict of str to object
        The settings by their present names, in their order; each earlier name or value warns with a
        FutureWarning.

    Raises
    ------
    ValueError
        When a setting stands under both of its names.
    """
    present = dict(values)
    for group in groups:
        present = renamed(present, PARAMETERS.get(group, {}), groups[0])
        present |= {key: _present_value(value, group, key) for key, value in present.items()}
    return present


def _present_value(value: Any, group: str, setting: str) -> Any:
    names = VALUES.get((group, setting), {})
    if not isinstance(value, str) or value not in names:
        return value
    warn(f"{setting} {value!r} is now called {names[value]!r}")
    return names[value]


def warn(what: str) -> None:
    """Warn of an earlier name; the next release knows it no more.

    Parameters
    ----------
    what : str
        The earlier and the present name, as the beginning of a sentence.
    """
    warnings.warn(f"{what}; the next release takes the new name alone", FutureWarning, stacklevel=2)
