"""The command ``kinembed``: the pipelines for people who do not know Kedro, outside a clone too."""

from kinembed.command.group import kinembed

__all__ = ["kinembed"]
