"""Settings that follow from the shortest behaviour, and so are not given beside it."""

from collections.abc import Iterable

from kinembed.core.listing import listed
from kinembed.core.renames import CLASSES, PARAMETERS

KEY = "time_scale.shortest_behaviour_s"
DERIVED = (
    "training.windows",
    "embedding.stride",
    "embedding.summary_s",
    "clustering.transition_penalty_s",
    "clustering.minimum_duration_s",
)


def conflict(given: Iterable[str]) -> str:
    """Say which settings cannot be given beside the shortest behaviour.

    Parameters
    ----------
    given : iterable of str
        Full names of the settings that were given, present or earlier ones.

    Returns
    -------
    str
        Names both and says what to do; empty where there is no conflict.
    """
    derived = [name for name in given if _present(name).startswith(DERIVED)]
    if not derived:
        return ""
    return f"{listed(derived)} would follow from {KEY}; give one of the two"


def _present(name: str) -> str:
    """Full name of a setting that stands under an earlier one."""
    group, _, setting = name.partition(".")
    return f"{group}.{PARAMETERS.get(CLASSES.get(group, ''), {}).get(setting, setting)}"
