"""How Kedro runs this project: hooks, and how configuration is found and merged."""

from omegaconf.resolvers import oc

from kinembed.configuration import ConfigLoader
from kinembed.hooks import (
    CheckpointHook,
    ClaimHook,
    ConfigurationHook,
    DamageHook,
    LogHook,
    MemoryHook,
    ReportHook,
    TrackingHook,
    VersionHook,
)

# the last one is asked first: all is there, what a run uses is claimed, versions chosen, tracked
HOOKS = (
    LogHook(),
    TrackingHook(),
    ReportHook(),
    CheckpointHook(),
    DamageHook(),
    MemoryHook(),
    VersionHook(),
    ClaimHook(),
    ConfigurationHook(),
)

DISABLE_HOOKS_FOR_PLUGINS = ("kedro-viz",)
"""It keeps one file of statistics for all experiments: one's would stand beside another's data."""

CONFIG_LOADER_CLASS = ConfigLoader
CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "sample",  # without --env; what is committed is what runs
    "config_patterns": {
        # parallel.yml holds the parameter group "parallel", so nodes get it typed
        "parameters": ["parameters*", "parameters*/**", "**/parameters*", "parallel*"],
        "mlflow": ["mlflow*"],
        "globals": ["globals.yml", "corpora.yml"],
    },
    # where a user's recordings lie may come from the environment, e.g. KINEMBED_MIRROR
    "custom_resolvers": {"oc.env": oc.env},
    # an environment names only the keys that it changes
    "merge_strategy": {"parameters": "soft", "mlflow": "soft", "globals": "soft"},
}
