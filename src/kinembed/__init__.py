"""Find and recognise behaviours in recordings of movement, without labels, and show why.

``read`` and ``BehaviourDiscovery`` are imported when they are asked for: torch takes seconds.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kinembed.estimator import BehaviourDiscovery, read

__all__ = ["BehaviourDiscovery", "read"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("kinembed.estimator"), name)
