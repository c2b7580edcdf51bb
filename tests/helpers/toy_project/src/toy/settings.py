from kinembed import settings

CONFIG_LOADER_ARGS = settings.CONFIG_LOADER_ARGS | {"default_run_env": "base"}
CONFIG_LOADER_CLASS = settings.CONFIG_LOADER_CLASS
HOOKS = settings.HOOKS
